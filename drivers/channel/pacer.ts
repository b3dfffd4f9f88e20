import type { Clock } from '#contract/ports.ts';
import type { SimulatedLine } from './simulator.ts';

const SLOW_BYTE_MS = 2;
const PACED_PIECE_BYTES = 16;
const BITS_PER_BYTE = 10;

/** A simulator's way out: lets bytes go no faster than the line would carry them. */
export class Pacer {
  readonly #line: SimulatedLine;
  readonly #clock: Clock;
  readonly #baudRate: number | null;
  readonly #waiting: Burst[] = [];
  #cancel: () => void = () => undefined;
  #isSending = false;

  constructor(line: SimulatedLine, clock: Clock, baudRate: number | null) {
    this.#line = line;
    this.#clock = clock;
    this.#baudRate = baudRate;
  }

  send(frame: Uint8Array): void {
    if (this.#baudRate === null) {
      this.#line.send(frame);
      return;
    }
    const pieceMs = (PACED_PIECE_BYTES * BITS_PER_BYTE * 1_000) / this.#baudRate;
    this.#enqueue({ left: frame, pieceBytes: PACED_PIECE_BYTES, pieceMs });
  }

  sendSlowly(frame: Uint8Array): void {
    this.#enqueue({ left: frame, pieceBytes: 1, pieceMs: SLOW_BYTE_MS });
  }

  stop(): void {
    this.#cancel();
    this.#waiting.length = 0;
    this.#isSending = false;
  }

  /** A line carries one byte after the other: what is sent later waits for what is on its way. */
  #enqueue(burst: Burst): void {
    this.#waiting.push(burst);
    if (!this.#isSending) this.#sendNext();
  }

  #sendNext(): void {
    while (this.#waiting[0]?.left.length === 0) this.#waiting.shift();
    const burst = this.#waiting[0];
    this.#isSending = burst !== undefined;
    if (burst === undefined) return;
    this.#cancel = this.#clock.after(burst.pieceMs, () => {
      this.#line.send(burst.left.subarray(0, burst.pieceBytes));
      burst.left = burst.left.subarray(burst.pieceBytes);
      this.#sendNext();
    });
  }
}

interface Burst {
  left: Uint8Array;
  readonly pieceBytes: number;
  readonly pieceMs: number;
}
