import { fault, type Fault } from '#contract/fault.ts';
import { err, type Result } from '#contract/result.ts';
import { createChanges, watch, type Changes } from '../changes.ts';

/** Fault: `queue.not-here`, where the station has none. */
export async function withQueue<Q, T>(
  queue: Q | null,
  work: (queue: Q) => Result<T, Fault> | Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  return queue === null ? err(fault('queue.not-here')) : work(queue);
}

/** Null once, and nothing more, where the station has no queue. */
export function watchQueue<Q extends { readonly changes: Changes }, T>(
  queue: Q | null,
  current: (queue: Q) => T,
  signal: AbortSignal | undefined,
): AsyncGenerator<T | null, void, void> {
  if (queue === null) return watch(createChanges(), () => null, signal);
  return watch(queue.changes, () => current(queue), signal);
}
