import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { chunksOf, MAX_CHUNK_BYTES } from './channel.ts';
import { wireMs } from './uart-wire.ts';

/** What is used of a serial port for writing; the library's port has it. */
export interface DrainingPort {
  /** Calls back when the operating system has taken the bytes. */
  write(chunk: Uint8Array, done: (error: Error | null | undefined) => void): unknown;
  /** Calls back when everything that was taken has left; on Linux up to two clock ticks later. */
  drain(done: (error: Error | null) => void): void;
}

export const lineWriterDelays = {
  /**
   * The next chunk is handed over when the one before has this long to go: nearly all of it at 115200 baud,
   * where 512 bytes take 44 ms, because a kiosk that draws a page at that moment is late by tens of them.
   */
  leadMs: 40,
} as const;

/**
 * What may have been handed over since the port last said that it was empty. A printer that holds the line
 * while it prints takes some 500 bytes a second: with more than this, one write would look like a stall.
 */
export const MAX_UNDRAINED_BYTES = 3 * MAX_CHUNK_BYTES;

export interface LineWriterOptions {
  readonly clock: Clock;
  readonly baudRate: number;
  readonly lost: (why: string) => Fault;
}

/**
 * Writes at the line's pace. To wait until the port says “drained” between two chunks would leave the line
 * idle for one or two ticks of the kernel's clock after each, a tenth of the time at 115200 baud. So the next
 * chunk goes out while the last one leaves, by the clock; a port that is empty sooner says so. Because a
 * handshake may hold the line, which no clock knows, the port has to be found empty now and then.
 */
export class LineWriter {
  readonly #port: DrainingPort;
  readonly #options: LineWriterOptions;
  /** Not a promise that all race against: it would remember each of them for as long as the port is open. */
  readonly #waiting = new Set<(result: Result<void>) => void>();
  /** By the clock and the baud rate. */
  #leavingUntilMs = 0;
  /** Since the port was opened. */
  #handedBytes = 0;
  #drainedBytes = 0;
  #draining: Promise<Result<void>> | null = null;
  #failure: Fault | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(port: DrainingPort, options: LineWriterOptions) {
    this.#port = port;
    this.#options = options;
  }

  /**
   * Resolves when the bytes have left; after a whole chunk, of which more is to come, when there is room for
   * the next. Writes go out in the order of their calls. Faults: device.lost.
   */
  write(bytes: Uint8Array): Promise<Result<void>> {
    const isWhole = bytes.length > 0 && bytes.length % MAX_CHUNK_BYTES === 0;
    const handed = this.#last.then(() => this.#handOverAll(bytes));
    // The next one waits for room, not for what the port says late of the last byte of this one.
    this.#last = handed.then((mark) => (mark.ok ? this.#untilRoom() : mark));
    return handed.then(async (mark) => {
      if (!mark.ok) return mark;
      return isWhole ? this.#untilRoom() : this.#untilDrained(mark.value);
    });
  }

  /** The port is gone: everybody who waits is told, and whoever writes from now on. */
  end(why: string): void {
    const failed = this.#fail(why);
    for (const settle of [...this.#waiting]) settle(failed);
  }

  /** Gives what will have been handed over by then, since the port was opened, in bytes. */
  async #handOverAll(bytes: Uint8Array): Promise<Result<number>> {
    let isFirst = true;
    for (const chunk of chunksOf(bytes, MAX_CHUNK_BYTES)) {
      const room = isFirst ? ok(undefined) : await this.#untilRoom();
      if (!room.ok) return room;
      if (this.#failure !== null) return err(this.#failure);
      const taken = await this.#handOver(chunk);
      if (!taken.ok) return taken;
      isFirst = false;
    }
    return ok(this.#handedBytes);
  }

  get #undrainedBytes(): number {
    return this.#handedBytes - this.#drainedBytes;
  }

  #handOver(chunk: Uint8Array): Promise<Result<void>> {
    const { clock, baudRate } = this.#options;
    this.#leavingUntilMs =
      Math.max(clock.monotonicMs(), this.#leavingUntilMs) + wireMs(chunk.length, baudRate);
    this.#handedBytes += chunk.length;
    return this.#orGone((done) => this.#port.write(chunk, done));
  }

  async #untilRoom(): Promise<Result<void>> {
    if (this.#undrainedBytes + MAX_CHUNK_BYTES > MAX_UNDRAINED_BYTES)
      return this.#untilDrained(this.#handedBytes);
    const { clock } = this.#options;
    const waitMs = this.#leavingUntilMs - lineWriterDelays.leadMs - clock.monotonicMs();
    if (waitMs <= 0) return ok(undefined);
    let cancel: () => void = () => undefined;
    const nearlyLeft = new Promise<Result<void>>((resolve) => {
      cancel = clock.after(waitMs, () => resolve(ok(undefined)));
    });
    const room = await Promise.race([nearlyLeft, this.#untilDrained(this.#handedBytes)]);
    cancel();
    return room;
  }

  /** A drain that was under way when a chunk was handed over may not speak for that chunk. */
  async #untilDrained(markBytes: number): Promise<Result<void>> {
    while (this.#drainedBytes < markBytes) {
      const drained = await (this.#draining ?? this.#drain());
      if (!drained.ok) return drained;
    }
    return ok(undefined);
  }

  #drain(): Promise<Result<void>> {
    const spokenForBytes = this.#handedBytes;
    this.#draining = this.#orGone((done) => this.#port.drain(done)).then((drained) => {
      this.#draining = null;
      if (!drained.ok) return drained;
      this.#drainedBytes = spokenForBytes;
      if (this.#undrainedBytes === 0) this.#leavingUntilMs = 0;
      return drained;
    });
    return this.#draining;
  }

  /** Asks the port, and waits for its answer or for the port's end. */
  #orGone(ask: (done: (error: Error | null | undefined) => void) => void): Promise<Result<void>> {
    return new Promise((resolve) => {
      const settle = (result: Result<void>) => {
        this.#waiting.delete(settle);
        resolve(result);
      };
      this.#waiting.add(settle);
      ask((error) => settle(error ? this.#fail(error.message) : ok(undefined)));
    });
  }

  #fail(why: string): Result<never> {
    this.#failure ??= this.#options.lost(why);
    return err(this.#failure);
  }
}
