/** Tells listeners that something changed; what it is now they read for themselves. */
export interface Changes {
  notify(): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export function createChanges(): Changes {
  const listeners = new Set<() => void>();
  return {
    notify: () => {
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/**
 * The present value, then the newest one after each change. A slow reader misses values in between but
 * never the last one. Ends when `signal` aborts.
 */
export async function* watch<T>(
  changes: Changes,
  current: () => T,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  let dirty = true;
  let wake: (() => void) | null = null;
  const poke = (): void => {
    dirty = true;
    wake?.();
  };
  const unsubscribe = changes.subscribe(poke);
  signal?.addEventListener('abort', poke);
  try {
    while (!signal?.aborted) {
      if (dirty) {
        dirty = false;
        yield current();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', poke);
  }
}
