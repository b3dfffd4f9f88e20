import type { Clock } from '#contract/ports.ts';

/** All waits of whoever holds the screen, in milliseconds. */
export const holdDelays = {
  lookEveryMs: 1_000,
  /** As long as the session of the plain host gives a terminal that is away: one that begins anew by order is back before. */
  patienceMs: 20_000,
} as const;

export interface HoldScreenPorts {
  readonly delays: { readonly [Name in keyof typeof holdDelays]: number };
  readonly clock: Clock;
  /** Whether the terminal has its own window on the screen, and serves. */
  readonly isServed: () => boolean;
  /** What stands there for a terminal that is away. `isLost`: it was there before. Calls `onEnd` when that ended by itself. */
  readonly show: (isLost: boolean, onEnd: () => void) => { stop(): void };
}

/**
 * Holds the screen of a terminal in Electron: while that serves, its window is all there is; while it starts, or does not run, a page
 * that needs nothing of it.
 */
export function holdScreen({ delays, clock, isServed, show }: HoldScreenPorts): { stop(): void } {
  let shown: { stop(): void } | null = null;
  let wasServed = false;
  /** Since the machine's start nothing has stood there. */
  let awaySinceMs = -Infinity;
  let cancel: () => void = () => undefined;

  function showIt(): void {
    const own = show(wasServed, () => {
      if (shown !== own) return;
      shown = null;
      // Not again and again, where there is no browser.
      awaySinceMs = clock.monotonicMs();
    });
    shown = own;
  }

  function hide(): void {
    const own = shown;
    shown = null;
    own?.stop();
  }

  function look(): void {
    if (isServed()) {
      wasServed = true;
      awaySinceMs = clock.monotonicMs();
      hide();
    } else if (shown === null && clock.monotonicMs() - awaySinceMs >= delays.patienceMs) showIt();
    cancel = clock.after(delays.lookEveryMs, look);
  }

  look();
  return {
    stop: () => {
      cancel();
      hide();
    },
  };
}
