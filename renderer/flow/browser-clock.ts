import type { Clock } from '#contract/ports.ts';

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = window.setTimeout(callback, delayMs);
    return () => {
      window.clearTimeout(timer);
    };
  },
};
