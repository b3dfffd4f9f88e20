import type { Clock } from '#contract/ports.ts';
import { watchIdle, type IdleState, type IdleTimes } from './idle-watch.ts';

/** Whether somebody is there: this screen counts, and so does the terminal, which hears of it here. */
export interface Presence {
  /** A finger or a key, anywhere. In the warning only an answer counts, so that a sleeve does not answer for its owner. */
  touched(): void;
  /** The warning is answered. */
  stays(): void;
  /** A new page is new time: the last one may have been left by the reader, not by a hand. */
  pageChanged(): void;
  stop(): void;
}

/** The terminal has a time limit of its own; one word in a while keeps it away. */
const TELL_TERMINAL_EVERY_MS = 10_000;

export interface PresencePorts {
  readonly onState: (state: IdleState) => void;
  /** The warning stands on the screen; on the start page it never does. */
  readonly isAsking: () => boolean;
  readonly tellTerminal: () => void;
}

export function watchPresence(clock: Clock, times: IdleTimes, ports: PresencePorts): Presence {
  let toldMs = -TELL_TERMINAL_EVERY_MS;
  const idle = watchIdle(clock, times, ports.onState);

  /** Both clocks begin anew: one that went on alone would wipe what the other still holds. */
  function somebodyIsHere(): void {
    idle.touched();
    const nowMs = clock.monotonicMs();
    if (nowMs - toldMs < TELL_TERMINAL_EVERY_MS) return;
    toldMs = nowMs;
    ports.tellTerminal();
  }

  function unlessAsked(): void {
    if (!ports.isAsking()) somebodyIsHere();
  }

  return { touched: unlessAsked, pageChanged: unlessAsked, stays: somebodyIsHere, stop: idle.stop };
}
