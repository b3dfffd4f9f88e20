import type { DeviceState } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { ByteChannel, OpenChannel } from '../channel/channel.ts';
import type { DisplayDialect } from './display-dialect.ts';
import { DisplayWire, type ExchangeEnd } from './display-wire.ts';
import { backoffMs, Display, type Rank, type Turn } from './display.ts';

export interface DisplayLineOptions {
  readonly clock: Clock;
  readonly open: OpenChannel;
  /** bit/s: how long bytes are on their way. */
  readonly baudRate: number;
}

const ranks: readonly Rank[] = ['call', 'catch-up', 'routine'];

interface OpenLine {
  readonly channel: ByteChannel;
  readonly wire: DisplayWire;
  /** Somebody answered, and the channel was told who. */
  isTaken: boolean;
}

interface Broadcast {
  readonly bytes: Uint8Array;
  readonly restMs: number;
  readonly done: () => void;
}

/**
 * One line with one master and the displays on it; one display alone is a line with one. It is open while a
 * display needs it, opened again with backoff when it is lost or when nobody on it answers, and carries one
 * exchange at a time: calls first, then what has just come back, then the question who is there.
 */
export class DisplayLine {
  readonly #options: DisplayLineOptions;
  /** With those that a technician switched off: they still hear what all hear. */
  readonly #displays = new Set<Display>();
  /** Those that are neither switched off nor closed. */
  readonly #running = new Set<Display>();
  readonly #broadcasts: Broadcast[] = [];
  #line: OpenLine | null = null;
  #isOpening = false;
  #isExchanging = false;
  #failures = 0;
  /** Counts openings: whatever an earlier one still has under way is void. */
  #life = 0;
  #cancelTimer: () => void = () => undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: DisplayLineOptions) {
    this.#options = options;
    options.open.whenPlugged?.(() => {
      if (this.#running.size === 0 || this.#line !== null || this.#isOpening) return;
      this.#failures = 0;
      void this.#open();
    });
  }

  /** Nothing is sent to it before `start`. */
  add(dialect: DisplayDialect, onStatus: (status: DeviceState) => void): Display {
    const display = new Display(
      dialect,
      {
        clock: this.#options.clock,
        joined: (joining) => this.#joined(joining),
        left: (leaving) => this.#left(leaving),
        removed: (leaving) => this.#displays.delete(leaving),
        wake: () => this.#sendNext(),
      },
      onStatus,
    );
    this.#displays.add(display);
    return display;
  }

  /** Whether every display that was on it is closed. */
  get isEmpty(): boolean {
    return this.#displays.size === 0;
  }

  /**
   * At closing time: all displays at once where their protocol has a way that none has to answer, and then
   * each by itself, as nobody knows who heard it. One that a technician switched off is sent nothing: then
   * no broadcast goes out that it would hear.
   */
  async clearAll(): Promise<void> {
    const protocols = Map.groupBy(this.#displays, (display) => display.dialect.protocol);
    await Promise.all(
      [...protocols.values()].map(async (displays) => {
        const running = displays.filter((display) => this.#running.has(display));
        const clearAll = running[0]?.dialect.clearAll ?? null;
        if (clearAll === null || this.#line === null || running.length < displays.length) {
          await Promise.all(running.map((display) => display.clear()));
          return;
        }
        await new Promise<void>((resolve) => {
          this.#broadcasts.push({ ...clearAll, done: resolve });
          this.#sendNext();
        });
        for (const display of running) display.wasClearedUnheard();
        this.#sendNext();
      }),
    );
  }

  #joined(display: Display): void {
    this.#running.add(display);
    if (this.#line !== null) {
      display.lineOpened();
      this.#sendNext();
    } else if (this.#isOpening) display.lineOpening();
    else {
      // A person has just plugged it in or switched it on: nobody waits for the end of a pause.
      this.#failures = 0;
      void this.#open();
    }
  }

  async #left(display: Display): Promise<void> {
    this.#running.delete(display);
    if (this.#running.size === 0) {
      this.#life += 1;
      this.#isOpening = false;
      this.#drop(fault('device.lost', 'closed by the device host'));
      await this.#closing;
    } else this.#sendNext();
  }

  async #open(): Promise<void> {
    this.#cancelTimer();
    this.#life += 1;
    const life = this.#life;
    this.#isOpening = true;
    await this.#closing;
    if (life !== this.#life) return;
    for (const display of this.#running) display.lineOpening();

    let wire: DisplayWire | null = null;
    const opened = await this.#options.open({
      onData: (bytes) => wire?.receive(bytes),
      onClose: (reason) => {
        if (life === this.#life) this.#lose(reason);
      },
    });
    if (life !== this.#life) {
      if (opened.ok) await opened.value.close();
      return;
    }
    this.#isOpening = false;
    if (!opened.ok) {
      this.#lose(opened.fault);
      return;
    }
    const channel = opened.value;
    wire = new DisplayWire((bytes) => channel.write(bytes), this.#options.clock, this.#options.baudRate);
    this.#line = { channel, wire, isTaken: false };
    for (const display of this.#running) display.lineOpened();
    this.#sendNext();
  }

  #sendNext(): void {
    const line = this.#line;
    if (line === null || this.#isExchanging) return;
    this.#cancelTimer();
    const nowMs = this.#options.clock.monotonicMs();
    const broadcast = this.#broadcasts[0];
    const turns = [...this.#running]
      .map((display) => readyTurn(display, line.wire))
      .filter((turn) => turn !== null);
    const best = turns.filter(({ fromMs }) => fromMs <= nowMs).toSorted(byUrgency)[0];
    if (broadcast !== undefined && line.wire.freeMs <= nowMs) {
      this.#broadcasts.shift();
      void this.#exchange(line, () => line.wire.broadcast(broadcast.bytes, broadcast.restMs), broadcast.done);
    } else if (best !== undefined) {
      const { turn } = best;
      turn.started();
      void this.#exchange(
        line,
        () => line.wire.exchange(turn.request, turn.answerMs),
        (end) => turn.ended(end),
      );
    } else {
      const nextMs = Math.min(
        ...turns.map(({ fromMs }) => fromMs),
        broadcast === undefined ? Number.POSITIVE_INFINITY : line.wire.freeMs,
      );
      if (Number.isFinite(nextMs))
        this.#cancelTimer = this.#options.clock.after(nextMs - nowMs, () => this.#sendNext());
    }
  }

  async #exchange(
    line: OpenLine,
    run: () => Promise<ExchangeEnd>,
    ended: (end: ExchangeEnd) => void,
  ): Promise<void> {
    this.#isExchanging = true;
    const end = await run();
    if (this.#line !== line) {
      ended(end);
      return;
    }
    this.#isExchanging = false;
    ended(end);
    const mistaken = this.#judge(line);
    if ([...this.#running].some((display) => display.isPresent)) this.#failures = 0;
    if (mistaken !== null) this.#lose(mistaken);
    else if (end.end === 'broken') this.#lose(end.fault);
    else if ([...this.#running].every((display) => display.isAway)) {
      // An adapter that hangs, or a port that is another device's by now: the port is let go.
      this.#lose(fault('device.silent', 'nobody on this line answers'));
    } else this.#sendNext();
  }

  /** Displays have no names: it is the port by which a channel knows whether it was meant. */
  #judge(line: OpenLine): Fault | null {
    if (line.isTaken) return null;
    const present = [...this.#running].find((display) => display.isPresent);
    if (present === undefined) return null;
    line.isTaken = true;
    const { status } = present;
    const identity = 'identity' in status ? status.identity : present.dialect.protocol;
    return line.channel.takes?.({ identity }) ?? null;
  }

  #lose(reason: Fault): void {
    this.#life += 1;
    this.#isOpening = false;
    this.#drop(reason);
    const retryInMs = backoffMs(this.#failures);
    this.#failures += 1;
    this.#cancelTimer = this.#options.clock.after(retryInMs, () => void this.#open());
    for (const display of this.#running) display.lineLost(reason, retryInMs);
  }

  #drop(reason: Fault): void {
    this.#cancelTimer();
    const line = this.#line;
    this.#line = null;
    this.#isExchanging = false;
    for (const broadcast of this.#broadcasts.splice(0)) broadcast.done();
    if (line === null) return;
    line.wire.end(reason);
    this.#closing = line.channel.close();
  }
}

interface ReadyTurn {
  readonly turn: Turn;
  readonly fromMs: number;
}

function readyTurn(display: Display, wire: DisplayWire): ReadyTurn | null {
  const turn = display.next();
  if (turn === null) return null;
  return { turn, fromMs: Math.max(turn.dueMs, wire.freeMsFor(display.dialect)) };
}

function byUrgency({ turn: one }: ReadyTurn, { turn: other }: ReadyTurn): number {
  return (
    ranks.indexOf(one.rank) - ranks.indexOf(other.rank) ||
    Number(one.isDoubtful) - Number(other.isDoubtful) ||
    one.dueMs - other.dueMs
  );
}
