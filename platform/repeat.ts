import type { Clock } from '#contract/ports.ts';

/** Does something again and again, `everyMs` after it was done the last time, until the returned function is called. */
export function repeat(
  clock: Clock,
  everyMs: number,
  job: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => void {
  let cancel: () => void = () => undefined;
  let stopped = false;
  const later = (): void => {
    if (stopped) return;
    cancel = clock.after(everyMs, () => {
      job().catch(onError).finally(later);
    });
  };
  later();
  return () => {
    stopped = true;
    cancel();
  };
}
