import type { Clock } from '#contract/ports.ts';

/** How long what was seen is told to whoever asks next, in milliseconds. */
const HOLDS_MS = 1000;

/**
 * One look for all who ask while it is under way and for a second behind its end, well or ill: a hundred thousand who ask cost what one does.
 */
export function shareLook<T>(look: () => Promise<T>, clock: Pick<Clock, 'monotonicMs'>): () => Promise<T> {
  let last: Promise<T> | null = null;
  /** Null while it is under way. */
  let endedMs: number | null = null;
  return () => {
    const isOver = endedMs !== null && clock.monotonicMs() - endedMs >= HOLDS_MS;
    if (last === null || isOver) {
      endedMs = null;
      last = look().finally(() => {
        endedMs = clock.monotonicMs();
      });
    }
    return last;
  };
}
