import { performance } from 'node:perf_hooks';
import type { Clock } from '#contract/ports.ts';

/** The machine's own clock, for the entry points; everything else gets a `Clock` passed in. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
