import { interactionOf, readSaid } from '../interactions/interactions.ts';
import { findCases } from '../interactions/the-case.ts';
import { forDesk } from './base.ts';

export const getInteraction = forDesk.interactions.state.handler(async ({ context, input, errors }) => {
  const { caseNo } = input;
  const [found] = await findCases(context.pool, context.catalogue, [caseNo]);
  const said = (await readSaid(context.pool, [caseNo]))(caseNo);
  const state = found && interactionOf(found, said, context.officeDays);
  if (!state) throw errors.NOT_FOUND();
  return state;
});
