import type { Clock } from '#contract/ports.ts';
import type { Repetition } from './statistics.ts';

/** Something that is done over and over, one after the other. */
export type Work = () => void | Promise<void>;

export interface Timed {
  /** How many a second, over one block. */
  readonly block: Repetition;
  /** How long each took, in ms, of all blocks that were kept. */
  readonly eachMs: readonly number[];
  /** What was measured so far was the warm-up. */
  forget(): void;
}

/** Blocks of a work, each of which gives a rate, while every single one is timed as well. */
export function timed(clock: Clock, worksABlock: number, work: Work): Timed {
  const eachMs: number[] = [];
  return {
    eachMs,
    forget: () => {
      eachMs.length = 0;
    },
    block: async () => {
      const startMs = clock.monotonicMs();
      for (let count = 0; count < worksABlock; count += 1) {
        const beganMs = clock.monotonicMs();
        // Awaiting what is not a promise would add a turn of the loop to each.
        const done = work();
        if (done !== undefined) await done;
        eachMs.push(clock.monotonicMs() - beganMs);
      }
      return (worksABlock * 1_000) / (clock.monotonicMs() - startMs);
    },
  };
}
