/**
 * What happens when the page dies or hangs: reload, reload later, then the out-of-service page and an exit
 * for the supervisor. A pure machine; `now` is monotonic milliseconds, so setting the clock changes nothing.
 */

/** All delays of the ladder. */
export const crashDelays = {
  /** Pause before the first and the second reload: a page that dies at once must not flicker. */
  reloadMs: [500, 5_000],
  /** Crashes further apart than this are separate misfortunes. */
  windowMs: 600_000,
  /**
   * How long the out-of-service page stands before the process exits for its supervisor: long enough to be
   * read and for the alarm to leave, short enough that a terminal that can heal does so.
   */
  outOfServiceMs: 120_000,
} as const;

/** This many crashes within `windowMs` end in the out-of-service page. */
export const CRASHES_TO_OUT_OF_SERVICE = 3;

/** sysexits EX_SOFTWARE: systemd's Restart=always takes any code; this one is for the person who reads the journal. */
export const CRASH_EXIT_CODE = 70;

export type CrashState =
  | { readonly kind: 'running'; readonly crashes: readonly number[] }
  | { readonly kind: 'waiting'; readonly crashes: readonly number[] }
  /** `killPending`: the hanging renderer was killed, and the report of its end is still to come. */
  | { readonly kind: 'out-of-service'; readonly killPending: boolean }
  | { readonly kind: 'exiting' };

export type CrashEvent =
  /** The renderer's process ended: crashed, oom, killed, memory-eviction, launch-failed, … */
  | { readonly kind: 'gone'; readonly reason: string }
  /** The page did not answer input for Chromium's 30 s. */
  | { readonly kind: 'unresponsive' }
  /** The start page could not be loaded. */
  | { readonly kind: 'load-failed'; readonly reason: string }
  | { readonly kind: 'reload-due' }
  | { readonly kind: 'out-of-service-over' };

export type CrashAction =
  /** A hanging renderer is killed first, or the reload would hang with it. */
  | { readonly kind: 'kill-renderer' }
  | { readonly kind: 'reload-after'; readonly delayMs: number }
  | { readonly kind: 'load-start-page' }
  | { readonly kind: 'show-out-of-service'; readonly thenExitAfterMs: number }
  | { readonly kind: 'exit'; readonly code: number };

export const initialCrashState: CrashState = { kind: 'running', crashes: [] };

export interface CrashStep {
  readonly state: CrashState;
  readonly actions: readonly CrashAction[];
}

export function crashStep(state: CrashState, event: CrashEvent, now: number): CrashStep {
  switch (state.kind) {
    case 'running':
      return event.kind === 'reload-due' || event.kind === 'out-of-service-over'
        ? stay(state)
        : crashed(state.crashes, event, now);
    case 'waiting':
      // Killing a hanging renderer reports it gone as well: that is the same crash.
      if (event.kind !== 'reload-due') return stay(state);
      return { state: { kind: 'running', crashes: state.crashes }, actions: [{ kind: 'load-start-page' }] };
    case 'out-of-service':
      // Also when this page dies: never a blank window; the supervisor starts over.
      if (event.kind === 'reload-due') return stay(state);
      if (event.kind === 'gone' && state.killPending) {
        return { state: { kind: 'out-of-service', killPending: false }, actions: [] };
      }
      return { state: { kind: 'exiting' }, actions: [{ kind: 'exit', code: CRASH_EXIT_CODE }] };
    case 'exiting':
      return stay(state);
    default:
      return state satisfies never;
  }
}

function crashed(earlier: readonly number[], event: CrashEvent, now: number): CrashStep {
  const crashes = [...earlier.filter((at) => now - at < crashDelays.windowMs), now];
  const kill: readonly CrashAction[] = event.kind === 'unresponsive' ? [{ kind: 'kill-renderer' }] : [];
  const delayMs = crashDelays.reloadMs[crashes.length - 1];
  if (crashes.length >= CRASHES_TO_OUT_OF_SERVICE || delayMs === undefined) {
    return {
      state: { kind: 'out-of-service', killPending: event.kind === 'unresponsive' },
      actions: [...kill, { kind: 'show-out-of-service', thenExitAfterMs: crashDelays.outOfServiceMs }],
    };
  }
  return { state: { kind: 'waiting', crashes }, actions: [...kill, { kind: 'reload-after', delayMs }] };
}

function stay(state: CrashState): CrashStep {
  return { state, actions: [] };
}
