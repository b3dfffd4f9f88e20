import type pg from 'pg';
import { z } from 'zod';
import type { ReleaseKind } from '#contract/fleet.ts';
import { inTransaction } from '../../database/connect.ts';
import { isParcel } from '../../parcels/parcels.ts';
import { writeFleetEvents } from '../events.ts';
import { cohortLimits, type CohortPlan } from './cohorts.ts';
import { lockRelease, moveRelease } from './move-release.ts';
import { moveOf, type ReleaseState } from './moves.ts';

export interface NewRelease {
  readonly kind: ReleaseKind;
  readonly version: string;
  readonly manifestSha256: string;
  /** Where terminals go back to when it is withdrawn. */
  readonly back: { readonly version: string; readonly manifestSha256: string };
  readonly plan: CohortPlan;
  /** How long a terminal must be well on it before the next cohort gets it. */
  readonly healthyMinutes: number;
  /** How long a terminal has to be on it at all. */
  readonly patienceMinutes: number;
  /** Failed or silent; over it the release is withdrawn. */
  readonly mostBadPercent: number;
}

export type Begun =
  | { readonly kind: 'begun'; readonly releaseId: string }
  | { readonly kind: 'one-is-open'; readonly version: string }
  | { readonly kind: 'unknown-canary'; readonly terminalId: string }
  /** It, or what is gone back to, cannot be handed out: there is no parcel of this kind and version with this manifest. */
  | { readonly kind: 'no-parcel'; readonly version: string }
  /** Nobody would try it first. */
  | { readonly kind: 'nobody-first' };

const idSchema = z.object({ release_id: z.string() });
const versionRowSchema = z.object({ version: z.string() });

export async function beginRelease(pool: pg.Pool, wanted: NewRelease, nowMs: number): Promise<Begun> {
  const { kind, version, plan } = wanted;
  return inTransaction(pool, 'BEGIN', async (client): Promise<Begun> => {
    for (const terminalId of plan.canaries) {
      const known = await client.query(
        'SELECT 1 FROM terminal WHERE terminal_id = $1 AND revoked_at IS NULL',
        [terminalId],
      );
      if (known.rowCount === 0) return { kind: 'unknown-canary', terminalId };
    }
    for (const parcel of [wanted, wanted.back])
      if (!(await isParcel(client, kind, parcel))) return { kind: 'no-parcel', version: parcel.version };
    const first = await client.query(
      `SELECT 1 FROM fleet_terminal WHERE silent_at > $1 AND (terminal_id = ANY($2) OR bucket < $3) LIMIT 1`,
      [new Date(nowMs), plan.canaries, cohortLimits(plan)[0]],
    );
    if (first.rowCount === 0) return { kind: 'nobody-first' };
    const begun = await client.query(
      `INSERT INTO fleet_release (kind, version, manifest_sha256, back_version, back_sha256, canaries, percents, healthy_minutes,
         patience_minutes, most_bad_percent, state, cohort_since, begun_at, moved_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'rolling', $11, $11, $11)
       ON CONFLICT (kind) WHERE state IN ('rolling', 'paused') DO NOTHING RETURNING release_id`,
      [
        kind,
        version,
        wanted.manifestSha256,
        wanted.back.version,
        wanted.back.manifestSha256,
        plan.canaries,
        plan.percents,
        wanted.healthyMinutes,
        wanted.patienceMinutes,
        wanted.mostBadPercent,
        new Date(nowMs),
      ],
    );
    if (begun.rowCount === 0) {
      const open = await client.query(
        `SELECT version FROM fleet_release WHERE kind = $1 AND state IN ('rolling', 'paused')`,
        [kind],
      );
      return { kind: 'one-is-open', version: versionRowSchema.parse(open.rows[0]).version };
    }
    const { release_id: releaseId } = idSchema.parse(begun.rows[0]);
    const detail = `rolling, cohort 0; ${kind} ${version} begun`;
    await writeFleetEvents(
      client,
      [{ event: 'release.moved', terminalId: null, subject: releaseId, detail }],
      nowMs,
    );
    return { kind: 'begun', releaseId };
  });
}

export type Steered =
  | { readonly kind: 'moved'; readonly to: ReleaseState }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'cannot'; readonly from: ReleaseState };

/** What the operator does about a release. */
export function steerRelease(
  pool: pg.Pool,
  releaseId: string,
  on: 'pause' | 'resume' | 'withdraw',
  reason: string,
  nowMs: number,
): Promise<Steered> {
  return inTransaction(pool, 'BEGIN', async (client): Promise<Steered> => {
    const release = await lockRelease(client, releaseId);
    if (release === null) return { kind: 'unknown' };
    const move = moveOf(release.state, on);
    if (move === null) return { kind: 'cannot', from: release.state };
    await moveRelease(client, release, move, reason, nowMs);
    return { kind: 'moved', to: move.to };
  });
}
