import type { Clock } from '#contract/ports.ts';

/** A timer of Node comes up to this much late on an idle machine; the rest is waited for awake. */
const TIMER_GRAIN_MS = 2;

/**
 * The real clock, whose `after` is right to some ten microseconds: a byte at 115200 baud takes 87. It burns
 * a core in the last two milliseconds, turn by turn, so that sockets are still served.
 */
export const preciseClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const dueMs = performance.now() + delayMs;
    let isOver = false;
    let timer: NodeJS.Timeout | null = null;
    const look = (): void => {
      if (isOver) return;
      if (performance.now() >= dueMs) callback();
      else setImmediate(look);
    };
    if (delayMs > TIMER_GRAIN_MS) timer = setTimeout(look, delayMs - TIMER_GRAIN_MS);
    else setImmediate(look);
    return () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
    };
  },
};
