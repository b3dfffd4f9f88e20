import { monthsAhead } from '../database/months.ts';
import { open } from './base.ts';

/** Asks the database: a platform that cannot store is not healthy. */
export const health = open.health.handler(async ({ context }) => {
  const nowMs = context.clock.now();
  return {
    status: 'ok' as const,
    time: new Date(nowMs).toISOString(),
    monthsAhead: await monthsAhead(context.pool, nowMs),
  };
});
