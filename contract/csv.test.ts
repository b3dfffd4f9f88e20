import { expect, test } from 'vitest';
import { csvTable } from './csv.ts';

test.each([
  ['a formula', '=1+1', "'=1+1"],
  ['a formula in full-width letters', '＝1+1', "'＝1+1"],
  ['a call', '@SUM(A1)', "'@SUM(A1)"],
  ['a text that begins with a minus', '-2+3', "'-2+3"],
  ['a tab before a formula', '\t=1', "'\t=1"],
  ['a comma', '一,二', '"一,二"'],
  ['a quotation mark', '说"好"', '"说""好"""'],
  ['a line break before a formula', '\n=1', '"\'\n=1"'],
])('%s stays a text', (_name, text, cell) => {
  expect(csvTable([[text]])).toBe(`\uFEFF${cell}\r\n`);
});

test('a number is one, also below zero, and null is an empty cell', () => {
  expect(csvTable([[-2, null, 0.5]])).toBe('\uFEFF-2,,0.5\r\n');
});
