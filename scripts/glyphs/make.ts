/**
 * The printer's dot patterns for rare characters, from HanaMin (its licence goes beside them): every character of
 * planes 0 and 2 that lies beyond GBK, which is what printers' firmware has at least.
 * Part of `npm run build`; `node scripts/glyphs/make.ts FILE.png 龘㐀…` draws characters, to look at.
 */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openSync, type Font } from 'fontkit';
import { writeGlyphFile } from './glyph-file.ts';
import { drawSample } from './sample.ts';
import { fontFolder, isRare, type SliceGlyphs } from './slices.ts';

const MAX_WORKERS = 4;
const target = join(import.meta.dirname, '../../dist/glyphs/rare-24.glyphs');
const slices = readdirSync(fontFolder)
  .filter((name) => name.endsWith('.woff2'))
  .sort();

const [sampleFile, sampleText] = process.argv.slice(2);
if (sampleFile === undefined) await makeTable();
else writeFileSync(sampleFile, drawSample(sampleText ?? randomCharacters(), fontsByCharacter()));

async function makeTable(): Promise<void> {
  const startedMs = performance.now();
  const workers = Math.min(MAX_WORKERS, availableParallelism());
  const parts = Array.from({ length: workers }, (_, index) =>
    slices.filter((__, at) => at % workers === index),
  );
  const done = (await Promise.all(parts.map(rasteriseElsewhere))).flat();
  // The first slice that has a character gives it, whoever was done first.
  done.sort((a, b) => slices.indexOf(b.slice) - slices.indexOf(a.slice));
  const glyphs = new Map(done.flatMap((part) => part.glyphs));
  const file = writeGlyphFile(glyphs);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, file);
  copyFileSync(join(fontFolder, 'LICENSE'), join(dirname(target), 'LICENSE-HanaMin'));
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  console.log(`${glyphs.size} rare characters as dots, ${file.length} bytes, in ${seconds} s`);
}

function rasteriseElsewhere(part: readonly string[]): Promise<readonly SliceGlyphs[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./slice-worker.ts', import.meta.url), { workerData: part });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function fontsByCharacter(): Map<number, Font> {
  const fonts = new Map<number, Font>();
  for (const slice of slices) {
    const font = openSync(join(fontFolder, slice));
    for (const codePoint of font.characterSet) if (!fonts.has(codePoint)) fonts.set(codePoint, font);
  }
  return fonts;
}

/** A hundred, spread over all, the same each time. */
function randomCharacters(): string {
  const rare = [...fontsByCharacter().keys()].filter((codePoint) => codePoint >= 0x3400 && isRare(codePoint));
  return Array.from({ length: 100 }, (_, index) =>
    String.fromCodePoint(rare[(index * 7919 + 13) % rare.length] ?? 0x3400),
  ).join('');
}
