import type { Clock } from '#contract/ports.ts';

/** The slowest call writes to the disk; the busiest disk needs a second or two. */
const CALL_ANSWERED_WITHIN_MS = 20_000;

/** Rejects when the terminal does not answer: a page that waits for ever answers no touch any more. */
export function withinLimit<T>(answer: Promise<T>, clock: Clock | null): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock?.after(CALL_ANSWERED_WITHIN_MS, () => {
      reject(new Error('the terminal did not answer'));
    });
    void answer.then(resolve, reject).finally(() => cancel?.());
  });
}
