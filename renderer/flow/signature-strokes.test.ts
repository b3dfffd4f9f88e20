import { signatureSchema } from '#contract/answers.ts';
import { expect, test } from 'vitest';
import { signatureOf } from './signature-strokes.ts';

const size = { width: 800.4, height: 300 };

test('a blank canvas is no signature', () => {
  expect(signatureOf([], size)).toBeNull();
  expect(signatureOf([[]], size)).toBeNull();
});

test('points are whole pixels', () => {
  expect(signatureOf([[{ x: 1.4, y: 2.6 }]], size)).toEqual({ width: 800, height: 300, strokes: [[[1, 3]]] });
});

test('a scribble for minutes and a finger far off the canvas stay within the contract', () => {
  const stroke = Array.from({ length: 3000 }, (_, index) => ({ x: index * 5, y: -index }));
  const signature = signatureOf(
    Array.from({ length: 300 }, () => stroke),
    size,
  );
  expect(signatureSchema.safeParse(signature).success).toBe(true);
});
