import iconv from 'iconv-lite';
import { u16be } from '../codec/bytes.ts';
import type { PrinterProfile } from './profiles.ts';
import type { RareGlyphs } from './rare-glyphs.ts';

/** Text as a Chinese printer takes it: GB18030 bytes, and columns counted as the paper has them. */

/** U+3013, the typographer's mark for a character that is not at hand: visible, and never a lie. */
export const SUBSTITUTE = '〓';

export interface Glyph {
  readonly bytes: Uint8Array;
  /** Half-width columns: 1 for a one-byte character, 2 for all others. */
  readonly columns: 1 | 2;
  /** 24 columns of 3 bytes, drawn in place of `bytes`: the firmware has no such character. */
  readonly dots: Uint8Array | null;
}

/**
 * Glyphs of a text without its line ends. Control characters become spaces: a text must not be able to
 * command the printer. ¥ (U+00A5) has four bytes in GB18030, and its full-width twin two.
 */
export function glyphsOf(text: string, profile: PrinterProfile, rare: RareGlyphs): Glyph[] {
  return Array.from(text.replaceAll('¥', '￥'), (character) => glyphOf(character, profile, rare));
}

function glyphOf(character: string, profile: PrinterProfile, rare: RareGlyphs): Glyph {
  const code = character.codePointAt(0) ?? 0;
  // A no-break space has four bytes, and paper knows no difference.
  if (code < 0x20 || (code >= 0x7f && code <= 0xa0)) return oneByte(0x20);
  if (code < 0x7f) return oneByte(code);
  const bytes = twoBytesOf(code) ?? gb18030Of(character, code);
  if (bytes?.length === 2 && !isBeyondGbk(bytes)) return { bytes, columns: 2, dots: null };
  // Which of the others a firmware has differs; a drawn one is right on all of them.
  const dots = profile.drawsCharacters ? rare.find(code) : null;
  const isPrintable = bytes !== null && (bytes.length === 2 || profile.fourByteGb18030);
  return { bytes: isPrintable ? bytes : substituteBytes, columns: 2, dots };
}

/**
 * Whether a firmware that knows GBK as of 1995 lacks the character: all of four bytes, and those that
 * GB 18030-2000 put on free places of two bytes (䶮, €, the strokes of characters).
 */
export function isBeyondGbk(gb18030: Uint8Array): boolean {
  if (gb18030.length !== 2) return gb18030.length > 2;
  const code = u16be(gb18030, 0);
  return (
    (code >= 0xfe50 && code <= 0xfea0) ||
    (code >= 0xa989 && code <= 0xa995) ||
    code === 0xa2e3 ||
    code === 0xa8bc ||
    code === 0xa8bf
  );
}

/** Where each character of the basic plane has its two bytes, 0 for those that have four. Made at the first slip. */
let twoBytes: Uint8Array | null = null;

/** The table instead of the encoder: a slip is on its way while the resident still looks at the screen. */
function twoBytesOf(code: number): Uint8Array | null {
  if (code > 0xffff) return null;
  twoBytes ??= makeTwoBytes();
  const at = 2 * code;
  return twoBytes[at] === 0 ? null : twoBytes.subarray(at, at + 2);
}

function makeTwoBytes(): Uint8Array {
  const codes = Array.from({ length: 0x10000 - 0xa1 }, (_, index) => 0xa1 + index).filter(
    (code) => code < 0xd800 || code > 0xf8ff,
  );
  const encoded = iconv.encode(codes.map((code) => String.fromCharCode(code)).join(''), 'gb18030');
  const table = new Uint8Array(2 * 0x10000);
  let at = 0;
  for (const code of codes) {
    const second = encoded[at + 1] ?? 0;
    // A digit in second place is the mark of a four-byte character.
    const isLong = second >= 0x30 && second <= 0x39;
    if (!isLong) table.set(encoded.subarray(at, at + 2), 2 * code);
    at += isLong ? 4 : 2;
  }
  return table;
}

/** null for what no printer can have: private use and halves of surrogate pairs. */
function gb18030Of(character: string, code: number): Uint8Array | null {
  const isPrivate = (code >= 0xe000 && code <= 0xf8ff) || code >= 0xf0000;
  const isLoneSurrogate = code >= 0xd800 && code <= 0xdfff;
  return isPrivate || isLoneSurrogate ? null : new Uint8Array(iconv.encode(character, 'gb18030'));
}

const substituteBytes = new Uint8Array(iconv.encode(SUBSTITUTE, 'gb18030'));

const oneByteGlyphs: readonly Glyph[] = Array.from({ length: 0x80 }, (_, code) => ({
  bytes: Uint8Array.of(code),
  columns: 1,
  dots: null,
}));
const space: Glyph = { bytes: Uint8Array.of(0x20), columns: 1, dots: null };

function oneByte(code: number): Glyph {
  return oneByteGlyphs[code] ?? space;
}

/** `count` half-width spaces. */
export function spaces(count: number): Glyph[] {
  return Array.from({ length: count }, () => oneByte(0x20));
}

export function columnsOf(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((total, glyph) => total + glyph.columns, 0);
}

/** Breaks at the last column that fits: Chinese has no spaces to break at, and digits must not be lost. */
export function wrap(glyphs: readonly Glyph[], columns: number): Glyph[][] {
  const lines: Glyph[][] = [[]];
  let used = 0;
  for (const glyph of glyphs) {
    if (used + glyph.columns > columns) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(glyph);
    used += glyph.columns;
  }
  return lines;
}
