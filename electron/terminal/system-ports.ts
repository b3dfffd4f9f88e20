import { randomBytes } from 'node:crypto';
import type { Clock, RandomBytes, RandomUnit } from '#contract/ports.ts';

/** The real clock and randomness; only a main file takes them, everything below is given them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

export const systemRandomBytes: RandomBytes = (byteCount) => randomBytes(byteCount);

export const systemRandom: RandomUnit = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
