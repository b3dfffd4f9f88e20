import { byteAt, concat, u16be } from '../codec/bytes.ts';
import type { ScannerProfile } from './profiles.ts';

/** Commands to scan engines and their acknowledgements: pure encode and decode. */

export type Engine = ScannerProfile['engine'];

/** `7E 01 30 30 30 30`: start, and an address that every engine answers to. */
const NEWLAND_REQUEST_START = Uint8Array.of(0x7e, 0x01, 0x30, 0x30, 0x30, 0x30);
const NEWLAND_REPLY_START = Uint8Array.of(0x02, 0x01, 0x30, 0x30, 0x30, 0x30);
const NEWLAND_END = Uint8Array.of(0x3b, 0x03);
/** `#`: until power-off. `@` would wear out the engine's flash memory with every visit. */
const TEMPORARY = '#';
/** A reply repeats the command before its result; no command of ours is nearly as long. */
const MAX_NEWLAND_ECHO_BYTES = 32;
export const NEWLAND_RESULTS = { done: 0x06, refused: 0x15, unknown: 0x05 } as const;

/** Writes one byte into register 0002, bit 0 of which is the trigger. */
const REGISTER_WRITE_TRIGGER = Uint8Array.of(0x08, 0x01, 0x00, 0x02);
/** In place of a checksum: "not checked". */
const REGISTER_UNCHECKED = Uint8Array.of(0xab, 0xcd);
const REGISTER_REPLY_BYTES = 7;

/** The bytes that switch the trigger; null for an engine without commands. */
export function encodeTrigger(engine: Engine, on: boolean): Uint8Array | null {
  switch (engine) {
    case 'newland':
      return encodeNewland(TEMPORARY + triggerTag(on));
    case 'register':
      return concat([
        Uint8Array.of(0x7e, 0x00),
        REGISTER_WRITE_TRIGGER,
        Uint8Array.of(on ? 1 : 0),
        REGISTER_UNCHECKED,
      ]);
    case 'honeywell':
      return Uint8Array.of(0x16, on ? 0x54 : 0x55, 0x0d);
    case 'none':
      return null;
    default: {
      const never: never = engine;
      return never;
    }
  }
}

/** What a Newland reply must repeat to be the answer to a trigger command. */
export function triggerTag(on: boolean): string {
  return on ? 'SCNTRG1' : 'SCNTRG0';
}

function encodeNewland(text: string): Uint8Array {
  return concat([NEWLAND_REQUEST_START, asciiBytes(text), NEWLAND_END]);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** The engine's side, for simulators and tests. */
export function encodeNewlandReply(echo: string, result: keyof typeof NEWLAND_RESULTS): Uint8Array {
  const body = concat([asciiBytes(echo), Uint8Array.of(NEWLAND_RESULTS[result])]);
  return concat([NEWLAND_REPLY_START, body, NEWLAND_END]);
}

/** The engine's side: status 0 is success. */
export function encodeRegisterReply(status: number): Uint8Array {
  const checked = Uint8Array.of(0x00, status, 0x01, 0x00);
  const crc = crcCcitt(checked);
  return concat([Uint8Array.of(0x02), checked, Uint8Array.of(crc >> 8, crc & 0xff)]);
}

/** CRC-CCITT, polynomial 1021 from 0000: over everything between the first byte and the checksum. */
export function crcCcitt(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

export interface EngineReply {
  readonly isDone: boolean;
  /** Newland: the command that is answered, without `@` or `#`. Registers repeat nothing. */
  readonly echo: string | null;
  readonly byteCount: number;
}

/** STX: no text in a code holds it, so a reply shows itself wherever it stands. */
export const REPLY_FIRST_BYTE = 0x02;

/** The reply at the start of `held`: `incomplete` when more bytes could make it one. */
export function takeReply(engine: Engine, held: Uint8Array): EngineReply | 'incomplete' | 'no-reply' {
  switch (engine) {
    case 'newland':
      return takeNewlandReply(held);
    case 'register':
      return takeRegisterReply(held);
    case 'honeywell':
    case 'none':
      return 'no-reply';
    default: {
      const never: never = engine;
      return never;
    }
  }
}

function takeNewlandReply(held: Uint8Array): EngineReply | 'incomplete' | 'no-reply' {
  const start = NEWLAND_REPLY_START;
  for (let at = 0; at < start.length; at += 1) {
    if (at >= held.length) return 'incomplete';
    if (held[at] !== start[at]) return 'no-reply';
  }
  let at = start.length;
  while (at < held.length && isPrintable(byteAt(held, at)) && at - start.length <= MAX_NEWLAND_ECHO_BYTES)
    at += 1;
  if (at - start.length > MAX_NEWLAND_ECHO_BYTES) return 'no-reply';
  if (at >= held.length) return 'incomplete';
  const result = byteAt(held, at);
  const { done, refused, unknown } = NEWLAND_RESULTS;
  if (result !== done && result !== refused && result !== unknown) return 'no-reply';
  for (const [index, byte] of NEWLAND_END.entries()) {
    if (at + 1 + index >= held.length) return 'incomplete';
    if (held[at + 1 + index] !== byte) return 'no-reply';
  }
  const echo = String.fromCharCode(...held.subarray(start.length, at)).replace(/^[@#]/, '');
  return { isDone: result === done, echo, byteCount: at + 1 + NEWLAND_END.length };
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

function takeRegisterReply(held: Uint8Array): EngineReply | 'incomplete' | 'no-reply' {
  if (held.length >= 2 && held[1] !== 0x00) return 'no-reply';
  if (held.length < REGISTER_REPLY_BYTES) return 'incomplete';
  if (crcCcitt(held.subarray(1, 5)) !== u16be(held, 5)) return 'no-reply';
  return { isDone: held[2] === 0x00, echo: null, byteCount: REGISTER_REPLY_BYTES };
}
