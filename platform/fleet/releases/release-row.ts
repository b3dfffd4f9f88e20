import { z } from 'zod';
import { releaseKindSchema, type Order, type ReleaseKind } from '#contract/fleet.ts';
import { cohortLimits, type CohortPlan } from './cohorts.ts';
import { releaseStates } from './moves.ts';

export const RELEASE_COLUMNS = `r.release_id, r.kind, r.version, r.manifest_sha256, r.back_version, r.back_sha256, r.canaries,
  r.percents, r.healthy_minutes, r.patience_minutes, r.most_bad_percent, r.state, r.cohort, r.cohort_since, r.begun_at, r.reason`;

export const releaseRowSchema = z
  .object({
    release_id: z.string(),
    kind: releaseKindSchema,
    version: z.string(),
    manifest_sha256: z.string(),
    back_version: z.string(),
    back_sha256: z.string(),
    canaries: z.array(z.string()),
    percents: z.array(z.number()),
    healthy_minutes: z.number(),
    patience_minutes: z.number(),
    most_bad_percent: z.number(),
    state: z.enum(releaseStates),
    cohort: z.number(),
    cohort_since: z.date(),
    begun_at: z.date(),
    reason: z.string().nullable(),
  })
  .transform((row) => ({
    releaseId: row.release_id,
    kind: row.kind,
    version: row.version,
    manifestSha256: row.manifest_sha256,
    back: { version: row.back_version, manifestSha256: row.back_sha256 },
    plan: { canaries: row.canaries, percents: row.percents } satisfies CohortPlan,
    healthyMinutes: row.healthy_minutes,
    patienceMinutes: row.patience_minutes,
    mostBadPercent: row.most_bad_percent,
    state: row.state,
    cohort: row.cohort,
    cohortSince: row.cohort_since,
    begunAt: row.begun_at,
    reason: row.reason,
  }));
export type Release = z.output<typeof releaseRowSchema>;

export function isLastCohort({ plan, cohort }: Release): boolean {
  return cohort >= cohortLimits(plan).length - 1;
}

/** The order that takes a version of this kind. */
export function orderFor(
  kind: ReleaseKind,
  to: { readonly version: string; readonly manifestSha256: string },
): Order {
  const { version, manifestSha256 } = to;
  return kind === 'config'
    ? { kind: 'fetch-config', version, manifestSha256 }
    : { kind: 'update', what: kind, version, manifestSha256 };
}
