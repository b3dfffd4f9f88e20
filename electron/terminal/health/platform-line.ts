import type { Clock } from '#contract/ports.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';

/** Whether the platform can be reached, from every request, and from a look of its own when no request has told for so long. */
export interface PlatformLine {
  readonly changes: Changes;
  state(): 'unknown' | 'online' | 'offline';
  /** What a request has just shown. */
  saw(line: 'online' | 'offline'): void;
  /** A request came back without an answer: whether the platform is away, or that one thing alone, is looked at now. */
  doubt(): void;
  stop(): void;
}

export interface PlatformLinePorts {
  readonly client: Pick<PlatformClient, 'isAlive'>;
  readonly clock: Clock;
  readonly checkEveryMs: number;
  /** The line went from offline or unknown to online. */
  readonly onBack: () => void;
}

export function watchPlatformLine(ports: PlatformLinePorts): PlatformLine {
  const changes = createChanges();
  let state: 'unknown' | 'online' | 'offline' = 'unknown';
  let stopped = false;
  let isLooking = false;
  let cancel: (() => void) | null = null;
  /** By the monotonic clock. */
  let toldMs = -Infinity;

  function saw(line: 'online' | 'offline'): void {
    if (stopped) return;
    toldMs = ports.clock.monotonicMs();
    if (line === state) return;
    state = line;
    changes.notify();
    if (line === 'online') ports.onBack();
  }

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    cancel?.();
    const alive = await ports.client.isAlive();
    isLooking = false;
    if (stopped) return;
    // Who has too much to do is there.
    saw(alive.ok || alive.fault.code === 'platform.busy' ? 'online' : 'offline');
    lookLater();
  }

  /** A hundred thousand terminals ask: whoever was told by another answer does not. */
  function lookLater(): void {
    const silentMs = ports.clock.monotonicMs() - toldMs;
    if (silentMs >= ports.checkEveryMs) void look();
    else cancel = ports.clock.after(ports.checkEveryMs - silentMs, lookLater);
  }

  void look();
  return {
    changes,
    state: () => state,
    saw,
    doubt: () => {
      // One that is away is looked at as often as ever.
      if (!stopped && state !== 'offline') void look();
    },
    stop: () => {
      stopped = true;
      cancel?.();
    },
  };
}
