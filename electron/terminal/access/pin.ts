import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * What keeps a PIN of six digits is the lock after five wrong ones; the cost (RFC 7914 §2: 32 MB, a tenth of a second on a
 * desk's computer, a second on a weak board) makes the million tries of somebody who holds the database a matter of days.
 * It must never change without a column that says which one a row has.
 */
const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const HASH_BYTES = 32;
export const SALT_BYTES = 16;

const derive = promisify<string, Uint8Array, number, typeof COST, Buffer>(scrypt);

export type HashPin = (pin: string, salt: Uint8Array) => Promise<Uint8Array>;

export const hashPin: HashPin = (pin, salt) => derive(pin, salt, HASH_BYTES, COST);

export async function isPin(
  hashOf: HashPin,
  pin: string,
  { salt, hash }: { readonly salt: Uint8Array; readonly hash: Uint8Array },
): Promise<boolean> {
  const given = await hashOf(pin, salt);
  return given.length === hash.length && timingSafeEqual(given, hash);
}

/** One that is tried first: a single digit over and over, a row upwards or downwards, the same two or three digits again and again. */
export function isEasyPin(pin: string): boolean {
  if (/^(\d{1,3})\1+$/.test(pin)) return true;
  const steps = new Set(
    Array.from(pin.slice(1), (digit, index) => (10 + Number(digit) - Number(pin[index])) % 10),
  );
  const [step] = steps;
  return steps.size === 1 && (step === 1 || step === 9);
}
