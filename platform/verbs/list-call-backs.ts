import { MOST_LISTED } from '#contract/rating-ledger.ts';
import { listCallBacks } from '../ratings/call-backs.ts';
import { forDesk } from './base.ts';

export const listOpenCallBacks = forDesk.callBacks.list.handler(async ({ context, input }) => {
  const { which = 'open', limit = MOST_LISTED } = input;
  return { callBacks: await listCallBacks(context.pool, { which, limit, scope: null }, context.clock.now()) };
});
