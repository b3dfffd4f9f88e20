import type { ReleaseEvent } from './moves.ts';

/** Of the terminals of some cohorts that are there: heard in time, or offered the release. */
export interface Tally {
  readonly size: number;
  /** Heard on the new version, without a fault of it, for as long as is asked. */
  readonly healthy: number;
  /** Failed, silent since, or not on the new version after all the patience there is. */
  readonly bad: number;
}

export interface Standing {
  readonly current: Tally;
  /** With all cohorts before it. */
  readonly all: Tally;
  readonly cohort: number;
  readonly isLast: boolean;
}

const exceeds = (part: number, { size }: Tally, percent: number): boolean => part * 100 > percent * size;

/**
 * What the terminals' heartbeats say of a release; null: wait. The present cohort is judged by itself too, or a large one behind it would hide that
 * a small one fails. The first cohort must have somebody in it: a version that nobody has tried is never given to all.
 */
export function judge(
  { current, all, cohort, isLast }: Standing,
  mostBadPercent: number,
): ReleaseEvent | null {
  if (exceeds(current.bad, current, mostBadPercent) || exceeds(all.bad, all, mostBadPercent)) return 'bad';
  if (current.size === 0 && cohort === 0) return null;
  if (exceeds(current.size - current.healthy, current, mostBadPercent)) return null;
  return isLast ? 'last-proved' : 'cohort-proved';
}
