import { byteAt } from '../codec/bytes.ts';

/**
 * Cuts a printer's input into commands, as its firmware does. Written from the ESC/POS command set, not
 * from our encoder, so that it finds the encoder's mistakes.
 */
export type PrinterCommand =
  | { readonly kind: 'character'; readonly bytes: Uint8Array }
  | { readonly kind: 'line-feed' }
  /** `name` is written as in the manuals: `ESC a`, `GS V`, `GS ( k`; `args` are the bytes behind it. */
  | { readonly kind: 'command'; readonly name: string; readonly args: Uint8Array }
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array };

export interface ReadCommand {
  readonly command: PrinterCommand;
  /** Where the next one begins. */
  readonly end: number;
}

/** Bytes behind the two of the command itself. */
const ARGUMENT_BYTES: Readonly<Record<string, number>> = {
  'ESC @': 0,
  'ESC  ': 1, // ESC SP
  'ESC !': 1,
  'ESC $': 2,
  'ESC -': 1,
  'ESC 2': 0,
  'ESC 3': 1,
  'ESC E': 1,
  'ESC G': 1,
  'ESC J': 1,
  'ESC M': 1,
  'ESC R': 1,
  'ESC a': 1,
  'ESC d': 1,
  'ESC i': 0,
  'ESC m': 0,
  'ESC p': 3,
  'ESC t': 1,
  'ESC {': 1,
  'FS !': 1,
  'FS &': 0,
  'FS -': 1,
  'FS .': 0,
  'FS C': 1,
  'FS S': 2,
  'FS W': 1,
  'GS !': 1,
  'GS B': 1,
  'GS H': 1,
  'GS I': 1,
  'GS L': 2,
  'GS W': 2,
  'GS a': 1,
  'GS h': 1,
  'GS r': 1,
  'GS w': 1,
};

const PREFIXES: Readonly<Record<number, string>> = { 0x1b: 'ESC', 0x1c: 'FS', 0x1d: 'GS' };

/** The command that begins at `at`; `incomplete` when its end has not come yet. */
export function readCommand(bytes: Uint8Array, at: number): ReadCommand | 'incomplete' {
  const first = bytes[at];
  if (first === undefined) return 'incomplete';
  if (first === 0x0a) return { command: { kind: 'line-feed' }, end: at + 1 };
  if (first === 0x00)
    return { command: { kind: 'command', name: 'NUL', args: bytes.subarray(at, at) }, end: at + 1 };
  const prefix = PREFIXES[first];
  if (prefix !== undefined) return readPrefixed(bytes, at, prefix);
  if (first >= 0x81 && first <= 0xfe) return readChinese(bytes, at);
  if (first >= 0x20 && first < 0x7f) return character(bytes, at, at + 1);
  return unknown(bytes, at, at + 1);
}

function readChinese(bytes: Uint8Array, at: number): ReadCommand | 'incomplete' {
  const second = bytes[at + 1];
  if (second === undefined) return 'incomplete';
  // GB18030: a digit in second place is the mark of a four-byte character.
  if (second >= 0x30 && second <= 0x39) {
    return bytes.length < at + 4 ? 'incomplete' : character(bytes, at, at + 4);
  }
  return second >= 0x40 && second !== 0x7f ? character(bytes, at, at + 2) : unknown(bytes, at, at + 1);
}

function readPrefixed(bytes: Uint8Array, at: number, prefix: string): ReadCommand | 'incomplete' {
  const letterByte = bytes[at + 1];
  if (letterByte === undefined) return 'incomplete';
  const name = `${prefix} ${String.fromCharCode(letterByte)}`;
  if (name === 'GS (') return readCounted(bytes, at);
  if (name === 'GS V') {
    const mode = bytes[at + 2];
    if (mode === undefined) return 'incomplete';
    return readFixed(bytes, at, name, mode === 65 || mode === 66 ? 2 : 1);
  }
  if (name === 'ESC *') return readBitImage(bytes, at, name);
  if (name === 'GS k') return readBarcode(bytes, at, name);
  if (name === 'GS v') {
    if (bytes.length < at + 8) return 'incomplete';
    const width = byteAt(bytes, at + 4) + 256 * byteAt(bytes, at + 5);
    const height = byteAt(bytes, at + 6) + 256 * byteAt(bytes, at + 7);
    return readFixed(bytes, at, name, 6 + width * height);
  }
  const count = ARGUMENT_BYTES[name];
  return count === undefined ? unknown(bytes, at, at + 2) : readFixed(bytes, at, name, count);
}

/** `ESC * m nL nH data`: modes 0 and 1 have one byte a column, 32 and 33 three. */
function readBitImage(bytes: Uint8Array, at: number, name: string): ReadCommand | 'incomplete' {
  if (bytes.length < at + 5) return 'incomplete';
  const columns = byteAt(bytes, at + 3) + 256 * byteAt(bytes, at + 4);
  return readFixed(bytes, at, name, 3 + columns * (byteAt(bytes, at + 2) < 32 ? 1 : 3));
}

/** `GS k m data NUL` for m up to 6, `GS k m n data` above. */
function readBarcode(bytes: Uint8Array, at: number, name: string): ReadCommand | 'incomplete' {
  const mode = bytes[at + 2];
  const count = bytes[at + 3];
  if (mode === undefined || count === undefined) return 'incomplete';
  if (mode > 6) return readFixed(bytes, at, name, 2 + count);
  const end = bytes.indexOf(0, at + 3);
  return end < 0 ? 'incomplete' : readFixed(bytes, at, name, end + 1 - (at + 2));
}

/** `GS ( x pL pH data`. */
function readCounted(bytes: Uint8Array, at: number): ReadCommand | 'incomplete' {
  if (bytes.length < at + 5) return 'incomplete';
  const name = `GS ( ${String.fromCharCode(byteAt(bytes, at + 2))}`;
  const start = at + 5;
  const end = start + byteAt(bytes, at + 3) + 256 * byteAt(bytes, at + 4);
  if (bytes.length < end) return 'incomplete';
  return { command: { kind: 'command', name, args: bytes.slice(start, end) }, end };
}

function readFixed(bytes: Uint8Array, at: number, name: string, count: number): ReadCommand | 'incomplete' {
  const end = at + 2 + count;
  if (bytes.length < end) return 'incomplete';
  return { command: { kind: 'command', name, args: bytes.slice(at + 2, end) }, end };
}

function character(bytes: Uint8Array, at: number, end: number): ReadCommand {
  return { command: { kind: 'character', bytes: bytes.slice(at, end) }, end };
}

function unknown(bytes: Uint8Array, at: number, end: number): ReadCommand {
  return { command: { kind: 'unknown', bytes: bytes.slice(at, end) }, end };
}
