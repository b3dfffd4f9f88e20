import iconv from 'iconv-lite';
import type { PrinterProfile } from './profiles.ts';

/** Text as a Chinese printer takes it: GB18030 bytes, and columns counted as the paper has them. */

/** U+3013, the typographer's mark for a character that is not at hand: visible, and never a lie. */
export const SUBSTITUTE = '〓';

export interface Glyph {
  readonly bytes: Uint8Array;
  /** Half-width columns: 1 for a one-byte character, 2 for all others. */
  readonly columns: 1 | 2;
}

/**
 * Glyphs of a text without its line ends. Control characters become spaces: a text must not be able to
 * command the printer. ¥ (U+00A5) has four bytes in GB18030, and its full-width twin two.
 */
export function glyphsOf(text: string, profile: PrinterProfile): Glyph[] {
  return Array.from(text.replaceAll('¥', '￥'), (character) => glyphOf(character, profile));
}

function glyphOf(character: string, profile: PrinterProfile): Glyph {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return glyphOf(' ', profile);
  if (code < 0x7f) return { bytes: Uint8Array.of(code), columns: 1 };
  // A no-break space has four bytes, and paper knows no difference.
  if (code === 0xa0) return glyphOf(' ', profile);
  const isPrivate = code >= 0xe000 && code <= 0xf8ff;
  const isLoneSurrogate = code >= 0xd800 && code <= 0xdfff;
  const bytes = isPrivate || isLoneSurrogate ? null : new Uint8Array(iconv.encode(character, 'gb18030'));
  const isPrintable =
    bytes !== null && (bytes.length === 2 || (bytes.length === 4 && profile.fourByteGb18030));
  return { bytes: isPrintable ? bytes : new Uint8Array(iconv.encode(SUBSTITUTE, 'gb18030')), columns: 2 };
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
