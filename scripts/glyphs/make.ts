/**
 * The printer's dot patterns for rare characters, from HanaMin (its licence, SIL OFL 1.1, goes beside them):
 * every character of planes 0 and 2 that lies beyond GBK, which is what printers' firmware has at least.
 * Part of `npm run build`; `node scripts/glyphs/make.ts FILE.png 龘㐀…` draws characters, to look at.
 */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { dirname, join } from 'node:path';
import { openSync, type Font } from 'fontkit';
import iconv from 'iconv-lite';
import { isBeyondGbk } from '#drivers/receipt-printer/text.ts';
import { writeGlyphFile } from './glyph-file.ts';
import { drawSample } from './sample.ts';
import { rasterise } from './rasterise.ts';

const root = join(import.meta.dirname, '../..');
const fontFolder = join(root, 'node_modules/hanamin');
const target = join(root, 'dist/glyphs/rare-24.glyphs');

const [sampleFile, sampleText] = process.argv.slice(2);
if (sampleFile === undefined) makeTable();
else writeFileSync(sampleFile, drawSample(sampleText ?? randomCharacters(), fontsByCharacter()));

function makeTable(): void {
  const startedMs = performance.now();
  const glyphs = new Map<number, Uint8Array>();
  for (const [codePoint, font] of fontsByCharacter()) {
    if (!isRare(codePoint)) continue;
    const dots = rasterise(font, codePoint);
    if (dots !== null) glyphs.set(codePoint, dots);
  }
  const file = writeGlyphFile(glyphs);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, file);
  copyFileSync(join(fontFolder, 'LICENSE'), join(dirname(target), 'LICENSE-HanaMin'));
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  console.log(`${glyphs.size} rare characters as dots, ${file.length} bytes, in ${seconds} s`);
}

/** The slices of the font are read one after the other; the first that has a character gives it. */
function fontsByCharacter(): Map<number, Font> {
  const fonts = new Map<number, Font>();
  const slices = readdirSync(fontFolder).filter((name) => name.endsWith('.woff2'));
  for (const slice of slices.sort()) {
    const font = openSync(join(fontFolder, slice));
    for (const codePoint of font.characterSet) if (!fonts.has(codePoint)) fonts.set(codePoint, font);
  }
  return fonts;
}

/** GB 18030-2022 has characters of planes 0 and 2; private use is nobody's name. */
function isRare(codePoint: number): boolean {
  const plane = codePoint >> 16;
  if ((plane !== 0 && plane !== 2) || (codePoint >= 0xd800 && codePoint <= 0xf8ff)) return false;
  return isBeyondGbk(iconv.encode(String.fromCodePoint(codePoint), 'gb18030'));
}

/** A hundred, spread over all, the same each time. */
function randomCharacters(): string {
  const rare = [...fontsByCharacter().keys()].filter((codePoint) => codePoint >= 0x3400 && isRare(codePoint));
  return Array.from({ length: 100 }, (_, index) =>
    String.fromCodePoint(rare[(index * 7919 + 13) % rare.length] ?? 0x3400),
  ).join('');
}
