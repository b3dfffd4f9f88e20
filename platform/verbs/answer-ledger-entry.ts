import { answer } from '../ratings/ledger.ts';
import { forDesk } from './base.ts';

/** 整改 or 解释. */
export const answerEntry = forDesk.ledger.answer.handler(async ({ context, input, errors }) => {
  const { entryNo, remedy } = input;
  const { pool, catalogue, clock } = context;
  const parts = { pool, catalogue, nowMs: clock.now() };
  const outcome = await answer(parts, entryNo, remedy);
  if (outcome.kind === 'done') return outcome.entry;
  if (outcome.kind === 'wrong-step') throw errors.LEDGER_STEP_REFUSED({ data: { state: outcome.state } });
  throw errors.NOT_FOUND();
});
