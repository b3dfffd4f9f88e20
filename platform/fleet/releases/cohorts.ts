import { createHash } from 'node:crypto';

const BUCKETS = 10_000;
const BUCKETS_A_PERCENT = 100;

/** 0 to 9999, the same for a terminal for ever: which of them a release reaches first does not hang on when it was asked. */
export function bucketOf(terminalId: string): number {
  return createHash('sha256').update(terminalId).digest().readUInt32BE() % BUCKETS;
}

export interface CohortPlan {
  /** Terminals by name, before all others. */
  readonly canaries: readonly string[];
  /** Rising; the last one is 100. */
  readonly percents: readonly number[];
}

/** The cohorts one after the other: each with all of those before it is `canaries` and the buckets below this. */
export function cohortLimits({ canaries, percents }: CohortPlan): number[] {
  const steps = percents.map((percent) => percent * BUCKETS_A_PERCENT);
  return canaries.length === 0 ? steps : [0, ...steps];
}

/** In which cohort a terminal is, from 0. */
export function cohortOf(plan: CohortPlan, terminalId: string): number {
  if (plan.canaries.includes(terminalId)) return 0;
  const bucket = bucketOf(terminalId);
  return cohortLimits(plan).findIndex((limit) => bucket < limit);
}
