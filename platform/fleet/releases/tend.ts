import type pg from 'pg';
import { z } from 'zod';
import type { FaultCode } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { inTransaction } from '../../database/connect.ts';
import { describeError, type Log } from '../../log.ts';
import { repeat } from '../../repeat.ts';
import { cohortLimits } from './cohorts.ts';
import { judge, type Tally } from './judge.ts';
import { moveOf } from './moves.ts';
import { lockRelease, moveRelease } from './move-release.ts';
import { isLastCohort, type Release } from './release-row.ts';

const LOOK_EVERY_MS = 30_000;
const MINUTE_MS = 60_000;

const talliesSchema = z.array(
  z.object({
    is_current: z.boolean(),
    size: z.coerce.number(),
    healthy: z.coerce.number(),
    bad: z.coerce.number(),
  }),
);

/**
 * What a terminal answers whose program comes by its own installer. It neither proves a release nor fails it: one such terminal among the canaries would
 * end it for all.
 */
export const BY_HAND: FaultCode = 'fleet.program-by-hand';

/** How many of the present cohort, and of those before it, are there, well and not well. Who takes programs by hand is not counted. */
export async function talliesOf(
  db: Pick<pg.Pool, 'query'>,
  release: Release,
  nowMs: number,
): Promise<{ readonly current: Tally; readonly all: Tally }> {
  const limits = cohortLimits(release.plan);
  const { canaries } = release.plan;
  const { rows } = await db.query(
    `SELECT is_current, count(*) AS size,
       count(*) FILTER (WHERE healthy_since <= $6 AND failed IS NULL AND NOT is_silent) AS healthy,
       count(*) FILTER (WHERE offered_at IS NOT NULL
         AND (failed IS NOT NULL OR is_silent OR (healthy_since IS NULL AND offered_at <= $7))) AS bad
     FROM (
       SELECT NOT ($2 AND (f.terminal_id = ANY($3) OR f.bucket < $4)) AS is_current, o.offered_at, o.healthy_since, o.failed,
         f.silent_at <= $5 AS is_silent
       FROM fleet_terminal f JOIN terminal t USING (terminal_id)
         LEFT JOIN fleet_rollout o ON o.terminal_id = f.terminal_id AND o.release_id = $1
       WHERE (f.terminal_id = ANY($3) OR f.bucket < $8) AND t.revoked_at IS NULL
         AND (o.offered_at IS NOT NULL OR f.silent_at > $5) AND o.failed IS DISTINCT FROM $9
     ) AS terminals GROUP BY is_current`,
    [
      release.releaseId,
      release.cohort > 0,
      canaries,
      limits[release.cohort - 1] ?? 0,
      new Date(nowMs),
      new Date(nowMs - release.healthyMinutes * MINUTE_MS),
      new Date(nowMs - release.patienceMinutes * MINUTE_MS),
      limits[release.cohort] ?? 0,
      BY_HAND,
    ],
  );
  const tallies = talliesSchema.parse(rows);
  const sum = (among: typeof tallies): Tally => ({
    size: among.reduce((total, { size }) => total + size, 0),
    healthy: among.reduce((total, { healthy }) => total + healthy, 0),
    bad: among.reduce((total, { bad }) => total + bad, 0),
  });
  return { current: sum(tallies.filter(({ is_current }) => is_current)), all: sum(tallies) };
}

const openSchema = z.array(z.object({ release_id: z.string() }));

/** Looks at every open release once. Every node may: whoever comes second sees what the first one made of it. Returns how many moved. */
export async function tendReleases(pool: pg.Pool, nowMs: number): Promise<number> {
  const open = await pool.query(
    `SELECT release_id FROM fleet_release WHERE state IN ('rolling', 'paused') ORDER BY release_id`,
  );
  let moved = 0;
  for (const { release_id: releaseId } of openSchema.parse(open.rows)) {
    moved += await inTransaction(pool, 'BEGIN', async (client) => {
      const release = await lockRelease(client, releaseId);
      if (release === null) return 0;
      const tallies = await talliesOf(client, release, nowMs);
      const { cohort } = release;
      const event = judge({ ...tallies, cohort, isLast: isLastCohort(release) }, release.mostBadPercent);
      // Paused, it does not go on.
      const move = event === null ? null : moveOf(release.state, event);
      if (event === null || move === null) return 0;
      const { size, healthy, bad } = tallies.all;
      const why = `${event}: ${String(size)} terminals, ${String(healthy)} well, ${String(bad)} not`;
      await moveRelease(client, release, move, why, nowMs);
      return 1;
    });
  }
  return moved;
}

/** Looks every half minute until it is stopped. */
export function watchReleases(pool: pg.Pool, clock: Clock, log: Log): { stop: () => void } {
  return repeat(clock, { firstMs: LOOK_EVERY_MS, everyMs: LOOK_EVERY_MS }, async () => {
    try {
      const moved = await tendReleases(pool, clock.now());
      if (moved > 0) log({ event: 'releases.moved', count: moved });
    } catch (error) {
      log({ event: 'releases.not-tended', ...describeError(error) });
    }
  });
}
