import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { ByteChannel } from '../channel/channel.ts';
import { withinLimit } from './device.ts';
import type { AnswerReader, DisplayDialect, DisplayRequest } from './display-dialect.ts';

/** Every delay of a line that several displays share. */
export const wireDelays = {
  /** Between two frames: 3.5 characters by Modbus (clause 2.5.1.1), 4 ms at 9600 baud, and an adapter's turn. */
  pauseMs: 5,
  /** After a damaged answer: a good one may follow at once. */
  settleMs: 100,
  /** What was not answered in time may be answered late, just when the next display is asked. */
  lateMs: 300,
  /** A line whose handshake holds the bytes back must not hold the others' calls for ever. */
  writeStallMs: 5_000,
} as const;

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

export type ExchangeEnd =
  | { readonly end: 'taken' }
  | { readonly end: 'refused'; readonly fault: Fault; readonly passes: boolean }
  /** No answer, or none that makes sense. */
  | { readonly end: 'missed'; readonly fault: Fault }
  /** Not this display: the line. */
  | { readonly end: 'broken'; readonly fault: Fault };

interface Listener {
  readonly reader: AnswerReader;
  receivedBytes: number;
  settle(end: ExchangeEnd): void;
}

/** One open line with one master: one exchange at a time, and the pauses between them. */
export class DisplayWire {
  readonly #write: ByteChannel['write'];
  readonly #clock: Clock;
  readonly #byteMs: number;
  #listener: Listener | null = null;
  #cancelLimit: (() => void) | null = null;
  /** When the last byte that was written has left, by the line's speed: TCP takes bytes faster than that. */
  #sentMs = 0;
  #freeMs = 0;
  #lateMs = 0;

  constructor(write: ByteChannel['write'], clock: Clock, baudRate: number) {
    this.#write = write;
    this.#clock = clock;
    this.#byteMs = (BITS_PER_BYTE * 1_000) / baudRate;
  }

  /** From when on something may be sent to those who cannot mistake a late answer for theirs. */
  get freeMs(): number {
    return this.#freeMs;
  }

  /** From when on this display may be sent something. */
  freeMsFor(dialect: DisplayDialect): number {
    return dialect.answersNameDisplay ? this.#freeMs : Math.max(this.#freeMs, this.#lateMs);
  }

  /** Bytes that nobody waits for are nobody's answer. */
  receive(bytes: Uint8Array): void {
    const listener = this.#listener;
    if (listener === null) return;
    listener.receivedBytes += bytes.length;
    const answer = listener.reader.push(bytes);
    switch (answer?.type) {
      case undefined:
        return;
      case 'taken':
        listener.settle({ end: 'taken' });
        return;
      case 'refused':
        listener.settle({ end: 'refused', fault: answer.fault, passes: answer.passes });
        return;
      case 'damaged':
        this.#limit(wireDelays.settleMs, () => {
          listener.settle({ end: 'missed', fault: fault('device.garbled', 'a damaged answer') });
        });
        return;
      default: {
        const never: never = answer;
        return never;
      }
    }
  }

  /** The line is gone. */
  end(reason: Fault): void {
    this.#listener?.settle({ end: 'broken', fault: reason });
  }

  /** The caller does one at a time, and waits for `freeMs` before. */
  async exchange(request: DisplayRequest, answerMs: number): Promise<ExchangeEnd> {
    const { promise: heard, resolve } = Promise.withResolvers<ExchangeEnd>();
    if (request.reader !== null)
      this.#listener = { reader: request.reader(), receivedBytes: 0, settle: resolve };
    const listener = this.#listener;
    const written = await this.#send(request.bytes);
    if (!written.ok) return this.#done({ end: 'broken', fault: written.fault });
    if (listener === null) return this.#done({ end: 'taken' });
    const sentInMs = Math.max(0, this.#sentMs - this.#clock.monotonicMs());
    if (this.#cancelLimit === null)
      this.#limit(sentInMs + answerMs, () => resolve(nothingUseful(listener, answerMs)));
    return this.#done(await heard);
  }

  /** What nobody answers. */
  async broadcast(bytes: Uint8Array, restMs: number): Promise<ExchangeEnd> {
    const end = await this.exchange({ bytes, reader: null }, 0);
    this.#freeMs += restMs;
    return end;
  }

  #send(bytes: Uint8Array): ReturnType<ByteChannel['write']> {
    const startMs = Math.max(this.#sentMs, this.#clock.monotonicMs());
    this.#sentMs = startMs + bytes.length * this.#byteMs;
    return withinLimit(this.#clock, this.#write(bytes), wireDelays.writeStallMs);
  }

  #done(end: ExchangeEnd): ExchangeEnd {
    const isHeard = this.#listener !== null && end.end !== 'missed';
    this.#listener = null;
    this.#stopLimit();
    const nowMs = this.#clock.monotonicMs();
    // Whoever answered has heard everything, however slow the line is said to be.
    if (isHeard) this.#sentMs = nowMs;
    this.#freeMs = Math.max(nowMs, this.#sentMs) + wireDelays.pauseMs;
    if (end.end === 'missed') this.#lateMs = nowMs + wireDelays.lateMs;
    return end;
  }

  #limit(ms: number, callback: () => void): void {
    this.#stopLimit();
    this.#cancelLimit = this.#clock.after(ms, callback);
  }

  #stopLimit(): void {
    this.#cancelLimit?.();
    this.#cancelLimit = null;
  }
}

function nothingUseful({ receivedBytes }: Listener, answerMs: number): ExchangeEnd {
  return {
    end: 'missed',
    fault:
      receivedBytes === 0
        ? fault('device.silent', `no answer in ${answerMs} ms`)
        : fault('device.garbled', `${receivedBytes} bytes without an answer`),
  };
}
