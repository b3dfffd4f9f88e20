import type { Spread } from './statistics.ts';

export type Unit = 'ms' | '/s' | '%' | 'MB' | 'kB' | 'count';

/** What ours is held against: a limit that follows from the wire or the disk, or a peer in the same run. */
export interface Beside {
  readonly name: string;
  readonly value: number;
}

export interface Goal {
  readonly is: 'at most' | 'at least';
  /** Of ours to what stands beside it. */
  readonly ratio: number;
}

/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  /** The number that counts: mostly the median, of a worst case the highest. */
  readonly ours: number;
  readonly spread: Spread;
  readonly beside: Beside | null;
  /** null: a figure that says how good the measurement is, or that nobody set a goal for. */
  readonly goal: Goal | null;
}

export interface Verdict {
  readonly ratio: number | null;
  readonly met: boolean | null;
}

export function verdictOf(figure: Figure): Verdict {
  if (figure.beside === null) return { ratio: null, met: null };
  const ratio = figure.ours / figure.beside.value;
  if (figure.goal === null) return { ratio, met: null };
  const met = figure.goal.is === 'at most' ? ratio <= figure.goal.ratio : ratio >= figure.goal.ratio;
  return { ratio, met };
}
