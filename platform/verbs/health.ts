import { open } from './base.ts';

/** Asks the database: a platform that cannot store is not healthy. */
export const health = open.health.handler(async ({ context }) => {
  const monthsAhead = await context.node.monthsAhead();
  return { status: 'ok' as const, time: new Date(context.clock.now()).toISOString(), monthsAhead };
});
