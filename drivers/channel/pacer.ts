import type { Clock } from '#contract/ports.ts';
import type { SimulatedLine } from './simulator.ts';

const SLOW_BYTE_MS = 2;
/** As many as a UART's buffer holds before it wakes its reader. */
const PACED_PIECE_BYTES = 16;
const BITS_PER_BYTE = 10;
/** A time divided by a byte's time may fall short of the whole number by the rounding of the two. */
const ROUNDING_BYTES = 1e-6;

/**
 * A simulator's way out: lets bytes go no faster than the line would carry them. Each byte has its time from
 * the start of its burst; a timer that is late sends all that is due by then, so that the pace is the line's
 * over any length, whatever the timers' grain.
 */
export class Pacer implements SimulatedLine {
  readonly #line: SimulatedLine;
  readonly #clock: Clock;
  #baudRate: number | null;
  readonly #waiting: Burst[] = [];
  /** When the last byte of all that waits has left. */
  #freeAtMs = 0;
  #cancel: () => void = () => undefined;

  constructor(line: SimulatedLine, clock: Clock, baudRate: number | null) {
    this.#line = line;
    this.#clock = clock;
    this.#baudRate = baudRate;
  }

  /** For what is sent from now on; null sends at once. */
  setBaudRate(baudRate: number | null): void {
    this.#baudRate = baudRate;
  }

  send(frame: Uint8Array): void {
    if (this.#baudRate === null && this.#waiting.length === 0) {
      this.#line.send(frame);
      return;
    }
    const byteMs = this.#baudRate === null ? 0 : (BITS_PER_BYTE * 1_000) / this.#baudRate;
    this.#enqueue(frame, byteMs, PACED_PIECE_BYTES);
  }

  sendSlowly(frame: Uint8Array): void {
    this.#enqueue(frame, SLOW_BYTE_MS, 1);
  }

  stop(): void {
    this.#cancel();
    this.#waiting.length = 0;
    this.#freeAtMs = 0;
  }

  /** A line carries one byte after the other: what is sent later waits for what is on its way. */
  #enqueue(frame: Uint8Array, byteMs: number, pieceBytes: number): void {
    if (frame.length === 0) return;
    const startMs = Math.max(this.#clock.monotonicMs(), this.#freeAtMs);
    this.#freeAtMs = startMs + frame.length * byteMs;
    this.#waiting.push({ frame, startMs, byteMs, pieceBytes, sentBytes: 0 });
    if (this.#waiting.length === 1) this.#sendDue();
  }

  #sendDue(): void {
    const nowMs = this.#clock.monotonicMs();
    for (let burst = this.#waiting[0]; burst !== undefined; burst = this.#waiting[0]) {
      const due = dueBytes(burst, nowMs);
      if (due > burst.sentBytes) this.#line.send(burst.frame.subarray(burst.sentBytes, due));
      burst.sentBytes = due;
      if (due < burst.frame.length) {
        const nextBytes = Math.min(due + burst.pieceBytes, burst.frame.length);
        const nextMs = burst.startMs + nextBytes * burst.byteMs;
        this.#cancel = this.#clock.after(nextMs - nowMs, () => this.#sendDue());
        return;
      }
      this.#waiting.shift();
    }
  }
}

interface Burst {
  readonly frame: Uint8Array;
  readonly startMs: number;
  readonly byteMs: number;
  /** The next timer is set for so many more. */
  readonly pieceBytes: number;
  sentBytes: number;
}

function dueBytes({ frame, startMs, byteMs }: Burst, nowMs: number): number {
  if (byteMs === 0) return frame.length;
  return Math.min(frame.length, Math.floor((nowMs - startMs) / byteMs + ROUNDING_BYTES));
}
