import type pg from 'pg';
import type { Clock } from '#contract/ports.ts';
import { describeError, type Log } from '../log.ts';
import { repeat } from '../repeat.ts';
import { writeNobodysTries } from './nobodys-tries.ts';
import { sweepSessions } from './sessions.ts';
import { sweepTries } from './wrong-passwords.ts';

const SWEEP_EVERY_MS = 60_000;
/** As long as a browser keeps the cookie by which it is known (desk/answer.ts). */
const BROWSER_LASTS_MS = 365 * 24 * 3_600_000;

/** What nobody comes back for: sessions that are over, browsers of long ago, tries that count no more. Any node may, at any time. */
export async function sweepDesk(pool: pg.Pool, nowMs: number): Promise<void> {
  await sweepSessions(pool, nowMs);
  await writeNobodysTries(pool, nowMs);
  await sweepTries(pool, nowMs);
  await pool.query('DELETE FROM official_browser WHERE last_at < $1', [new Date(nowMs - BROWSER_LASTS_MS)]);
}

/** Sweeps every minute until it is stopped. */
export function keepDeskSwept(pool: pg.Pool, clock: Clock, log: Log): { stop: () => void } {
  return repeat(clock, { firstMs: SWEEP_EVERY_MS, everyMs: SWEEP_EVERY_MS }, async () => {
    await sweepDesk(pool, clock.now()).catch((error: unknown) => {
      log({ event: 'desk.not-swept', ...describeError(error) });
    });
  });
}
