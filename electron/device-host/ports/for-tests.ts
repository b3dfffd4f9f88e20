import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok } from '#contract/result.ts';
import type { SerialPortInfo } from '#contract/serial-port.ts';
import { MemoryLine } from '#drivers/channel/memory.ts';
import type { ListedPort, SerialPorts } from '#drivers/channel/serial-ports.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';

/** Ports in memory, with a simulator behind each: for tests of what is found where. */
export class FakeSerialPorts {
  readonly #clock: Clock;
  readonly #plugged = new Map<string, { readonly port: ListedPort; readonly line: MemoryLine }>();
  readonly #links = new Map<string, string>();
  #plugs = 0;
  #hint: () => void = () => undefined;
  /** Every opening, in order. */
  readonly opened: string[] = [];
  tellsNothing = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `hint`: whether the system says so by itself, or is found out by asking. */
  plug(path: string, simulator: DeviceSimulator, info: Partial<SerialPortInfo>, hint: boolean): MemoryLine {
    this.#plugs += 1;
    const bare = { vendorId: '1a86', productId: '7523', serialNumber: null, maker: 'QinHeng' };
    const line = new MemoryLine(simulator, this.#clock);
    this.#plugged.set(path, { port: { ...bare, ...info, path, plug: String(this.#plugs) }, line });
    if (hint) this.#hint();
    return line;
  }

  /** The line itself says nothing: many adapters do not. */
  unplug(path: string, hint: boolean): void {
    this.#plugged.delete(path);
    if (hint) this.#hint();
  }

  link(path: string, to: string): void {
    this.#links.set(path, to);
  }

  readonly system: SerialPorts = {
    list: () =>
      Promise.resolve(
        this.tellsNothing
          ? err(fault('device.open-failed', 'no list'))
          : ok([...this.#plugged.values()].map(({ port }) => port)),
      ),
    canonical: (path) => this.#links.get(path) ?? path,
    open: (settings) => (events) => {
      const path = this.#links.get(settings.path) ?? settings.path;
      const plugged = this.#plugged.get(path);
      this.opened.push(path);
      if (plugged === undefined) return Promise.resolve(err(fault('device.port-missing', path)));
      return plugged.line.open(events);
    },
    watch: (onHint) => {
      this.#hint = onHint;
      return () => undefined;
    },
  };
}
