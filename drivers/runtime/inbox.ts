import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';

interface Waiter<T extends object> {
  readonly accept: (item: T) => boolean;
  readonly settle: (result: Result<T>) => void;
}

/** A device that babbles while nobody listens must not fill the memory. */
const MAX_HELD_ITEMS = 64;

/**
 * Where decoded answers arrive, several at a time when a line delivers them in one piece. Whoever sends a
 * request clears it first: what is held by then belongs to a request that was given up.
 */
export class Inbox<T extends object> {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter<T>>();
  #held: T[] = [];
  #ended: Fault | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(item: T): void {
    for (const waiter of this.#waiters) {
      if (!waiter.accept(item)) continue;
      waiter.settle(ok(item));
      return;
    }
    this.#held.push(item);
    if (this.#held.length > MAX_HELD_ITEMS) this.#held.shift();
  }

  clear(): void {
    this.#held = [];
  }

  /** Faults: device.silent after `timeoutMs`; the fault given to `end` when the line goes. */
  next(accept: (item: T) => boolean, timeoutMs: number): Promise<Result<T>> {
    if (this.#ended !== null) return Promise.resolve(err(this.#ended));
    const index = this.#held.findIndex(accept);
    const [held] = index < 0 ? [] : this.#held.splice(index, 1);
    if (held !== undefined) return Promise.resolve(ok(held));
    return this.#wait(accept, (waiter) => this.#limit(waiter, timeoutMs));
  }

  /**
   * The first answer to what is being written. It is heard from now on, as a serial port says up to a tick of
   * the kernel late that the last byte has left; the time runs from then. Faults: as `next`; those of the write.
   */
  answerTo(written: Promise<Result<void>>, timeoutMs: number): Promise<Result<T>> {
    if (this.#ended !== null) return Promise.resolve(err(this.#ended));
    return this.#wait(
      () => true,
      (waiter) => {
        let isOver = false;
        let cancel: () => void = () => undefined;
        void written.then((result) => {
          if (isOver) return;
          if (result.ok) cancel = this.#limit(waiter, timeoutMs);
          else waiter.settle(result);
        });
        return () => {
          isOver = true;
          cancel();
        };
      },
    );
  }

  #wait(accept: (item: T) => boolean, limit: (waiter: Waiter<T>) => () => void): Promise<Result<T>> {
    return new Promise((resolve) => {
      const waiter: Waiter<T> = {
        accept,
        settle: (result) => {
          cancel();
          this.#waiters.delete(waiter);
          resolve(result);
        },
      };
      this.#waiters.add(waiter);
      const cancel = limit(waiter);
    });
  }

  #limit(waiter: Waiter<T>, timeoutMs: number): () => void {
    return this.#clock.after(timeoutMs, () => {
      waiter.settle(err(fault('device.silent', `no answer in ${timeoutMs} ms`)));
    });
  }

  /** The line is gone: everybody who waits is told, and nobody may wait any more. */
  end(reason: Fault): void {
    this.#ended ??= reason;
    for (const waiter of [...this.#waiters]) waiter.settle(err(this.#ended));
  }
}
