import type { Clock } from '#contract/ports.ts';

/** Questions to another process that each end exactly once: by its answer, by time, or with the process. */
export interface Requests<T> {
  begin(id: string, limitMs: number, ifSilent: T): Promise<T>;
  /** An answer that nobody waits for any more is dropped. */
  end(id: string, answer: T): void;
  endAll(answer: T): void;
}

export function createRequests<T>(clock: Clock): Requests<T> {
  const waiting = new Map<string, (answer: T) => void>();

  function end(id: string, answer: T): void {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  }

  return {
    begin: (id, limitMs, ifSilent) =>
      new Promise((resolve) => {
        const cancel = clock.after(limitMs, () => {
          end(id, ifSilent);
        });
        waiting.set(id, (answer) => {
          cancel();
          resolve(answer);
        });
      }),
    end,
    endAll: (answer) => {
      for (const id of [...waiting.keys()]) end(id, answer);
    },
  };
}
