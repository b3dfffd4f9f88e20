import type { Clock } from '#contract/ports.ts';

/** A start bit, eight data bits, a stop bit. */
const BITS_PER_BYTE = 10;
/** The receive buffer of a 16550, which hands over at most this much at a time. */
const FIFO_BYTES = 16;

export function wireMs(byteCount: number, baudRate: number): number {
  return (byteCount * BITS_PER_BYTE * 1_000) / baudRate;
}

/**
 * One direction of a serial line. Each byte has its time on the wire by the clock, whatever the timers do:
 * a timer that comes late delays one delivery, and not those behind it.
 */
export class UartWire {
  readonly #clock: Clock;
  readonly #baudRate: number;
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #latenessMs: number[];
  readonly #waiting: Piece[] = [];
  #isAwaiting = false;
  #freeAtMs = 0;
  #cancel: () => void = () => undefined;

  /** `latenessMs` is told of each delivery how much later it came than the wire would have had it. */
  constructor(clock: Clock, baudRate: number, deliver: (bytes: Uint8Array) => void, latenessMs: number[]) {
    this.#clock = clock;
    this.#baudRate = baudRate;
    this.#deliver = deliver;
    this.#latenessMs = latenessMs;
  }

  /** From when to when these bytes are on the wire: they wait for those before them. */
  carry(bytes: Uint8Array): { readonly startMs: number; readonly endMs: number } {
    const startMs = Math.max(this.#clock.monotonicMs(), this.#freeAtMs);
    for (let start = 0; start < bytes.length; start += FIFO_BYTES) {
      const piece = bytes.slice(start, start + FIFO_BYTES);
      this.#waiting.push({ bytes: piece, dueMs: startMs + wireMs(start + piece.length, this.#baudRate) });
    }
    this.#freeAtMs = startMs + wireMs(bytes.length, this.#baudRate);
    if (!this.#isAwaiting) this.#awaitNext();
    return { startMs, endMs: this.#freeAtMs };
  }

  stop(): void {
    this.#cancel();
    this.#isAwaiting = false;
    this.#waiting.length = 0;
  }

  #awaitNext(): void {
    const piece = this.#waiting.shift();
    this.#isAwaiting = piece !== undefined;
    if (piece === undefined) return;
    this.#cancel = this.#clock.after(Math.max(0, piece.dueMs - this.#clock.monotonicMs()), () => {
      this.#latenessMs.push(Math.max(0, this.#clock.monotonicMs() - piece.dueMs));
      this.#deliver(piece.bytes);
      this.#awaitNext();
    });
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly dueMs: number;
}
