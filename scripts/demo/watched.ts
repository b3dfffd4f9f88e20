/** A value with watchers who always get the newest: one who is slow misses what was in between. */
export class Watched<T> {
  #value: T;
  #wake: () => void = () => undefined;
  #changed: Promise<void>;

  constructor(value: T) {
    this.#value = value;
    this.#changed = this.#nextChange();
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    const wake = this.#wake;
    this.#changed = this.#nextChange();
    wake();
  }

  /** The present value, then each newer one, until the signal aborts. */
  async *watch(signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
    const aborted = new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    while (!signal?.aborted) {
      const changed = this.#changed;
      yield this.#value;
      await Promise.race([changed, aborted]);
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
