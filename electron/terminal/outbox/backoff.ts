import type { RandomUnit } from '#contract/ports.ts';

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Full jitter: a random wait up to min(cap, base · 2^(attempts−1)), so that a thousand terminals that lost
 * the platform together do not come back together.
 */
export function fullJitterMs(backoff: Backoff, attempts: number, random: RandomUnit): number {
  // 2^30 is beyond every cap, and keeps the product a safe integer.
  const ceiling = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(attempts - 1, 30));
  return Math.floor(random() * ceiling);
}
