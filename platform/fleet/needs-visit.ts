import type pg from 'pg';
import { z } from 'zod';
import { heartbeatSchema, type Heartbeat } from '#contract/fleet.ts';
import { CONDITION_NOW, conditions, type Condition } from './conditions.ts';
import { BY_HAND } from './releases/tend.ts';

export interface KnownTerminal {
  readonly terminalId: string;
  readonly stationId: string;
  /** Null: it was enrolled and never heard. */
  readonly heardAtMs: number | null;
  readonly condition: Condition;
  /** Null: never heard, or of a release whose report this one does not read. */
  readonly report: Heartbeat | null;
  /** The version of the program that all others have and somebody has to install here; null: none. */
  readonly toInstall: string | null;
}

const countsSchema = z.array(z.object({ condition: z.enum(conditions), count: z.coerce.number().int() }));
export type ConditionCount = z.infer<typeof countsSchema>[number];

const rowSchema = z
  .object({
    terminal_id: z.string(),
    station_id: z.string(),
    heard_at: z.date().nullable(),
    condition: z.enum(conditions),
    report: z.unknown(),
    by_hand: z.string().nullable(),
  })
  .transform((row): KnownTerminal => {
    const read = heartbeatSchema.safeParse(row.report);
    const report = read.success ? read.data : null;
    return {
      terminalId: row.terminal_id,
      stationId: row.station_id,
      heardAtMs: row.heard_at?.getTime() ?? null,
      condition: row.condition,
      report,
      toInstall: row.by_hand,
    };
  });

/** Of parameters 1 (now) and 2 (as `VisitQuery.stations`): each terminal and its condition. Revoked ones are nobody's. */
const KNOWN = `SELECT t.terminal_id, t.station_id, f.heard_at, f.report,
    ${CONDITION_NOW} AS condition
  FROM terminal t LEFT JOIN fleet_terminal f USING (terminal_id) LEFT JOIN terminal_uploads u USING (terminal_id)
  WHERE t.revoked_at IS NULL AND ($2::text IS NULL OR starts_with(t.station_id, $2))`;

/**
 * Of a terminal `known`; $6: `BY_HAND`. The newest complete one, where the last that was offered was refused so. A newer one that somebody has installed
 * before its turn is as good. What was withdrawn before anything was heard of it says nothing of the terminal.
 */
const TO_INSTALL = `(SELECT r.version FROM fleet_release r
  WHERE r.release_id = (SELECT max(release_id) FROM fleet_release WHERE kind = 'program' AND state = 'complete')
    AND r.version IS DISTINCT FROM known.report->'versions'->>'program'
    AND $6 = (
      SELECT o.failed FROM fleet_rollout o JOIN fleet_release l USING (release_id)
      WHERE o.terminal_id = known.terminal_id AND l.kind = 'program'
        AND (l.state <> 'withdrawn' OR o.failed IS NOT NULL OR o.healthy_since IS NOT NULL)
      ORDER BY l.release_id DESC LIMIT 1)
    AND NOT EXISTS (
      SELECT FROM fleet_release n WHERE n.kind = 'program' AND n.release_id > r.release_id AND n.state <> 'withdrawn'
        AND n.version = known.report->'versions'->>'program'))`;

export interface VisitQuery {
  /** Stations whose number begins with one of these; null: all. */
  readonly stations: string | null;
  readonly withFine: boolean;
  readonly limit: number;
}

/** Terminals by what costs residents most; among equals, whose residents have waited longest, then who was heard last. */
export async function needsVisit(
  pool: pg.Pool,
  { stations, withFine, limit }: VisitQuery,
  nowMs: number,
): Promise<KnownTerminal[]> {
  const { rows } = await pool.query(
    `SELECT known.*,
       ${TO_INSTALL} AS by_hand
     FROM (${KNOWN}) AS known
     WHERE $3 OR condition <> 'fine'
     ORDER BY array_position($4::text[], condition), (report->>'oldestUnsentSeconds')::bigint DESC NULLS LAST,
       heard_at NULLS FIRST, terminal_id
     LIMIT $5`,
    [new Date(nowMs), stations, withFine, conditions, limit, BY_HAND],
  );
  return rows.map((row) => rowSchema.parse(row));
}

/** How many terminals are in each condition, in the order of `conditions`; one in which there is none is not named. */
export async function countConditions(
  pool: pg.Pool,
  stations: VisitQuery['stations'],
  nowMs: number,
): Promise<ConditionCount[]> {
  const { rows } = await pool.query(
    `SELECT condition, count(*) FROM (${KNOWN}) AS known
     GROUP BY condition ORDER BY array_position($3::text[], condition)`,
    [new Date(nowMs), stations, conditions],
  );
  return countsSchema.parse(rows);
}
