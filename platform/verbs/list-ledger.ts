import { MOST_LISTED } from '#contract/rating-ledger.ts';
import { listLedger } from '../ratings/ledger.ts';
import { forDesk } from './base.ts';

export const listLedgerEntries = forDesk.ledger.list.handler(async ({ context, input }) => {
  const { pool, catalogue, clock } = context;
  const { which = 'open', limit = MOST_LISTED } = input;
  return {
    entries: await listLedger({ pool, catalogue, nowMs: clock.now() }, { which, limit, scope: null }),
  };
});
