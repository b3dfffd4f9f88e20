import type { z } from 'zod';
import type { baudRateSchema } from '#contract/devices.ts';
import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { byteAt, concat, indexOfBytes, u16be, xorOf } from '../codec/bytes.ts';

/** SAM_V business-terminal frames (GA/T 467-2019, section 7): pure encode and decode. */

const PREAMBLE = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
/** The first AAs only wake the receiver; one of them may be eaten by noise, the rest is the frame's start. */
const FRAME_START = Uint8Array.of(0xaa, 0x96, 0x69);

/** Three status bytes and the checksum. */
const MIN_ANSWER_LENGTH = 4;
/** Text 256, photo 1024, fingerprints 1024, three lengths, three status bytes, checksum: 0x090A. */
export const MAX_ANSWER_LENGTH = 0x090a;
const MAX_HELD_BYTES = 2 * (FRAME_START.length + 2 + MAX_ANSWER_LENGTH);

export const commands = {
  resetSam: Uint8Array.of(0x10, 0xff),
  samStatus: Uint8Array.of(0x11, 0xff),
  samId: Uint8Array.of(0x12, 0xff),
  findCard: Uint8Array.of(0x20, 0x01),
  selectCard: Uint8Array.of(0x20, 0x02),
  readCard: Uint8Array.of(0x30, 0x01),
  readCardWithFingerprint: Uint8Array.of(0x30, 0x10),
  readAddedAddress: Uint8Array.of(0x30, 0x03),
  readManageInfo: Uint8Array.of(0x30, 0x05),
} as const;

export type BaudRate = z.infer<typeof baudRateSchema>;

/** 60 xx: the place of a rate in this list is its parameter. */
export const baudRates = [115_200, 57_600, 38_400, 19_200, 9_600] as const satisfies readonly BaudRate[];

export function setBaudCommand(baudRate: BaudRate): Uint8Array {
  return Uint8Array.of(0x60, baudRates.indexOf(baudRate));
}

/** 61 FF nn: how many bytes the module and a card exchange at once; 50 and 58 hex are seen in use. */
export const maxRfSizes = [0x50, 0x58] as const;
export type MaxRfBytes = (typeof maxRfSizes)[number];

export function setMaxRfCommand(maxRfBytes: MaxRfBytes): Uint8Array {
  return Uint8Array.of(0x61, 0xff, maxRfBytes);
}

export function encodeRequest(command: Uint8Array): Uint8Array {
  return encodeFrame(command);
}

/** The device's side, for simulators and tests: `body` is SW1 SW2 SW3 and the data. */
export function encodeAnswer(body: Uint8Array): Uint8Array {
  return encodeFrame(body);
}

function encodeFrame(body: Uint8Array): Uint8Array {
  const length = body.length + 1;
  const counted = concat([Uint8Array.of(length >> 8, length & 0xff), body]);
  return concat([PREAMBLE, counted, Uint8Array.of(xorOf(counted))]);
}

export type ParserEvent =
  | { readonly type: 'answer'; readonly status: number; readonly data: Uint8Array }
  /** A whole frame whose checksum is wrong; `endByte` counts from the last `reset`. */
  | { readonly type: 'bad-checksum'; readonly endByte: number }
  /** A length that no answer has. */
  | { readonly type: 'bad-length'; readonly length: number };

/**
 * Finds answers in a stream, whatever the pieces it comes in and whatever lies between them. After a
 * damaged frame it looks again right behind that frame's start, so that a good frame which the damaged
 * length had swallowed is still found.
 */
export class AnswerParser {
  readonly #buffer = new BoundedBuffer(MAX_HELD_BYTES);
  /** Bytes since the last `reset`, frames and junk alike. */
  #receivedBytes = 0;
  #consumedBytes = 0;

  push(bytes: Uint8Array): ParserEvent[] {
    this.#receivedBytes += bytes.length;
    const events: ParserEvent[] = [];
    for (let at = 0; at < bytes.length; at += MAX_ANSWER_LENGTH) {
      this.#buffer.append(bytes.subarray(at, at + MAX_ANSWER_LENGTH));
      for (let event = this.#next(); event !== null; event = this.#next()) events.push(event);
    }
    return events;
  }

  /** Forgets a half-received frame: called before each request, as answers come only to requests. */
  reset(): void {
    this.#buffer.clear();
    this.#receivedBytes = 0;
    this.#consumedBytes = 0;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Whether a frame has begun and its length is known. */
  get isInFrame(): boolean {
    const held = this.#buffer.bytes;
    return indexOfBytes(held, FRAME_START, 0) === 0 && held.length >= FRAME_START.length + 2;
  }

  #drop(byteCount: number): void {
    this.#consumedBytes += byteCount;
    this.#buffer.drop(byteCount);
  }

  #next(): ParserEvent | null {
    const start = indexOfBytes(this.#buffer.bytes, FRAME_START, 0);
    if (start < 0) {
      this.#drop(this.#buffer.bytes.length - trailingStartBytes(this.#buffer.bytes));
      return null;
    }
    this.#drop(start);
    const held = this.#buffer.bytes;
    if (held.length < FRAME_START.length + 2) return null;
    const length = u16be(held, FRAME_START.length);
    if (length < MIN_ANSWER_LENGTH || length > MAX_ANSWER_LENGTH) {
      this.#drop(FRAME_START.length);
      return { type: 'bad-length', length };
    }
    const end = FRAME_START.length + 2 + length;
    if (held.length < end) return null;
    if (xorOf(held.subarray(FRAME_START.length, end)) !== 0) {
      const endByte = this.#consumedBytes + end;
      this.#drop(FRAME_START.length);
      return { type: 'bad-checksum', endByte };
    }
    const body = held.slice(FRAME_START.length + 2, end - 1);
    this.#drop(end);
    return { type: 'answer', status: byteAt(body, 2), data: body.slice(3) };
  }
}

/** How many bytes at the end may be the beginning of a frame's start. */
function trailingStartBytes(held: Uint8Array): number {
  if (held.at(-1) === 0x96 && held.at(-2) === 0xaa) return 2;
  return held.at(-1) === 0xaa ? 1 : 0;
}

/** `05.01-20110511-0123456789-0987654321`: the module's own name, stable over ports and reboots. */
export function parseSamId(data: Uint8Array): string | null {
  if (data.length !== 16) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  const kind = `${pad(view.getUint16(0, true), 2)}.${pad(view.getUint16(2, true), 2)}`;
  const numbers = [
    pad(view.getUint32(4, true), 8),
    pad(view.getUint32(8, true), 10),
    pad(view.getUint32(12, true), 10),
  ];
  return [kind, ...numbers].join('-');
}

export const TEXT_BYTES = 256;

/** A read card's parts: the text block, and the photo and fingerprints, opaque as they are. */
export interface CardData {
  readonly text: Uint8Array;
  readonly photo: Uint8Array;
  readonly fingerprint: Uint8Array;
}

/** Splits the data of 30 01 or 30 10: lengths first, then the parts; null when they do not add up. */
export function parseCardData(data: Uint8Array, withFingerprint: boolean): CardData | null {
  const headerBytes = withFingerprint ? 6 : 4;
  if (data.length < headerBytes) return null;
  const textLength = u16be(data, 0);
  const photoLength = u16be(data, 2);
  const fingerprintLength = withFingerprint ? u16be(data, 4) : 0;
  if (textLength !== TEXT_BYTES) return null;
  if (data.length !== headerBytes + textLength + photoLength + fingerprintLength) return null;
  const textEnd = headerBytes + textLength;
  const photoEnd = textEnd + photoLength;
  return {
    text: data.subarray(headerBytes, textEnd),
    photo: data.subarray(textEnd, photoEnd),
    fingerprint: data.subarray(photoEnd),
  };
}

export const ADDED_ADDRESS_BYTES = 70;
/** The module's own buffer for added addresses. */
const MAX_ADDED_ADDRESS_BYTES = 4 * ADDED_ADDRESS_BYTES;

/** The data of 30 03: one to four addresses of 35 characters, in the card's order; null for another length. */
export function parseAddedAddresses(data: Uint8Array): readonly string[] | null {
  if (data.length === 0 || data.length > MAX_ADDED_ADDRESS_BYTES) return null;
  if (data.length % ADDED_ADDRESS_BYTES !== 0) return null;
  const addresses: string[] = [];
  for (let at = 0; at < data.length; at += ADDED_ADDRESS_BYTES) {
    const text = new TextDecoder('utf-16le').decode(data.subarray(at, at + ADDED_ADDRESS_BYTES));
    // Some old cards pad with zeros instead of spaces.
    const address = text.replaceAll('\0', ' ').trim();
    // A lone half of a surrogate pair decodes to U+FFFD: a torn character must not reach an application.
    if (address.includes('\uFFFD')) return null;
    if (address !== '') addresses.push(address);
  }
  return addresses;
}

export const MANAGE_INFO_BYTES = 28;

/** The data of 30 05, opaque: no source says what it holds. null for another length. */
export function parseManageInfo(data: Uint8Array): Uint8Array | null {
  return data.length === MANAGE_INFO_BYTES ? data : null;
}
