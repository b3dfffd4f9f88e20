import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok } from '#contract/result.ts';
import type { ChannelEvents, OpenChannel } from './channel.ts';
import type { DeviceSimulator, SimulatedPlug } from './simulator.ts';

/**
 * A line in memory between a driver and a simulator. Bytes travel in a clock's turn of their own, so that
 * neither side runs inside the other's call, as on a real line.
 */
export class MemoryLine {
  readonly #simulator: DeviceSimulator;
  readonly #clock: Clock;
  #openFault: Fault | null = null;
  #connection: { events: ChannelEvents; plug: SimulatedPlug } | null = null;
  /** Every byte that the host wrote, in order. */
  readonly written: Uint8Array[] = [];
  openCount = 0;
  #isSwallowed: (bytes: Uint8Array) => boolean = () => false;

  constructor(simulator: DeviceSimulator, clock: Clock) {
    this.#simulator = simulator;
    this.#clock = clock;
  }

  /** Pulls the cable; the next openings fail with `openFault`. */
  unplug(openFault: Fault): void {
    this.#openFault = openFault;
    const connection = this.#disconnect();
    connection?.events.onClose(fault('device.lost', 'unplugged'));
  }

  plug(): void {
    this.#openFault = null;
  }

  /** What the host writes of this kind never arrives. */
  swallow(isSwallowed: (bytes: Uint8Array) => boolean): void {
    this.#isSwallowed = isSwallowed;
  }

  /** Bytes that the host hears and nobody sent: a loose contact, a device that loses its power. */
  noise(bytes: readonly number[]): void {
    this.#connection?.events.onData(Uint8Array.from(bytes));
  }

  get isOpen(): boolean {
    return this.#connection !== null;
  }

  readonly open: OpenChannel = (events) => {
    this.openCount += 1;
    if (this.#openFault !== null) return Promise.resolve(err(this.#openFault));
    if (this.#connection !== null) return Promise.resolve(err(fault('device.port-busy', 'memory line')));
    const plug = this.#simulator.attach({
      send: (bytes) => {
        this.#clock.after(0, () => {
          if (this.#connection === connection) events.onData(bytes);
        });
      },
    });
    const connection = { events, plug };
    this.#connection = connection;
    return Promise.resolve(
      ok({
        write: (bytes) => {
          if (this.#connection !== connection) return Promise.resolve(err(fault('device.lost', 'unplugged')));
          this.written.push(bytes.slice());
          return new Promise((resolve) => {
            this.#clock.after(0, () => {
              if (this.#connection === connection) {
                if (!this.#isSwallowed(bytes)) plug.receive(bytes);
                resolve(ok(undefined));
              } else resolve(err(fault('device.lost', 'unplugged')));
            });
          });
        },
        close: () => {
          if (this.#connection === connection) this.#disconnect();
          return Promise.resolve();
        },
      }),
    );
  };

  #disconnect(): { events: ChannelEvents; plug: SimulatedPlug } | null {
    const connection = this.#connection;
    this.#connection = null;
    connection?.plug.unplugged();
    return connection;
  }
}
