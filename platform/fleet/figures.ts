import type pg from 'pg';
import { z } from 'zod';
import { releaseKindSchema } from '#contract/fleet.ts';
import { CONDITION_NOW, conditions } from './conditions.ts';
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
  /** Uploads that no application has named yet. */
  readonly waitingUploadBytes: number;
  readonly releases: z.infer<typeof releaseSchema>;
}

const waitingSchema = z.object({ bytes: z.coerce.number() });

/** One look through all terminals, and what they have uploaded ahead. Revoked ones are nobody's. */
export async function fleetFigures(pool: pg.Pool, nowMs: number): Promise<FleetFigures> {
  const counted = await pool.query(
    `SELECT ${CONDITION_NOW} AS condition, count(*) AS count,
       ceil(max((report->>'oldestUnsentSeconds')::bigint + extract(epoch FROM $1 - heard_at))) AS oldest
     FROM fleet_terminal f JOIN terminal t USING (terminal_id) LEFT JOIN terminal_uploads u USING (terminal_id)
     WHERE t.revoked_at IS NULL GROUP BY 1`,
    [new Date(nowMs)],
  );
  const rows = countSchema.parse(counted.rows);
  const open = await pool.query(
    `SELECT kind, state, cohort FROM fleet_release WHERE state IN ('rolling', 'paused') ORDER BY kind`,
  );
  const waiting = await pool.query(
    'SELECT coalesce(sum(received_bytes), 0) AS bytes FROM attachment WHERE NOT is_claimed',
  );
  return {
    terminals: conditions.map((condition) => ({
      condition,
      count: rows.find((row) => row.condition === condition)?.count ?? 0,
    })),
    oldestUnsentSeconds: Math.max(0, ...rows.map(({ oldest }) => oldest ?? 0)),
    waitingUploadBytes: waitingSchema.parse(waiting.rows[0]).bytes,
    releases: releaseSchema.parse(open.rows),
  };
}
