/** What a supervisor does in the field (the crash ladder): three ends in ten minutes are enough. */
export const restartPolicy = {
  endsAllowed: 3,
  withinMs: 10 * 60_000,
  /** A crash at start must not become a busy loop. */
  pauseMs: 1_000,
} as const;

/** `endsAtMs`: when the process ended by itself, the last end included. */
export function mayRestart(endsAtMs: readonly number[], nowMs: number): boolean {
  return endsAtMs.filter((at) => nowMs - at < restartPolicy.withinMs).length < restartPolicy.endsAllowed;
}
