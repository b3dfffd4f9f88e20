import type pg from 'pg';
import type { Heartbeat } from '#contract/fleet.ts';
import { conditionOf } from './conditions.ts';
import { bucketOf } from './releases/cohorts.ts';

const MS_PER_S = 1000;
/** A terminal that was restarted, or whose line was busy for a moment, is not missed. */
const MISSED = { heartbeats: 3, graceMs: 30_000 } as const;
const KEPT_CHANGES_DAYS = 30;
const DAY_MS = 86_400_000;

export interface Heard {
  readonly terminalId: string;
  readonly stationId: string;
  readonly report: Heartbeat;
}

/**
 * What was heard last takes the place of what was heard before; a change of the condition is kept for a month. One statement, whose commit does not
 * wait for the disk: what a crash of the database forgets is told again in a minute.
 */
export async function keepHeartbeat(
  pool: pg.Pool,
  { terminalId, stationId, report }: Heard,
  nowMs: number,
): Promise<void> {
  const silentMs = nowMs + report.everySeconds * MS_PER_S * MISSED.heartbeats + MISSED.graceMs;
  const condition = conditionOf(report, nowMs);
  await pool.query(
    `WITH soon AS (SELECT set_config('synchronous_commit', 'off', true)),
       before AS (SELECT condition, silent_at FROM fleet_terminal WHERE terminal_id = $1),
       kept AS (
         INSERT INTO fleet_terminal AS f (terminal_id, station_id, bucket, heard_at, silent_at, condition, report)
         SELECT $1, $2, $3::smallint, $4::timestamptz, $5::timestamptz, $6, $7::jsonb FROM soon
         ON CONFLICT (terminal_id) DO UPDATE SET station_id = $2, heard_at = $4, silent_at = $5, condition = $6, report = $7),
       old AS (DELETE FROM fleet_change WHERE terminal_id = $1 AND at < $8
         AND $6 IS DISTINCT FROM (SELECT condition FROM before))
     INSERT INTO fleet_change (terminal_id, at, condition)
     SELECT $1, came.at, came.condition FROM (
       -- That it was silent meanwhile is told by nobody but itself, when it is back.
       SELECT silent_at AS at, 'unreachable' AS condition FROM before WHERE silent_at < $4
       UNION ALL
       SELECT $4, $6 WHERE $6 IS DISTINCT FROM (SELECT condition FROM before)
         OR EXISTS (SELECT FROM before WHERE silent_at < $4)
     ) AS came
     ON CONFLICT DO NOTHING`,
    [
      terminalId,
      stationId,
      bucketOf(terminalId),
      new Date(nowMs),
      new Date(silentMs),
      condition,
      JSON.stringify(report),
      new Date(nowMs - KEPT_CHANGES_DAYS * DAY_MS),
    ],
  );
}
