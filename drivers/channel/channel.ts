import type { Result } from '#contract/result.ts';
import type { Fault } from '#contract/fault.ts';

/** Handed over when a channel opens, so that no byte can arrive before somebody listens. */
export interface ChannelEvents {
  onData(bytes: Uint8Array): void;
  /** Once, when the line goes away by itself; never after `close()`. */
  onClose(fault: Fault): void;
}

/** One connection to one device. A driver sees nothing else of the world. */
export interface ByteChannel {
  /**
   * Resolves when the operating system has taken every byte (serial: drained to the wire), so that the
   * caller's pace is the line's. Faults: device.lost.
   */
  write(bytes: Uint8Array): Promise<Result<void>>;
  /** Idempotent; resolves when the port is free for another opener. */
  close(): Promise<void>;
}

/** Faults: device.port-missing, device.port-busy, device.open-failed. */
export type OpenChannel = (events: ChannelEvents) => Promise<Result<ByteChannel>>;

/**
 * Cheap Chinese printers have receive buffers of a few kilobytes and serial lines without working
 * hardware handshake: short drained chunks keep the host from outrunning them.
 */
export const MAX_CHUNK_BYTES = 512;

export function* chunksOf(bytes: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    yield bytes.subarray(start, start + chunkBytes);
  }
}
