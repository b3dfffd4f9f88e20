import { expect, it } from 'vitest';
import { systemRandomBytes } from './system-ports.ts';

it('gives every wish bytes of its own, over the end of a supply as well', () => {
  const wishes = Array.from({ length: 2_000 }, () => Buffer.from(systemRandomBytes(12)).toString('hex'));
  expect(new Set(wishes).size).toBe(wishes.length);
  expect(wishes.filter((wish) => wish.includes('0000000000'))).toEqual([]);
});

it('what was given stays as it is while more is given', () => {
  const first = systemRandomBytes(16);
  const copy = Buffer.from(first).toString('hex');
  for (let count = 0; count < 1_000; count += 1) systemRandomBytes(16).fill(1);
  expect(Buffer.from(first).toString('hex')).toBe(copy);
});

it.each([0, 1, 12, 16, 17, 32, 5_000])('gives %i bytes when asked for as many', (byteCount) => {
  expect(systemRandomBytes(byteCount)).toHaveLength(byteCount);
});
