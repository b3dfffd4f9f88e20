import type { Trial } from './trial.ts';

/** One sentence of the norm, and how it is tried. */
export interface Rule {
  /** Letter of the theme and a number that is never given again: `S-02`. */
  readonly id: string;
  /** What the norm says. */
  readonly clause: string;
  /** Throws Broken with what was expected and what came. */
  readonly judge: (trial: Trial) => Promise<void> | void;
}

export interface Theme {
  readonly letter: string;
  readonly title: string;
  /** `bare`: before terminals are enrolled for the others. `last`: over all that was exchanged. */
  readonly when: 'bare' | 'prepared' | 'last';
  readonly rules: readonly Rule[];
}

export function rule(id: string, clause: string, judge: Rule['judge']): Rule {
  return { id, clause, judge };
}
