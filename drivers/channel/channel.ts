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
   * Resolves when the operating system has taken every byte (serial: when they have left), so that the
   * caller's pace is the line's. Whole chunks of MAX_CHUNK_BYTES are taken for the beginning of more: after
   * the last of them the line is about to be free, and not yet, so that it need not wait for the next.
   * Writes go out in the order of their calls. Faults: device.lost.
   */
  write(bytes: Uint8Array): Promise<Result<void>>;
  /** Idempotent; resolves when the port is free for another opener. */
  close(): Promise<void>;
  /**
   * Asked when the handshake has succeeded: null when it is this device that is expected at the other end,
   * device.unidentified when it is another of its kind. A channel that expects nobody takes everybody.
   */
  readonly takes?: (device: AnsweredIdentity) => Fault | null;
}

/** What a device answered about itself. */
export interface AnsweredIdentity {
  readonly identity: string;
  /** What the answer tells this device from: every other, other models, or (absent) nothing. */
  readonly tells?: 'unit' | 'model';
}

export interface OpenChannel {
  /** Faults: device.port-missing, device.port-busy, device.open-failed, device.unidentified. */
  (events: ChannelEvents): Promise<Result<ByteChannel>>;
  /** Of a channel that sees its port come back: a device that waits to be opened again need not wait. */
  readonly whenPlugged?: (open: () => void) => void;
}

/**
 * Cheap Chinese printers have receive buffers of a few kilobytes and serial lines without working
 * hardware handshake: whoever writes chunk by chunk can stop after each when the device says so, and little
 * more than one chunk is on its way by then.
 */
export const MAX_CHUNK_BYTES = 512;

export function* chunksOf(bytes: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    yield bytes.subarray(start, start + chunkBytes);
  }
}
