import type { Clock } from '#contract/ports.ts';
import type { Log } from '../log.ts';

/**
 * What time it is at the platform. Its own word is followed, and the wall clock of this machine is left as it is: receipts and audit
 * go by that. Counted by the monotonic clock, so that whoever sets the wall clock disturbs nothing.
 */
export interface PlatformClock {
  /** Milliseconds since 1970; the machine's own clock until the platform has said something else. */
  nowMs(): number;
  /** False for a time that cannot be: it is not believed. */
  learn(platformTime: string): boolean;
  /** How far the platform is ahead of this machine; 0 until it complained. For the station's health. */
  skewMs(): number;
}

/** This software did not exist before, and will not exist after. */
const EARLIEST_MS = Date.UTC(2025, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const MS_PER_S = 1000;

export function createPlatformClock(clock: Clock, log: Log): PlatformClock {
  let startMs: number | null = null;
  const nowMs = (): number => (startMs === null ? clock.now() : startMs + clock.monotonicMs());
  const skewMs = (): number => Math.round(nowMs() - clock.now());
  return {
    nowMs,
    skewMs,
    learn: (platformTime) => {
      const platformMs = Date.parse(platformTime);
      if (!(platformMs >= EARLIEST_MS && platformMs < LATEST_MS)) return false;
      startMs = platformMs - clock.monotonicMs();
      const seconds = Math.round(skewMs() / MS_PER_S);
      log({
        level: 'warn',
        event: 'platform.clock-differs',
        code: 'platform.clock-skew',
        detail: `the platform is ${seconds} s ahead of this machine`,
      });
      return true;
    },
  };
}
