import type { Clock } from '#contract/ports.ts';
import { systemClock } from '#platform/system-clock.ts';

/** What is shorter is of a socket, and real. */
const VIRTUAL_FROM_MS = 5_000;

/** A node's clock that passes when it is told to: its housekeeping runs in it, its sockets do not. */
export interface PassingClock extends Clock {
  /** Lets time pass, and waits until all the housekeeping that was due has come to its end. */
  pass(ms: number): Promise<void>;
}

export function passingClock(startMs: number): PassingClock {
  let nowMs = startMs;
  let due: { readonly atMs: number; readonly callback: () => void }[] = [];
  let onPlanned: () => void = () => undefined;
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after: (delayMs, callback) => {
      if (delayMs < VIRTUAL_FROM_MS) return systemClock.after(delayMs, callback);
      const entry = { atMs: nowMs + delayMs, callback };
      due.push(entry);
      onPlanned();
      return () => {
        due = due.filter((each) => each !== entry);
      };
    },
    pass: async (ms) => {
      nowMs += ms;
      const planned = due.length;
      const over = due.filter(({ atMs }) => atMs <= nowMs);
      due = due.filter(({ atMs }) => atMs > nowMs);
      // Each piece of housekeeping plans itself anew at its end (platform/repeat.ts).
      const settled = new Promise<void>((resolve) => {
        onPlanned = () => {
          if (due.length >= planned) resolve();
        };
        onPlanned();
      });
      for (const { callback } of over) callback();
      await settled;
      onPlanned = () => undefined;
    },
  };
}
