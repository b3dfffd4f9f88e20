import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { isSameIdentity, isUsbIdentity } from '#contract/serial-port.ts';
import type { AnsweredIdentity, ByteChannel, ChannelEvents, OpenChannel } from '#drivers/channel/channel.ts';
import type { PortBook, PortUser } from './port-book.ts';

export interface FinderOptions {
  readonly book: PortBook;
  readonly id: string;
  readonly isEnabled: boolean;
  /** The port that the configuration names, by its own path now: a link may point to another tomorrow. */
  readonly home: () => string;
  /** A technician's word: nothing else is ever taken. */
  readonly configured: string | null;
  /** Where the device was found last: a hint. */
  readonly remembered: string | null;
  /** Whether its handshake may be asked at other ports: harmless, and answered by a name of its own. */
  readonly maySearch: boolean;
  /** The handshake and the speed it is asked at: a port that did not answer one may answer another. */
  readonly question: string;
  readonly openPort: (path: string) => OpenChannel;
  /** What it is remembered by from now on. */
  readonly onRemember: (identity: string) => void;
}

interface Place {
  readonly path: string;
  /** Its home, where a search has found it, or one of the places of a search. */
  readonly as: 'home' | 'found' | 'search';
}

/**
 * The way to one device on a serial port, wherever its port is today: the configured one first, and when
 * the device is not there, the others, one at each opening. It opens nothing that another device holds.
 */
export class PortFinder implements PortUser {
  readonly #options: FinderOptions;
  #remembered: string | null;
  #atHome: PortUser['atHome'] = 'untried';
  /** Where a search has found it: its own port from then on. */
  #foundAt: string | null = null;
  #isHomesTurn = true;
  #held: { readonly path: string; lose(): void } | null = null;
  #openNow: () => void = () => undefined;
  readonly open: OpenChannel;

  constructor(options: FinderOptions) {
    this.#options = options;
    this.#remembered = options.remembered;
    this.open = Object.assign((events: ChannelEvents) => this.#open(events), {
      whenPlugged: (openNow: () => void) => {
        this.#openNow = openNow;
      },
    });
  }

  get id(): string {
    return this.#options.id;
  }

  get home(): string {
    return this.#options.home();
  }

  get isEnabled(): boolean {
    return this.#options.isEnabled;
  }

  get atHome(): PortUser['atHome'] {
    return this.#atHome;
  }

  get expected(): string | null {
    return this.#options.configured ?? this.#remembered;
  }

  plugged(port: string): void {
    const { book, maySearch } = this.#options;
    const { home } = this;
    const isWanted = this.expected !== null && isSameIdentity(this.expected, book.usbIdentityAt(port) ?? '');
    const maySeek = this.expected !== null && maySearch;
    if (port !== home && !isWanted && !maySeek) return;
    this.#isHomesTurn = port === home;
    this.#openNow();
  }

  unplugged(port: string): void {
    if (this.#held?.path === port) this.#held.lose();
  }

  async #open(events: ChannelEvents): Promise<Result<ByteChannel>> {
    const { book, id, openPort, question } = this.#options;
    // What is expected may be at any of them; without a listing, only the configured port is left.
    if (this.expected !== null) await book.listed;
    const place = this.#choose();
    if (!place.ok) return place;
    const { path } = place.value;
    const isSearch = place.value.as === 'search';
    const endTurn = isSearch ? await book.takeTurn() : () => undefined;
    if (!book.hold(path, id)) {
      endTurn();
      return this.#busy(path);
    }
    let hasAnswered = false;
    let isTaken = false;
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      if (!isTaken && isSearch) book.askedInVain(path, question, hasAnswered);
      if (!isTaken && place.value.as === 'home') this.#atHome = 'not-there';
      this.#held = null;
      book.release(path, id);
      endTurn();
    };
    const lose = (): void => events.onClose(fault('device.lost', `${path}: the port is gone`));
    this.#held = { path, lose };
    const opened = await openPort(path)({
      onData: (bytes) => {
        hasAnswered = true;
        events.onData(bytes);
      },
      onClose: (reason) => {
        over();
        events.onClose(reason);
      },
    });
    if (!opened.ok) {
      over();
      return opened;
    }
    const channel = opened.value;
    return ok({
      write: (bytes) => channel.write(bytes),
      close: () => channel.close().then(over),
      takes: (answered) => {
        const mistaken = this.#judge(place.value, answered);
        isTaken = mistaken === null;
        if (isTaken) endTurn();
        return mistaken;
      },
    });
  }

  #choose(): Result<Place> {
    const { book, id, maySearch, question } = this.#options;
    const { expected } = this;
    if (expected !== null && isUsbIdentity(expected)) return this.#chooseByUsb(expected);
    const isOwnTurn = this.#isHomesTurn || expected === null || !maySearch;
    const [next] = isOwnTurn ? [] : book.placesToAsk(id, question).ports;
    this.#isHomesTurn = next !== undefined;
    if (next !== undefined) return ok({ path: next, as: 'search' });
    if (this.#foundAt !== null && !book.isListed(this.#foundAt)) this.#foundAt = null;
    return this.#foundAt === null ? this.#chooseHome() : this.#unheld({ path: this.#foundAt, as: 'found' });
  }

  #chooseByUsb(expected: string): Result<Place> {
    const path = this.#options.book.portOfUsb(expected);
    if (path === this.home || (path === null && this.#options.configured === null)) return this.#chooseHome();
    this.#atHome = 'not-there';
    return path === null
      ? err(fault('device.port-missing', `no port is ${expected}`))
      : this.#unheld({ path, as: 'found' });
  }

  #chooseHome(): Result<Place> {
    const place = this.#unheld({ path: this.home, as: 'home' });
    if (!place.ok) this.#atHome = 'not-there';
    return place;
  }

  #unheld(place: Place): Result<Place> {
    const holder = this.#options.book.holderOf(place.path);
    return holder === null || holder === this.id ? ok(place) : this.#busy(place.path);
  }

  #busy(path: string): Result<never> {
    const holder = this.#options.book.holderOf(path) ?? 'another device';
    return err(fault('device.port-busy', `${path} is held by ${holder}`));
  }

  /** null when it is the device that is sought, which is then remembered. */
  #judge(place: Place, answered: AnsweredIdentity): Fault | null {
    const mistaken = this.#mistaken(place, answered);
    if (mistaken !== null) {
      if (place.as === 'found') this.#foundAt = null;
      return mistaken;
    }
    this.#atHome = place.as === 'home' ? 'there' : 'not-there';
    this.#foundAt = place.as === 'home' ? null : place.path;
    this.#remember(place.path, answered);
    return null;
  }

  #mistaken({ path, as }: Place, answered: AnsweredIdentity): Fault | null {
    const { book, id, configured, maySearch, question } = this.#options;
    const { expected } = this;
    const usb = book.usbIdentityAt(path);
    const refusal = (why: string) =>
      fault('device.unidentified', `${path}: ${answered.identity} answers; ${why}`);
    if (expected !== null && isSameIdentity(expected, answered.identity)) return null;
    if (expected !== null && usb !== null && isSameIdentity(expected, usb)) return null;
    if (configured !== null || as !== 'home') return refusal(`expected is ${String(expected)}`);
    // Nothing was ordered, and this is another one: it is taken when it is nobody's and ours is nowhere.
    const own = answered.tells === 'unit' ? answered.identity : usb;
    if (own !== null && book.isExpectedByOther(own, id)) return refusal('it is another device’s');
    if (expected === null || isUsbIdentity(expected) || !maySearch) return null;
    const { ports, wait } = book.placesToAsk(id, question);
    return ports.length > 0 || wait ? refusal(`${expected} is looked for first`) : null;
  }

  #remember(path: string, answered: AnsweredIdentity): void {
    if (this.#options.configured !== null) return;
    const usb = this.#options.book.usbIdentityAt(path);
    const byName = answered.tells === undefined ? null : answered.identity;
    // A unit's own name is on no other; a model's name is, and its adapter's number is not.
    const identity = answered.tells === 'unit' ? byName : (usb ?? byName);
    if (identity === null || identity === this.#remembered) return;
    this.#remembered = identity;
    this.#options.onRemember(identity);
  }
}
