import { expect, test } from 'vitest';
import { ledCells } from './led-layout.ts';

test('a Chinese character takes sixteen lamps, a Latin one eight, each behind the one before', () => {
  expect(ledCells('请A1号').map(({ character, x, dots }) => [character, x, dots])).toEqual([
    ['请', 0, 16],
    ['A', 16, 8],
    ['1', 24, 8],
    ['号', 32, 16],
  ]);
  expect(ledCells('')).toEqual([]);
});
