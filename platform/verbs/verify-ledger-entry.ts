import { verify } from '../ratings/ledger.ts';
import { forDesk } from './base.ts';

/** 核实. */
export const verifyEntry = forDesk.ledger.verify.handler(async ({ context, input, errors }) => {
  const { entryNo, ...found } = input;
  const { pool, catalogue, clock } = context;
  const parts = { pool, catalogue, nowMs: clock.now() };
  const outcome = await verify(parts, entryNo, found);
  if (outcome.kind === 'done') return outcome.entry;
  if (outcome.kind === 'wrong-step') throw errors.LEDGER_STEP_REFUSED({ data: { state: outcome.state } });
  throw errors.NOT_FOUND();
});
