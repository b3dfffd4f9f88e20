import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openSync } from 'fontkit';
import { beforeAll, expect, test } from 'vitest';
import { withoutBoxes } from '#contract/glyphless.ts';
import { ideographFaces } from '../../renderer/fonts/ideograph-faces.ts';
import { fontFolder } from './slices.ts';

const root = join(import.meta.dirname, '../..');
const notoFolder = join(root, 'node_modules/@fontsource/noto-sans-sc');

interface Face {
  readonly file: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/** The faces of a style sheet, each with the characters that it is asked for. */
function facesOf(css: string, folder: string): Face[] {
  return [...css.matchAll(/@font-face\s*\{([^}]*)\}/g)].map(([, face = '']) => ({
    file: join(folder, /url\(([^)]*\.woff2)\)/.exec(face)?.[1] ?? ''),
    ranges: (/unicode-range:\s*([^;]*)/.exec(face)?.[1] ?? '').split(',').map((range) => {
      const [first = '', last = first] = range.trim().replace(/^U\+/i, '').split('-');
      return [parseInt(first, 16), parseInt(last, 16)] as const;
    }),
  }));
}

/** A browser takes a character from a face that has it in its range and in itself. */
function shownBy(faces: readonly Face[]): Set<number> {
  const shown = new Set<number>();
  for (const { file, ranges } of faces) {
    for (const code of openSync(file).characterSet)
      if (ranges.some(([first, last]) => code >= first && code <= last)) shown.add(code);
  }
  return shown;
}

let shown: Set<number>;
let rareFaces: Face[];
const isShown = (character: string): boolean => shown.has(character.codePointAt(0) ?? 0);

beforeAll(() => {
  rareFaces = facesOf(ideographFaces(readFileSync(join(fontFolder, 'HanaMin.css'), 'utf8')), fontFolder);
  const usual = facesOf(readFileSync(join(notoFolder, '400.css'), 'utf8'), notoFolder);
  shown = new Set([...shownBy(usual), ...shownBy(rareFaces)]);
}, 60_000);

test('the rare characters of names have glyphs on the screen', () => {
  expect([...'犇喆堃赟垚祎玥䶮旸㛃𠮷鿃𬱖㐀'].filter((character) => !isShown(character))).toEqual([]);
});

test('every character that the keyboard can write has one', () => {
  for (const file of ['dictionary.txt', 'strokes.txt']) {
    const written = new Set(readFileSync(join(root, 'renderer/keyboard/data', file), 'utf8'));
    const missing = [...written].filter((each) => /\p{Unified_Ideograph}/u.test(each) && !isShown(each));
    expect(missing, file).toEqual([]);
  }
});

test('an ideograph is told by its code exactly when no font that we ship has it', () => {
  const wrong: string[] = [];
  let count = 0;
  for (let code = 0x3400; code <= 0x323af; code += 1) {
    const character = String.fromCodePoint(code);
    if (!/\p{Unified_Ideograph}/u.test(character)) continue;
    count += 1;
    // Those that stand among the compatibility ideographs (﨎) are no characters of new names.
    if (code >= 0xf900 && code <= 0xfaff) continue;
    if ((withoutBoxes(character) === character) !== isShown(character)) wrong.push(code.toString(16));
  }
  expect(count).toBeGreaterThan(97_000);
  expect(wrong).toEqual([]);
});

test('of GB 18030-2022, five ideographs have no glyph', () => {
  /** Its third level: the ideographs of Unicode 11. */
  const blocks: readonly (readonly [number, number])[] = [
    [0x3400, 0x4db5],
    [0x4e00, 0x9fef],
    [0x20000, 0x2a6d6],
    [0x2a700, 0x2b734],
    [0x2b740, 0x2b81d],
    [0x2b820, 0x2cea1],
    [0x2ceb0, 0x2ebe0],
  ];
  const missing = blocks.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_none, index) => first + index).filter(
      (code) => !shown.has(code),
    ),
  );
  expect(String.fromCodePoint(...missing)).toBe('鿫鿬鿭鿮鿯');
});

test('each slice that the style sheet names is a file of the package', () => {
  const files = readdirSync(fontFolder);
  expect(rareFaces).toHaveLength(90);
  expect(rareFaces.filter(({ file }) => !files.includes(basename(file)))).toEqual([]);
});
