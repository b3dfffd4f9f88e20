import type { Clock } from '#contract/ports.ts';

/**
 * The terminal says every half minute how its queue is, also while nobody does anything (`queueDelays.lookAgainMs`). Of a
 * line that was cut a browser hears nothing, for as long as it sends nothing: two words that did not come are that.
 */
export const SILENT_AFTER_MS = 75_000;

export interface SilenceWatch {
  heard(): void;
  stop(): void;
}

/** Calls `onSilent` once, when nothing was heard for too long. */
export function watchSilence(clock: Clock, onSilent: () => void): SilenceWatch {
  let cancel = clock.after(SILENT_AFTER_MS, onSilent);
  return {
    heard: () => {
      cancel();
      cancel = clock.after(SILENT_AFTER_MS, onSilent);
    },
    stop: () => {
      cancel();
    },
  };
}
