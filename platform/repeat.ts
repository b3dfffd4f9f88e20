import type { Clock } from '#contract/ports.ts';

/**
 * Does `work` after `firstMs`, and again `everyMs` behind each end of it, until it is stopped. `work` deals with its own failures.
 */
export function repeat(
  clock: Clock,
  { firstMs, everyMs }: { readonly firstMs: number; readonly everyMs: number },
  work: () => Promise<void>,
): { stop: () => void } {
  let cancel: () => void;
  let isStopped = false;

  function look(): void {
    void work().finally(() => {
      if (!isStopped) cancel = clock.after(everyMs, look);
    });
  }

  cancel = clock.after(firstMs, look);
  return {
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
