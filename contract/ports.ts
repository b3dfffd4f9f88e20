/** What a part gets from outside instead of reaching for it, so that a test can replay everything. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes backwards. For time limits and intervals. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** A source of random bytes. */
export type RandomBytes = (byteCount: number) => Uint8Array;

/** A random number in [0, 1). */
export type RandomUnit = () => number;

/**
 * Calls back once when whatever else arrived in this turn of the event loop has been looked at, so that what
 * came together is done together.
 */
export type AtEndOfTurn = (work: () => void) => void;

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
