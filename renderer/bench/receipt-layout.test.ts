import { expect, test } from 'vitest';
import { barPath, dotPath, modulePath, rowsOf } from './receipt-layout.ts';

const run = (text: string, scale: number) => ({
  text,
  images: [],
  widthScale: scale,
  heightScale: scale,
  bold: false,
});

test('a Chinese character takes two columns and a Latin one takes one', () => {
  const [row] = rowsOf([run('一A', 1)], 48);
  expect(row?.map((cell) => cell.columns)).toEqual([2, 1]);
});

test('a doubled character takes twice its columns', () => {
  const [row] = rowsOf([run('一A', 2)], 48);
  expect(row?.map((cell) => cell.columns)).toEqual([4, 2]);
});

test('what does not fit on the paper goes on in the next row', () => {
  const rows = rowsOf([run('一二三', 1)], 5);
  expect(rows.map((row) => row.map((cell) => cell.character).join(''))).toEqual(['一二', '三']);
});

test('a character beyond the basic plane is one cell', () => {
  expect(rowsOf([run('𠮷', 1)], 48)[0]).toHaveLength(1);
});

test('an empty line is one empty row', () => {
  expect(rowsOf([run('', 1)], 48)).toEqual([[]]);
});

test('dark modules become squares of the path', () => {
  expect(
    modulePath([
      [true, false],
      [false, true],
    ]),
  ).toBe('M0 0h1v1h-1zM1 1h1v1h-1z');
});

const dots = { widthDots: 24, heightDots: 24, bits: '' };

test('an image stands where its mark is, in its own size whatever the size of the text', () => {
  const [row] = rowsOf([{ ...run('张￼', 2), images: [dots] }], 48);
  expect(row?.map(({ columns, image }) => [columns, image])).toEqual([
    [4, null],
    [2, dots],
  ]);
});

test('black dots of a row become one rectangle for each run', () => {
  // 1100 0001 1000 0000 / 0000 0000 0100 0000, ten dots wide.
  const bits = btoa(String.fromCharCode(0xc1, 0x80, 0x00, 0x40));
  expect(dotPath({ widthDots: 10, heightDots: 2, bits })).toBe('M0 0h2v1h-2zM7 0h2v1h-2zM9 1h1v1h-1z');
});

test('bars become rectangles of their widths', () => {
  expect(barPath('110010')).toBe('M0 0h2v1h-2zM4 0h1v1h-1z');
});
