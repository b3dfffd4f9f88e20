/**
 * `node scripts/glyphs/page-fonts.ts`: the font of the pages "starting" and "out of service", one file a weight, kept beside them:
 * they must read right from a checkout and from every package, on a machine without a Chinese font.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import subsetFont from 'subset-font';

const root = join(import.meta.dirname, '../..');
export const pagesFolder = join(root, 'electron/terminal/lock-down/pages');
export const pageFontWeights = [400, 700] as const;

export function pageFontFile(weight: (typeof pageFontWeights)[number]): string {
  return join(pagesFolder, `page-${String(weight)}.woff2`);
}

/** Each character of the pages once, in the order of its code point. Uyghur is in a font of the system (renderer/ui/base.css). */
export function pageCharacters(): readonly string[] {
  const texts = readdirSync(pagesFolder)
    .filter((name) => name.endsWith('.html'))
    .map((name) => readFileSync(join(pagesFolder, name), 'utf8').replaceAll(/<[^>]*>/g, ' '));
  return [...new Set(texts.join(''))]
    .filter((character) => !/[\p{Cc}\p{Script=Arabic}،]/u.test(character))
    .sort();
}

if (import.meta.main) {
  for (const weight of pageFontWeights) {
    const name = `noto-sans-sc-chinese-simplified-${String(weight)}-normal.woff2`;
    const whole = readFileSync(join(root, 'node_modules/@fontsource/noto-sans-sc/files', name));
    writeFileSync(
      pageFontFile(weight),
      await subsetFont(whole, pageCharacters().join(''), { targetFormat: 'woff2' }),
    );
  }
}
