import type { Clock } from '#contract/ports.ts';

/** The start page waits for answers of the terminal, and is idle meanwhile: what is loaded then is in its way. */
const START_PAGE_MS = 1_500;
/** A busy page must not put off for ever what is to be there before it is asked for. */
const AT_THE_LATEST_MS = 5_000;

/** When the page stands and has nothing else to do. */
export function whenIdle(clock: Clock, act: () => void): void {
  clock.after(START_PAGE_MS, () => {
    requestIdleCallback(act, { timeout: AT_THE_LATEST_MS });
  });
}
