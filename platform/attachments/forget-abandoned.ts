import type pg from 'pg';
import type { Clock } from '#contract/ports.ts';
import { describeError, type Log } from '../log.ts';
import { repeat } from '../repeat.ts';

/** All intervals of abandoned uploads, in milliseconds. */
export const abandonedDelays = {
  /**
   * A terminal that was away for longer sends its attachments anew, and the submission tells it to: nothing is
   * lost by forgetting.
   */
  forgetAfterMs: 14 * 86_400_000,
  lookEveryMs: 60 * 60_000,
} as const;

/** Rows of one statement, so that it stays short; their chunks go with them. */
const ROWS_AT_ONCE = 100;

/** Removes uploads that no application has claimed for so long. Gives how many. */
export async function forgetAbandoned(pool: pg.Pool, nowMs: number): Promise<number> {
  let total = 0;
  for (;;) {
    // Looked at again under the lock: what is claimed in the same moment stays.
    const { rowCount } = await pool.query(
      `DELETE FROM attachment WHERE (application_id, terminal_id, sha256) IN (
         SELECT application_id, terminal_id, sha256 FROM attachment WHERE NOT is_claimed AND touched_at < $1
         ORDER BY touched_at LIMIT $2 FOR UPDATE SKIP LOCKED) AND NOT is_claimed`,
      [new Date(nowMs - abandonedDelays.forgetAfterMs).toISOString(), ROWS_AT_ONCE],
    );
    total += rowCount ?? 0;
    if ((rowCount ?? 0) < ROWS_AT_ONCE) return total;
  }
}

/** Looks now and then; several nodes may do it side by side. */
export function watchAbandoned(pool: pg.Pool, clock: Clock, log: Log): { stop: () => void } {
  const { lookEveryMs } = abandonedDelays;
  return repeat(clock, { firstMs: lookEveryMs, everyMs: lookEveryMs }, async () => {
    try {
      const count = await forgetAbandoned(pool, clock.now());
      if (count > 0) log({ event: 'attachments.forgotten', count });
    } catch (error) {
      log({ event: 'attachments.not-forgotten', ...describeError(error) });
    }
  });
}
