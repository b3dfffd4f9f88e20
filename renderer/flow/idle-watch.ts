import type { Clock } from '#contract/ports.ts';

/** What the watch says: nothing, how many seconds are left to answer, or that nobody did. */
export type IdleState =
  | { readonly state: 'active' }
  | { readonly state: 'warning'; readonly secondsLeft: number }
  | { readonly state: 'gone' };

export interface IdleTimes {
  readonly warnAfterSeconds: number;
  readonly graceSeconds: number;
}

export interface IdleWatch {
  /** Somebody touched the screen. */
  touched(): void;
  stop(): void;
}

/** Counts from the last touch: warning, a second at a time, then gone. */
export function watchIdle(clock: Clock, times: IdleTimes, tell: (state: IdleState) => void): IdleWatch {
  let cancel: () => void = () => undefined;

  function warn(secondsLeft: number): void {
    if (secondsLeft === 0) {
      tell({ state: 'gone' });
      return;
    }
    tell({ state: 'warning', secondsLeft });
    cancel = clock.after(1000, () => {
      warn(secondsLeft - 1);
    });
  }

  function touched(): void {
    cancel();
    tell({ state: 'active' });
    cancel = clock.after(times.warnAfterSeconds * 1000, () => {
      warn(times.graceSeconds);
    });
  }

  touched();
  return {
    touched,
    stop: () => {
      cancel();
    },
  };
}
