/** States of a release, and every move between them: there is no other. */
export const releaseStates = ['rolling', 'paused', 'complete', 'withdrawn'] as const;
export type ReleaseState = (typeof releaseStates)[number];

export type ReleaseEvent = 'cohort-proved' | 'last-proved' | 'bad' | 'pause' | 'resume' | 'withdraw';

export interface Move {
  readonly from: ReleaseState;
  readonly on: ReleaseEvent;
  readonly to: ReleaseState;
  /** By how many cohorts it goes on. */
  readonly cohorts: 0 | 1;
}

export const moves: readonly Move[] = [
  { from: 'rolling', on: 'cohort-proved', to: 'rolling', cohorts: 1 },
  { from: 'rolling', on: 'last-proved', to: 'complete', cohorts: 0 },
  { from: 'rolling', on: 'bad', to: 'withdrawn', cohorts: 0 },
  { from: 'rolling', on: 'pause', to: 'paused', cohorts: 0 },
  { from: 'rolling', on: 'withdraw', to: 'withdrawn', cohorts: 0 },
  // Whoever paused it may still be wrong about it: it is stopped by itself then, too.
  { from: 'paused', on: 'bad', to: 'withdrawn', cohorts: 0 },
  { from: 'paused', on: 'resume', to: 'rolling', cohorts: 0 },
  { from: 'paused', on: 'withdraw', to: 'withdrawn', cohorts: 0 },
  { from: 'complete', on: 'withdraw', to: 'withdrawn', cohorts: 0 },
];

export function moveOf(from: ReleaseState, on: ReleaseEvent): Move | null {
  return moves.find((move) => move.from === from && move.on === on) ?? null;
}
