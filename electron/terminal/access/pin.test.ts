import { expect, it } from 'vitest';
import { hashPin, isEasyPin, isPin } from './pin.ts';

const salt = new Uint8Array(16).fill(7);

it('knows a PIN again, and no other', async () => {
  const hash = await hashPin('271828', salt);
  expect(await isPin(hashPin, '271828', { salt, hash })).toBe(true);
  expect(await isPin(hashPin, '271829', { salt, hash })).toBe(false);
});

it('gives the same PIN of two people two hashes', async () => {
  const other = await hashPin('271828', new Uint8Array(16).fill(8));
  expect(Buffer.from(other)).not.toEqual(Buffer.from(await hashPin('271828', salt)));
});

it.each(['111111', '121212', '123123', '123456', '890123', '987654', '210987'])(
  'takes %s for one that is tried first',
  (pin) => {
    expect(isEasyPin(pin)).toBe(true);
  },
);

it.each(['271828', '135791', '112233', '123457'])('lets %s pass', (pin) => {
  expect(isEasyPin(pin)).toBe(false);
});
