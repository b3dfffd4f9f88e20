import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '#drivers/channel/simulator.ts';

/** A simulator whose line can be listened to, so that a test waits for bytes and not for time. */
export class HeardSimulator implements DeviceSimulator {
  readonly #simulator: DeviceSimulator;
  readonly #waiters = new Set<() => void>();
  #lines = 0;

  constructor(simulator: DeviceSimulator) {
    this.#simulator = simulator;
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const plug = this.#simulator.attach(line);
    this.#lines += 1;
    return {
      receive: (bytes) => {
        plug.receive(bytes);
        this.#wake();
      },
      unplugged: () => {
        plug.unplugged();
        this.#lines -= 1;
        this.#wake();
      },
    };
  }

  /** No host is on the line any more. */
  freed(patienceMs: number): Promise<void> {
    return this.until('freed', () => this.#lines === 0, patienceMs);
  }

  /** Looks now, and after everything that the line brings. */
  until(what: string, holds: () => boolean, patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#waiters.delete(look);
        reject(new Error(`not ${what} in ${patienceMs} ms`));
      }, patienceMs);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(limit);
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
      look();
    });
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
