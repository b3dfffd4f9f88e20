import type { DeviceState } from '#contract/devices.ts';
import { isUsable } from '#contract/devices.ts';

/** What a device said about itself, and a way to wait for what it says next. */
export class StatusLog {
  readonly states: DeviceState[] = [];
  readonly #patienceMs: number;
  readonly #waiters = new Set<() => void>();

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  readonly onStatus = (status: DeviceState): void => {
    this.states.push(status);
    for (const waiter of this.#waiters) waiter();
  };

  /** The names of the states from `from` on. */
  names(from: number): string[] {
    return this.states.slice(from).map((status) => status.state);
  }

  /** Ready, and not at work. */
  idle(): Promise<DeviceState> {
    return this.until('idle', (status) => status.state !== 'busy' && isUsable(status));
  }

  /** Resolves with the present status or the next one that is accepted. */
  until(what: string, accept: (status: DeviceState) => boolean): Promise<DeviceState> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#waiters.delete(look);
        reject(new Error(`not ${what} in ${this.#patienceMs} ms; it was ${JSON.stringify(this.states)}`));
      }, this.#patienceMs);
      const look = (): void => {
        const last = this.states.at(-1);
        if (last === undefined || !accept(last)) return;
        clearTimeout(limit);
        this.#waiters.delete(look);
        resolve(last);
      };
      this.#waiters.add(look);
      look();
    });
  }
}

/** Events of a driver, such as cards and codes, one after the other. */
export class Mail<T> {
  readonly #patienceMs: number;
  readonly #held: T[] = [];
  readonly #waiters: ((item: T) => void)[] = [];

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  readonly put = (item: T): void => {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#held.push(item);
    else waiter(item);
  };

  next(what: string): Promise<T> {
    const held = this.#held.shift();
    if (held !== undefined) return Promise.resolve(held);
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`no ${what} in ${this.#patienceMs} ms`)),
        this.#patienceMs,
      );
      this.#waiters.push((item) => {
        clearTimeout(limit);
        resolve(item);
      });
    });
  }

  clear(): void {
    this.#held.length = 0;
  }
}
