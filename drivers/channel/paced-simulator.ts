import type { Clock } from '#contract/ports.ts';
import { Pacer } from './pacer.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from './simulator.ts';

/**
 * A simulator at the end of a serial line of a certain speed: what the host says and what the device says
 * both take the time of their bits. The simulator itself answers at once.
 */
export class PacedSimulator implements DeviceSimulator {
  readonly #simulator: DeviceSimulator;
  readonly #clock: Clock;
  #baudRate: number | null;
  readonly #pacers = new Set<Pacer>();

  constructor(simulator: DeviceSimulator, clock: Clock, baudRate: number | null) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.#baudRate = baudRate;
  }

  /** For what is said from now on; null takes no time. */
  setBaudRate(baudRate: number | null): void {
    this.#baudRate = baudRate;
    for (const pacer of this.#pacers) pacer.setBaudRate(baudRate);
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const toHost = new Pacer(line, this.#clock, this.#baudRate);
    const plug = this.#simulator.attach(toHost);
    const toDevice = new Pacer({ send: (bytes) => plug.receive(bytes) }, this.#clock, this.#baudRate);
    const both = [toHost, toDevice];
    for (const pacer of both) this.#pacers.add(pacer);
    return {
      // A later write may reuse the memory of this one.
      receive: (bytes) => toDevice.send(bytes.slice()),
      unplugged: () => {
        for (const pacer of both) {
          pacer.stop();
          this.#pacers.delete(pacer);
        }
        plug.unplugged();
      },
    };
  }
}
