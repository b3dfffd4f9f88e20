import type { Clock, RandomUnit } from '#contract/ports.ts';
import { fullJitterMs, type Backoff } from './backoff.ts';

/**
 * Whether it is worth sending at all. While the platform is away, one row at a time tries it, at growing
 * intervals; the others keep their place and their count of tries, however many they are.
 */
export interface Circuit {
  /** How many may be under way now; 0 until `retryAtMs`. */
  allowed(): number;
  /** When it is worth another try, in monotonic ms; null while it is closed. */
  retryAtMs(): number | null;
  /** An answer came, whatever it said. */
  worked(): void;
  /** None came, or only that the platform cannot: its own wish for a pause, if it had one. */
  failed(retryAfterMs: number | null): void;
}

/** One failure is a hiccup; three in a row, without one answer between them, are an outage. */
const FAILURES_UNTIL_OPEN = 3;

export interface CircuitPorts {
  readonly clock: Clock;
  readonly random: RandomUnit;
  readonly backoff: Backoff;
  readonly concurrency: number;
}

export function createCircuit(ports: CircuitPorts): Circuit {
  const { clock } = ports;
  let failures = 0;
  let openUntilMs: number | null = null;

  return {
    allowed: () => {
      if (openUntilMs === null) return ports.concurrency;
      return clock.monotonicMs() >= openUntilMs ? 1 : 0;
    },
    retryAtMs: () => openUntilMs,
    worked: () => {
      failures = 0;
      openUntilMs = null;
    },
    failed: (retryAfterMs) => {
      failures += 1;
      if (failures < FAILURES_UNTIL_OPEN) return;
      const waitMs =
        retryAfterMs ?? fullJitterMs(ports.backoff, failures - FAILURES_UNTIL_OPEN + 1, ports.random);
      openUntilMs = clock.monotonicMs() + waitMs;
    },
  };
}
