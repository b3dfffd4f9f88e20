import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { byteAt, concat } from '../codec/bytes.ts';
import { crc16Arc } from '../codec/crc16.ts';

/**
 * The line of Onbon BX-5K and BX-6K font cards, after the maker's published Java sender (onbonlab/bx.k.java)
 * and SDK documents (onbonlab/BX-K): pure encode and decode. All numbers are little-endian.
 */

const START = 0xa5;
const END = 0x5a;
const START_COUNT = 8;
/** Behind A6: 02 is A5, 01 is A6. Behind 5B: 02 is 5A, 01 is 5B. So A5 and 5A stand at the ends only. */
const ESCAPE_OF_START = 0xa6;
const ESCAPE_OF_END = 0x5b;

export const HOST_ADDRESS = 0x8000;
export const BROADCAST_SCREEN = 0xfffe;
const ANY_CARD_TYPE = 0xfe;
const PROTOCOL_VERSION = 0x02;

const HEADER_BYTES = 14;
const CRC_BYTES = 2;
/** Longer than any area that a window shows; a card's receive buffer holds 2 KB. */
export const MAX_DATA_BYTES = 1_024;
const MAX_STUFFED_BYTES = 2 * (HEADER_BYTES + MAX_DATA_BYTES + CRC_BYTES);

export interface OnbonFrame {
  readonly destination: number;
  readonly source: number;
  readonly data: Uint8Array;
}

export function encodeFrame(frame: OnbonFrame): Uint8Array {
  if (frame.data.length > MAX_DATA_BYTES) throw new Error('more data than a frame takes');
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint16(0, frame.destination, true);
  view.setUint16(2, frame.source, true);
  // Bytes 4 to 9: reserved, no barcode, check mode 0, display mode 0.
  view.setUint8(10, ANY_CARD_TYPE);
  view.setUint8(11, PROTOCOL_VERSION);
  view.setUint16(12, frame.data.length, true);
  const body = concat([header, frame.data]);
  const crc = crc16Arc(body);
  const checked = concat([body, Uint8Array.of(crc & 0xff, crc >> 8)]);
  return concat([new Uint8Array(START_COUNT).fill(START), stuff(checked), Uint8Array.of(END)]);
}

function stuff(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(
    Array.from(bytes).flatMap((byte) => {
      if (byte === START) return [ESCAPE_OF_START, 0x02];
      if (byte === ESCAPE_OF_START) return [ESCAPE_OF_START, 0x01];
      if (byte === END) return [ESCAPE_OF_END, 0x02];
      if (byte === ESCAPE_OF_END) return [ESCAPE_OF_END, 0x01];
      return [byte];
    }),
  );
}

/** null when an escape is followed by what no sender writes. */
function unstuff(bytes: Uint8Array): Uint8Array | null {
  const plain: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = byteAt(bytes, at);
    if (byte !== ESCAPE_OF_START && byte !== ESCAPE_OF_END) {
      plain.push(byte);
      continue;
    }
    at += 1;
    const which = byteAt(bytes, at);
    if (which === 0x01) plain.push(byte);
    else if (which === 0x02) plain.push(byte === ESCAPE_OF_START ? START : END);
    else return null;
  }
  return Uint8Array.from(plain);
}

export type ParserEvent =
  | ({ readonly type: 'frame' } & OnbonFrame)
  | { readonly type: 'damaged'; readonly why: 'escape' | 'length' | 'crc' };

/**
 * Finds frames in a stream, whatever the pieces it comes in. A start byte never stands inside a frame, so
 * each one begins anew: a frame that was cut off costs nothing but itself.
 */
export class FrameParser {
  readonly #buffer = new BoundedBuffer(MAX_STUFFED_BYTES);
  #isInFrame = false;
  /** Bytes since the last `reset`, frames and junk alike. */
  #receivedBytes = 0;

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Called before each request, as answers come only to requests. */
  reset(): void {
    this.#buffer.clear();
    this.#isInFrame = false;
    this.#receivedBytes = 0;
  }

  push(bytes: Uint8Array): ParserEvent[] {
    this.#receivedBytes += bytes.length;
    const events: ParserEvent[] = [];
    let pieceStart = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte !== START && byte !== END) continue;
      if (this.#isInFrame) {
        this.#append(bytes.subarray(pieceStart, at));
        if (byte === END) events.push(decode(this.#buffer.bytes));
      }
      this.#buffer.clear();
      this.#isInFrame = byte === START;
      pieceStart = at + 1;
    }
    if (this.#isInFrame) this.#append(bytes.subarray(pieceStart));
    return events;
  }

  #append(bytes: Uint8Array): void {
    // Of a frame that is too long the first bytes fall out, and its length and check no longer fit.
    if (bytes.length > 0) this.#buffer.append(bytes);
  }
}

function decode(stuffed: Uint8Array): ParserEvent {
  const bytes = unstuff(stuffed);
  if (bytes === null) return { type: 'damaged', why: 'escape' };
  if (bytes.length < HEADER_BYTES + CRC_BYTES) return { type: 'damaged', why: 'length' };
  const view = new DataView(bytes.buffer);
  const dataEnd = bytes.length - CRC_BYTES;
  if (view.getUint16(12, true) !== dataEnd - HEADER_BYTES) return { type: 'damaged', why: 'length' };
  if (view.getUint16(dataEnd, true) !== crc16Arc(bytes.subarray(0, dataEnd)))
    return { type: 'damaged', why: 'crc' };
  return {
    type: 'frame',
    destination: view.getUint16(0, true),
    source: view.getUint16(2, true),
    data: bytes.slice(HEADER_BYTES, dataEnd),
  };
}
