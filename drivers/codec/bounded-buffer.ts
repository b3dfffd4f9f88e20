import { concat } from './bytes.ts';

/**
 * Collects the pieces of a frame. It never holds more than `maxBytes`: of a line that babbles, the oldest
 * bytes fall out, because the next good frame can only lie behind them.
 */
export class BoundedBuffer {
  readonly #maxBytes: number;
  #held: Uint8Array = new Uint8Array(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): Uint8Array {
    return this.#held;
  }

  append(bytes: Uint8Array): void {
    const whole = concat([this.#held, bytes]);
    this.#held = whole.length > this.#maxBytes ? whole.slice(whole.length - this.#maxBytes) : whole;
  }

  drop(byteCount: number): void {
    this.#held = this.#held.slice(byteCount);
  }

  clear(): void {
    this.#held = new Uint8Array(0);
  }
}
