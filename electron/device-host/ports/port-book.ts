import { sleep, type Clock } from '#contract/ports.ts';
import { isSameIdentity, usbIdentityOf, type SerialPortInfo } from '#contract/serial-port.ts';
import type { ListedPort } from '#drivers/channel/serial-ports.ts';

export const searchDelays = {
  /** A port where something else answered is not asked again before, unless it is plugged anew. */
  askAgainMs: 10 * 60_000,
  /** Where nothing answered: readers with a power supply of their own may be up later than their port. */
  askSilentAgainMs: 60_000,
  /** Between two ports that are asked: a search must not look like an attack to a hub, nor take all its time. */
  betweenPortsMs: 300,
} as const;

/** A device as the book knows it: where it should be, and where it is. */
export interface PortUser {
  readonly id: string;
  /** The port that the configuration names, by its own path. */
  readonly home: string;
  /** Switched off: its port is left alone, also by others. */
  readonly isEnabled: boolean;
  /** What came of opening its home. When it is not there, others may ask; until it has tried, they wait. */
  readonly atHome: 'untried' | 'there' | 'not-there';
  readonly expected: string | null;
  /** `port` was just plugged in. */
  plugged(port: string): void;
  /** `port`, which it holds, is gone. */
  unplugged(port: string): void;
}

/** Which ports there are, who holds each, and who has asked where: one device at a time on a port. */
export class PortBook {
  readonly #clock: Clock;
  readonly #onUnknown: (ports: readonly SerialPortInfo[]) => void;
  #ports: ReadonlyMap<string, ListedPort> | null = null;
  readonly #holders = new Map<string, string>();
  readonly #users = new Map<string, PortUser>();
  /** By port, then by question: when it may be asked again. */
  readonly #notBefore = new Map<string, Map<string, number>>();
  #search: Promise<void> = Promise.resolve();
  #lastUnknown = '';
  #signalListed: () => void = () => undefined;
  /** Resolves after the first listing, also one that failed. */
  readonly listed = new Promise<void>((resolve) => {
    this.#signalListed = resolve;
  });

  constructor(clock: Clock, onUnknown: (ports: readonly SerialPortInfo[]) => void) {
    this.#clock = clock;
    this.#onUnknown = onUnknown;
  }

  /** null: the system does not tell, and what was known last stands. */
  update(ports: readonly ListedPort[] | null): void {
    const before = this.#ports;
    if (ports !== null) this.#ports = new Map(ports.map((port) => [port.path, port]));
    this.#signalListed();
    if (ports === null || before === null) {
      this.tellUnknown();
      return;
    }
    const isSame = (port: ListedPort) => before.get(port.path)?.plug === port.plug;
    const appeared = ports.filter((port) => !isSame(port)).map(({ path }) => path);
    const kept = new Set(ports.filter(isSame).map(({ path }) => path));
    for (const path of before.keys()) if (!kept.has(path)) this.#goes(path);
    for (const path of appeared) this.#comes(path);
    this.tellUnknown();
  }

  enter(user: PortUser): void {
    this.#users.set(user.id, user);
    this.tellUnknown();
  }

  leave(user: PortUser): void {
    if (this.#users.get(user.id) === user) this.#users.delete(user.id);
    this.tellUnknown();
  }

  isListed(path: string): boolean {
    return this.#ports?.has(path) ?? false;
  }

  /** The adapter's own number; null when it has none, or shares it with another, as cheap ones do. */
  usbIdentityAt(path: string): string | null {
    const port = this.#ports?.get(path);
    const identity = port === undefined ? null : usbIdentityOf(port);
    return identity !== null && this.portOfUsb(identity) === path ? identity : null;
  }

  /** null when no port, or more than one, has this number. */
  portOfUsb(identity: string): string | null {
    const found = [...(this.#ports?.values() ?? [])].filter((port) => {
      const own = usbIdentityOf(port);
      return own !== null && isSameIdentity(own, identity);
    });
    return found.length === 1 ? (found[0]?.path ?? null) : null;
  }

  holderOf(path: string): string | null {
    return this.#holders.get(path) ?? null;
  }

  /** False when another device holds it. */
  hold(path: string, id: string): boolean {
    const holder = this.#holders.get(path);
    if (holder !== undefined) return holder === id;
    this.#holders.set(path, id);
    this.tellUnknown();
    return true;
  }

  release(path: string, id: string): void {
    if (this.#holders.get(path) === id) this.#holders.delete(path);
    this.tellUnknown();
  }

  /** Whether another enabled device is the one that answers so. */
  isExpectedByOther(identity: string, id: string): boolean {
    return [...this.#users.values()].some(
      (user) =>
        user.id !== id && user.isEnabled && user.expected !== null && isSameIdentity(user.expected, identity),
    );
  }

  askedInVain(path: string, question: string, hasAnswered: boolean): void {
    const notBefore = this.#notBefore.get(path) ?? new Map<string, number>();
    this.#notBefore.set(path, notBefore);
    const waitMs = hasAnswered ? searchDelays.askAgainMs : searchDelays.askSilentAgainMs;
    notBefore.set(question, this.#clock.monotonicMs() + waitMs);
  }

  /**
   * Where `id` may ask for itself now. USB adapters, and ports of the board that the configuration names:
   * whatever else hangs at the board's own ports was never given to this program. `wait`: a port's own
   * device has not tried it yet, and what answers there is not known.
   */
  placesToAsk(id: string, question: string): { readonly ports: readonly string[]; readonly wait: boolean } {
    const ports: string[] = [];
    let wait = false;
    for (const port of this.#ports?.values() ?? []) {
      if (this.#users.get(id)?.home === port.path) continue;
      const owners = [...this.#users.values()].filter((user) => user.id !== id && user.home === port.path);
      if (port.vendorId === null && owners.length === 0) continue;
      if (owners.some((owner) => !owner.isEnabled) || this.#wasAsked(port.path, question)) continue;
      wait ||= owners.some((owner) => owner.atHome === 'untried');
      const isFree = !this.#holders.has(port.path) && owners.every((owner) => owner.atHome === 'not-there');
      if (isFree) ports.push(port.path);
    }
    return { ports: ports.sort(), wait };
  }

  /** One search at a time, with a pause behind each port. Resolves with how to end one's turn. */
  async takeTurn(): Promise<() => void> {
    const before = this.#search;
    let endTurn: () => void = () => undefined;
    this.#search = new Promise((resolve) => {
      endTurn = () => void sleep(this.#clock, searchDelays.betweenPortsMs).then(resolve);
    });
    await before;
    return endTurn;
  }

  /** Said when it has changed. */
  tellUnknown(): void {
    const homes = new Set([...this.#users.values()].map((user) => user.home));
    const unknown = [...(this.#ports?.values() ?? [])]
      .filter((port) => !homes.has(port.path) && !this.#holders.has(port.path))
      .map(({ path, vendorId, productId, serialNumber, maker }) => ({
        path,
        vendorId,
        productId,
        serialNumber,
        maker,
      }));
    const said = JSON.stringify(unknown);
    if (said === this.#lastUnknown || this.#ports === null) return;
    this.#lastUnknown = said;
    this.#onUnknown(unknown);
  }

  #wasAsked(path: string, question: string): boolean {
    const notBeforeMs = this.#notBefore.get(path)?.get(question);
    return notBeforeMs !== undefined && this.#clock.monotonicMs() < notBeforeMs;
  }

  #goes(path: string): void {
    this.#notBefore.delete(path);
    const holder = this.#holders.get(path);
    if (holder !== undefined) this.#users.get(holder)?.unplugged(path);
  }

  /** Its own devices first: they hold it before others ask. */
  #comes(path: string): void {
    this.#notBefore.delete(path);
    const users = [...this.#users.values()];
    const usb = this.usbIdentityAt(path);
    const isOwn = ({ home, expected }: PortUser) =>
      home === path || (usb !== null && expected !== null && isSameIdentity(expected, usb));
    for (const user of users.filter(isOwn)) user.plugged(path);
    for (const user of users.filter((other) => !isOwn(other))) user.plugged(path);
  }
}
