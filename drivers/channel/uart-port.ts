import type { Clock } from '#contract/ports.ts';
import type { DrainingPort } from './line-writer.ts';
import { UartWire } from './uart-wire.ts';

export interface UartPortSettings {
  readonly clock: Clock;
  readonly baudRate: number;
  /**
   * How often the operating system looks whether its last byte has left. Linux sleeps a tick between two
   * looks (usb_serial_generic_wait_until_sent, uart_wait_until_sent): 4 ms where it ticks 250 times a second.
   */
  readonly tickMs: number;
  /** From the system's answer to the callback of whoever asked. */
  readonly callbackMs: number;
  /** At the other end. */
  readonly deliver: (bytes: Uint8Array) => void;
}

/** When the bytes of one write were on the wire. */
export interface WireSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: Uint8Array;
}

/**
 * A serial port and its operating system as far as writing goes, for tests and for the bench: bytes leave at
 * the baud rate, and that they have left is noticed late.
 */
export class UartPort implements DrainingPort {
  readonly #settings: UartPortSettings;
  readonly #wire: UartWire;
  /** Taken, and kept back by the handshake; null while the line is free. */
  #held: Uint8Array[] | null = null;
  #failure: Error | null = null;
  readonly spans: WireSpan[] = [];
  /** How late the line was by its own fault. */
  readonly latenessMs: number[] = [];
  /** All that was ever handed over. */
  takenBytes = 0;

  constructor(settings: UartPortSettings) {
    this.#settings = settings;
    this.#wire = new UartWire(settings.clock, settings.baudRate, settings.deliver, this.latenessMs);
  }

  write(chunk: Uint8Array, done: (error: Error | null) => void): void {
    this.takenBytes += chunk.length;
    if (this.#held !== null) this.#held.push(chunk);
    else this.#carry(chunk);
    this.#settings.clock.after(this.#settings.callbackMs, () => done(this.#failure));
  }

  drain(done: (error: Error | null) => void): void {
    const { clock, callbackMs, tickMs } = this.#settings;
    const isEmpty = this.#emptyAtMs <= clock.monotonicMs();
    if (isEmpty || this.#failure !== null) clock.after(callbackMs, () => done(this.#failure));
    else clock.after(tickMs, () => this.drain(done));
  }

  /** CTS: nothing leaves until `release`. What is on the wire by then arrives. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const chunk of held) this.#carry(chunk);
  }

  /** Everything that is asked from now on fails. */
  fail(error: Error): void {
    this.#failure = error;
  }

  close(): void {
    this.#wire.stop();
  }

  /** When the line is empty; never, while bytes are held back. */
  get #emptyAtMs(): number {
    if (this.#held !== null && this.#held.length > 0) return Number.POSITIVE_INFINITY;
    return this.spans.at(-1)?.endMs ?? 0;
  }

  #carry(bytes: Uint8Array): void {
    this.spans.push({ ...this.#wire.carry(bytes), bytes });
  }
}
