import { showCase } from '../ratings/ledger.ts';
import { forDesk } from './base.ts';

/** Noted in the entry: who rated is kept from those who are rated, so that a look has a trace. */
export const showLedgerCase = forDesk.ledger.showCase.handler(async ({ context, input, errors }) => {
  const { pool, catalogue, clock } = context;
  const caseNo = await showCase({ pool, catalogue, nowMs: clock.now() }, input.entryNo);
  if (caseNo === null) throw errors.NOT_FOUND();
  return { caseNo };
});
