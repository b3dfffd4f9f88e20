import type pg from 'pg';
import { z } from 'zod';
import { releaseKindSchema } from '#contract/fleet.ts';
import { conditions } from './conditions.ts';
import { releaseStates } from './releases/moves.ts';

const countSchema = z.array(
  z.object({
    condition: z.enum(conditions),
    count: z.coerce.number(),
    oldest: z.coerce.number().nullable(),
  }),
);
const releaseSchema = z.array(
  z.object({ kind: releaseKindSchema, state: z.enum(releaseStates), cohort: z.number() }),
);

export interface FleetFigures {
  /** Of every condition, in its order. */
  readonly terminals: readonly { readonly condition: (typeof conditions)[number]; readonly count: number }[];
  readonly oldestUnsentSeconds: number;
  readonly releases: z.infer<typeof releaseSchema>;
}

/** One look through all terminals. Revoked ones are nobody's. */
export async function fleetFigures(pool: pg.Pool, nowMs: number): Promise<FleetFigures> {
  const counted = await pool.query(
    `SELECT CASE WHEN silent_at <= $1 THEN 'unreachable' ELSE condition END AS condition, count(*) AS count,
       ceil(max((report->>'oldestUnsentSeconds')::bigint + extract(epoch FROM $1 - heard_at))) AS oldest
     FROM fleet_terminal JOIN terminal t USING (terminal_id) WHERE t.revoked_at IS NULL GROUP BY 1`,
    [new Date(nowMs)],
  );
  const rows = countSchema.parse(counted.rows);
  const open = await pool.query(
    `SELECT kind, state, cohort FROM fleet_release WHERE state IN ('rolling', 'paused') ORDER BY kind`,
  );
  return {
    terminals: conditions.map((condition) => ({
      condition,
      count: rows.find((row) => row.condition === condition)?.count ?? 0,
    })),
    oldestUnsentSeconds: Math.max(0, ...rows.map(({ oldest }) => oldest ?? 0)),
    releases: releaseSchema.parse(open.rows),
  };
}
