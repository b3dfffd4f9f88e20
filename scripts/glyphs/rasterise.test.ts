import { join } from 'node:path';
import { openSync } from 'fontkit';
import { expect, test, vi } from 'vitest';
import { parseRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { writeGlyphFile } from './glyph-file.ts';
import { rasterise } from './rasterise.ts';

// A font is slow to open on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const font = openSync(
  join(
    import.meta.dirname,
    '../../node_modules/hanamin/HanaMinB.CJK-Unified-Ideographs-Extension-B-01.woff2',
  ),
);

function rows(dots: Uint8Array): string[] {
  return Array.from({ length: 24 }, (_, y) =>
    Array.from({ length: 24 }, (__, x) =>
      ((dots[x * 3 + (y >> 3)] ?? 0) & (0x80 >> (y & 7))) === 0 ? '.' : '#',
    ).join(''),
  );
}

test('hairlines are whole lines of dots, and the character fills its square', () => {
  const code = font.characterSet.find((each) => each >= 0x20000) ?? 0;
  const dots = rasterise(font, code);
  if (dots === null) throw new Error('no ink');
  const drawn = rows(dots);
  // Every stroke of a Mincho has a horizontal or a stem: some row or column is mostly black.
  const columns = Array.from({ length: 24 }, (_, x) => drawn.map((row) => row.charAt(x)).join(''));
  const longest = Math.max(
    ...[...drawn, ...columns].flatMap((line) => (line.match(/#+/g) ?? []).map((run) => run.length)),
  );
  expect(longest).toBeGreaterThanOrEqual(10);
  const ink = drawn.join('').replaceAll('.', '').length;
  expect(ink).toBeGreaterThan(30);
  expect(ink).toBeLessThan(400);
});

test('every character of a slice has ink, and none is a black square', () => {
  for (const code of font.characterSet.filter((each) => each >= 0x20000).slice(0, 200)) {
    const ink = rows(rasterise(font, code) ?? new Uint8Array(72))
      .join('')
      .replaceAll('.', '').length;
    expect(ink, code.toString(16)).toBeGreaterThan(5);
    expect(ink, code.toString(16)).toBeLessThan(420);
  }
});

test('what is written is what the driver reads', () => {
  const glyphs = new Map(
    [0x20000, 0x20001, 0x20005, 0x3400].map((code) => [code, new Uint8Array(72).fill(code & 0xff)]),
  );
  const table = parseRareGlyphs(writeGlyphFile(glyphs));
  if (!table.ok) throw new Error(table.fault.detail);
  for (const [code, dots] of glyphs) expect([...(table.value.find(code) ?? [])]).toEqual([...dots]);
  expect(table.value.find(0x20002)).toBeNull();
});
