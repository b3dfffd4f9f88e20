import { deflateRawSync } from 'node:zlib';
import { GLYPH_BYTES, GLYPH_FILE_MARK } from '#drivers/receipt-printer/rare-glyphs.ts';

/** The file that drivers/receipt-printer/rare-glyphs.ts reads, which says what is in it. */
export function writeGlyphFile(glyphs: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const codePoints = [...glyphs.keys()].sort((a, b) => a - b);
  const ranges: { first: number; length: number }[] = [];
  for (const codePoint of codePoints) {
    const last = ranges.at(-1);
    if (last !== undefined && last.first + last.length === codePoint) last.length += 1;
    else ranges.push({ first: codePoint, length: 1 });
  }
  const index = Buffer.alloc(4 + ranges.length * 8);
  index.writeUInt32LE(ranges.length, 0);
  ranges.forEach(({ first, length }, at) => {
    index.writeUInt32LE(first, 4 + at * 8);
    index.writeUInt32LE(length, 8 + at * 8);
  });
  const bitmaps = codePoints.map((codePoint) => glyphs.get(codePoint) ?? new Uint8Array(GLYPH_BYTES));
  const body = deflateRawSync(Buffer.concat([index, ...bitmaps]), { level: 9 });
  return Buffer.concat([Buffer.from(GLYPH_FILE_MARK, 'latin1'), body]);
}
