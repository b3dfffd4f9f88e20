import { inflateRawSync } from 'node:zlib';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';

/**
 * Characters that no printer's firmware has, as dots. The table is made when the terminal is built
 * (scripts/glyphs); it is read when the first such character is printed, and once.
 *
 * The file: `YZG1`, then deflated: the count of ranges, and for each its first code point and its length (all
 * 32 bits, little end first), then 72 bytes a character in the order of the ranges.
 */
export interface RareGlyphs {
  /** 24 columns of 3 bytes, the highest bit on top, as ESC * 33 takes them; null when there is none. */
  find(codePoint: number): Uint8Array | null;
}

export const GLYPH_DOTS = 24;
export const GLYPH_BYTES = (GLYPH_DOTS / 8) * GLYPH_DOTS;
export const GLYPH_FILE_MARK = 'YZG1';
/** Three times what all of Unicode's Han characters take. */
const MAX_TABLE_BYTES = 24 * 1024 * 1024;

/** A printer without a table: 〓 stands for each rare character. */
export const noRareGlyphs: RareGlyphs = { find: () => null };

/** Where the table is, and whom to tell that it is not. */
export interface RareGlyphsSource {
  /** Throws when there is no such file. */
  readonly read: () => Uint8Array;
  /** Called once at most. */
  readonly onMissing: (reason: string) => void;
}

/** Reads the table when it is first needed. Without it every character is missing, and printing goes on. */
export function lazyRareGlyphs(source: RareGlyphsSource): RareGlyphs {
  let loaded: RareGlyphs | null = null;
  const load = (): RareGlyphs => {
    const table = readTable(source);
    if (table.ok) return table.value;
    source.onMissing(table.fault.detail ?? table.fault.code);
    return noRareGlyphs;
  };
  return {
    find: (codePoint) => {
      loaded ??= load();
      return loaded.find(codePoint);
    },
  };
}

function readTable(source: RareGlyphsSource): Result<RareGlyphs> {
  try {
    return parseRareGlyphs(source.read());
  } catch (error) {
    return err(fault('config.unreadable', `the table of rare characters: ${String(error)}`));
  }
}

interface GlyphRange {
  readonly first: number;
  readonly length: number;
  /** Glyphs before it in the file. */
  readonly before: number;
}

/** Faults: config.wrong-value. */
export function parseRareGlyphs(file: Uint8Array): Result<RareGlyphs> {
  const broken = err(fault('config.wrong-value', 'the table of rare characters is damaged'));
  if (new TextDecoder('latin1').decode(file.subarray(0, 4)) !== GLYPH_FILE_MARK) return broken;
  let body: Uint8Array;
  try {
    body = inflateRawSync(file.subarray(4), { maxOutputLength: MAX_TABLE_BYTES });
  } catch {
    return broken;
  }
  const numbers = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < 4) return broken;
  const rangeCount = numbers.getUint32(0, true);
  const bitmapsAt = 4 + rangeCount * 8;
  if (body.length < bitmapsAt) return broken;
  const ranges: GlyphRange[] = [];
  let glyphCount = 0;
  for (let index = 0; index < rangeCount; index += 1) {
    const first = numbers.getUint32(4 + index * 8, true);
    const length = numbers.getUint32(8 + index * 8, true);
    ranges.push({ first, length, before: glyphCount });
    glyphCount += length;
  }
  if (body.length !== bitmapsAt + glyphCount * GLYPH_BYTES) return broken;
  return ok({
    find: (codePoint) => {
      const range = rangeOf(ranges, codePoint);
      if (range === null) return null;
      const at = bitmapsAt + (range.before + codePoint - range.first) * GLYPH_BYTES;
      return body.subarray(at, at + GLYPH_BYTES);
    },
  });
}

function rangeOf(ranges: readonly GlyphRange[], codePoint: number): GlyphRange | null {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.first ?? Infinity) <= codePoint) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low - 1];
  return range !== undefined && codePoint < range.first + range.length ? range : null;
}
