import { expect, test } from 'vitest';
import { modulePath, rowsOf } from './receipt-layout.ts';

const run = (text: string, scale: number) => ({ text, widthScale: scale, heightScale: scale, bold: false });

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
