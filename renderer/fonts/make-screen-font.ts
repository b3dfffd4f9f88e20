import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import subsetFont from 'subset-font';
import type { Plugin } from 'vite';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'dist/fonts');
const weights = [400, 700] as const;

/** What addresses, hours and amounts of any station are written with. */
const ALWAYS =
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ !"#$%&\'()*+,-./:;<=>?@[]_~·–—…×→↑↓‘’“”、。《》（），：；？！％￥' +
  '〇一二三四五六七八九十百千万元角分年月日时周上下午东西南北中前后左右省市区县镇乡街道路巷村社区号楼层室单元门窗口站厅';

/**
 * The screens' own font, one file a weight: every character of our own texts and of the catalogue that comes with
 * the platform. A page whose font is in a hundred slices asks for two dozen of them and is laid out again for each
 * batch that arrives, which takes a slow board seconds; the slices stay for the characters beyond (names, other
 * districts' items).
 */
export function screenFont(): Plugin {
  return { name: 'screen-font', apply: 'build', buildStart: makeScreenFont };
}

async function makeScreenFont(): Promise<void> {
  const characters = screenCharacters();
  const listFile = join(target, 'characters.txt');
  const isThere = weights.every((weight) => existsSync(fontFile(weight)));
  if (isThere && existsSync(listFile) && readFileSync(listFile, 'utf8') === characters) return;
  mkdirSync(target, { recursive: true });
  for (const weight of weights) {
    const whole = readFileSync(
      join(
        root,
        `node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-${weight}-normal.woff2`,
      ),
    );
    writeFileSync(fontFile(weight), await subsetFont(whole, characters, { targetFormat: 'woff2' }));
  }
  // Last: a build that was interrupted makes them again.
  writeFileSync(listFile, characters);
}

function fontFile(weight: (typeof weights)[number]): string {
  return join(target, `screen-${weight}.woff2`);
}

/** Each character once, in the order of its code point. */
export function screenCharacters(): string {
  const texts = [
    ...filesBelow('renderer/locale', /\.ts$/),
    ...filesBelow('renderer/resident', /\.vue$/),
    ...filesBelow('renderer/ui', /\.vue$/),
    ...filesBelow('platform/catalogue', /\.(?:json|csv)$/),
    ...filesBelow('kiosk-config', /\.ts$/),
  ].map((file) => readFileSync(file, 'utf8'));
  const characters = new Set(Array.from([ALWAYS, ...texts].join('')));
  return [...characters]
    .filter((character) => !/\p{Script=Arabic}|\p{Cc}/u.test(character))
    .sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0))
    .join('');
}

function filesBelow(folder: string, name: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path) && !path.includes('.test.'))
    .sort()
    .map((path) => join(root, folder, path));
}
