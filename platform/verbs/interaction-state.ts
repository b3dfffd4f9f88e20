import { interactionOf } from '../interactions/interactions.ts';
import { findCase } from '../interactions/the-case.ts';
import { forDesk } from './base.ts';

export const getInteraction = forDesk.interactions.state.handler(async ({ context, input, errors }) => {
  const found = await findCase(context.pool, context.catalogue, input.caseNo, { lock: false });
  const state = found && (await interactionOf(context.pool, found));
  if (!state) throw errors.NOT_FOUND();
  return state;
});
