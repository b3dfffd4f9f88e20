import { interactionOf, readSaid } from '../interactions/interactions.ts';
import { findCases } from '../interactions/the-case.ts';
import { forOffices } from './base.ts';

export const getInteraction = forOffices.interactions.state.handler(async ({ context, input, errors }) => {
  const { caseNo } = input;
  const [found] = await findCases(context.pool, context.catalogue, [caseNo]);
  const said = (await readSaid(context.pool, [caseNo]))(caseNo);
  const state = found && interactionOf(found, said, context.officeDays);
  if (!state) throw errors.NOT_FOUND();
  return state;
});
