import type { DeviceKind, DeviceSettings } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import { isSameIdentity, type SerialPortInfo } from '#contract/serial-port.ts';
import { parseChannelAddress } from '#drivers/channel/address.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import { channelFor } from '#drivers/channel/open.ts';
import type { SerialPorts } from '#drivers/channel/serial-ports.ts';
import { PortBook } from './port-book.ts';
import { PortFinder } from './port-finder.ts';
import { PortWatch } from './port-watch.ts';

/** The way to one device, for as long as it is configured. */
export interface Line {
  readonly open: OpenChannel;
  /** When the device is configured no more: its port belongs to nobody. */
  leave(): void;
}

interface Memory {
  readonly remembered: string | null;
  readonly onRemember: (identity: string) => void;
}

export interface LinesOptions {
  readonly clock: Clock;
  readonly serialPorts: SerialPorts;
  readonly onUnknownPorts: (ports: readonly SerialPortInfo[]) => void;
  readonly log: (line: string) => void;
}

/**
 * Kinds whose handshake changes nothing that anybody sees and is answered by a name: a display's shows
 * something, and a scanner's says no more than that some scanner is there.
 */
const searchedByAsking: readonly DeviceKind[] = ['id-card-reader', 'receipt-printer'];

/** Displays with the same one hang on one line; at another speed it is another line. */
export function sharedLineKey({ channel, baudRate }: DeviceSettings): string {
  return `${channel} ${baudRate}`;
}

/** The lines of all devices over the ports of one machine. */
export class Lines {
  readonly #options: LinesOptions;
  readonly #book: PortBook;
  readonly #watch: PortWatch;
  readonly #shared = new Map<string, { readonly line: Line; users: number }>();

  constructor(options: LinesOptions) {
    const { clock, serialPorts, log } = options;
    this.#options = options;
    const book = new PortBook(clock, options.onUnknownPorts);
    this.#book = book;
    this.#watch = new PortWatch({ clock, serialPorts, log, onListed: (ports) => book.update(ports) });
  }

  stop(): void {
    this.#watch.stop();
  }

  /**
   * Displays that share a line share the way to it: its port is somebody's as long as one of them is
   * configured. Faults: config.wrong-value. Opens nothing yet.
   */
  lineFor(settings: DeviceSettings, rtscts: boolean, memory: Memory): Result<Line> {
    if (settings.kind !== 'queue-display') return this.#ownLine(settings, rtscts, memory);
    const key = sharedLineKey(settings);
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      const own = this.#ownLine(settings, rtscts, memory);
      if (!own.ok) return own;
      shared = { line: own.value, users: 0 };
      this.#shared.set(key, shared);
    }
    const { line } = shared;
    const entry = shared;
    entry.users += 1;
    return ok({
      open: line.open,
      leave: () => {
        entry.users -= 1;
        if (entry.users > 0) return;
        this.#shared.delete(key);
        line.leave();
      },
    });
  }

  #ownLine(settings: DeviceSettings, rtscts: boolean, memory: Memory): Result<Line> {
    const { clock, serialPorts } = this.#options;
    const address = parseChannelAddress(settings.channel);
    if (!address.ok) return address;
    if (address.value.type === 'tcp') {
      const open = channelFor({ ...settings, rtscts }, clock);
      if (!open.ok) return open;
      return ok({ open: expecting(open.value, settings.identity), leave: () => undefined });
    }
    const { path } = address.value;
    const finder = new PortFinder({
      book: this.#book,
      id: settings.id,
      isEnabled: settings.enabled,
      home: () => serialPorts.canonical(path),
      configured: settings.identity,
      remembered: memory.remembered,
      maySearch: searchedByAsking.includes(settings.kind),
      question: `${settings.kind} ${settings.baudRate} ${String(rtscts)}`,
      openPort: (port) => serialPorts.open({ path: port, baudRate: settings.baudRate, rtscts }),
      onRemember: memory.onRemember,
    });
    this.#book.enter(finder);
    return ok({ open: finder.open, leave: () => this.#book.leave(finder) });
  }
}

/** An address is not looked for anywhere else: only who answers there is looked at. */
function expecting(open: OpenChannel, identity: string | null): OpenChannel {
  if (identity === null) return open;
  return async (events) => {
    const opened = await open(events);
    if (!opened.ok) return opened;
    const channel = opened.value;
    return ok({
      write: (bytes) => channel.write(bytes),
      close: () => channel.close(),
      takes: (answered) =>
        isSameIdentity(identity, answered.identity)
          ? null
          : fault('device.unidentified', `${answered.identity} answers; expected is ${identity}`),
    });
  };
}
