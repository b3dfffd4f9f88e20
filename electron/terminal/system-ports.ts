import { randomBytes, randomFillSync } from 'node:crypto';
import type { AtEndOfTurn, Clock, RandomBytes, RandomUnit } from '#contract/ports.ts';

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

/** Behind everything that the sockets had brought when the loop looked at them (nodejs.org: the check phase). */
export const systemAtEndOfTurn: AtEndOfTurn = (work) => {
  setImmediate(work);
};

/** Ids and nonces, the longest of them, in bytes: three in each application that is received. */
const SMALL = 16;
const POOL_BYTES = 4096;
const pool = { bytes: new Uint8Array(0), used: 0 };

/**
 * From the operating system. Asking it for twelve bytes takes six times as long as the bytes do, so that small
 * wishes are met from a supply; each byte leaves it once and is wiped there.
 */
export const systemRandomBytes: RandomBytes = (byteCount) => {
  if (byteCount > SMALL) return randomBytes(byteCount);
  if (pool.used + byteCount > pool.bytes.length) {
    pool.bytes = randomFillSync(new Uint8Array(POOL_BYTES));
    pool.used = 0;
  }
  // A copy: a view would be wiped with the supply.
  const taken = new Uint8Array(pool.bytes.subarray(pool.used, pool.used + byteCount));
  pool.bytes.fill(0, pool.used, pool.used + byteCount);
  pool.used += byteCount;
  return taken;
};

export const systemRandom: RandomUnit = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
