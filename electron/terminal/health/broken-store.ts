import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import { StoreBroken } from '../store/crash-only.ts';

/** All delays of the end of a terminal whose disk failed, in milliseconds. */
export const brokenStoreDelays = {
  /** Until the fault has reached the screen of whoever stands there, and the reason the log. */
  lastWordsMs: 500,
} as const;

/** sysexits EX_IOERR: for the person who reads the journal; the supervisor starts the terminal after any code. */
export const BROKEN_STORE_EXIT_CODE = 74;

export interface BrokenStorePorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the process at once. The store is not closed first: that would write through the handle that failed. */
  readonly exit: (code: number) => void;
}

export interface BrokenStore {
  /** The disk under the store failed: says why, and ends the process behind its last words. */
  readonly onBroken: (why: Fault) => void;
  /** Whether something uncaught is only the echo of the end that is under way already. */
  readonly isEcho: (error: unknown) => boolean;
}

/**
 * Crash-only: a store that failed is made whole by a new process, which checks and recovers it as it does after
 * a power cut (docs/decisions/0015-a-failing-disk.md).
 */
export function endWhenStoreBreaks(ports: BrokenStorePorts): BrokenStore {
  let ending = false;
  return {
    onBroken: (why) => {
      if (ending) return;
      ending = true;
      ports.log({
        level: 'error',
        event: 'store.broken',
        code: why.code,
        ...(why.detail === undefined ? {} : { detail: why.detail }),
      });
      ports.clock.after(brokenStoreDelays.lastWordsMs, () => {
        ports.exit(BROKEN_STORE_EXIT_CODE);
      });
    },
    isEcho: (error) => ending && error instanceof StoreBroken,
  };
}
