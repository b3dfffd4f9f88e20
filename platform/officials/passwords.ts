import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * Passwords of officials, by NIST SP 800-63B-4 §3.1.1: a password that is the only factor has at least fifteen characters
 * of any kind, may be long, is compared with those that are tried first, and is given no rules of composition. The
 * "complexity" that GB/T 22239-2019 8.1.4.1 a) asks for is the length and that comparison.
 */
export const MIN_PASSWORD = 15;
export const MAX_PASSWORD = 128;

/**
 * GB/T 22239-2019 8.1.4.1 a) wants passwords changed from time to time, NIST advises against it: once a year keeps to the
 * one and is as near to the other as it can be.
 */
export const PASSWORD_LASTS_MS = 365 * 24 * 3_600_000;
/** One that somebody else has given. */
export const FIRST_PASSWORD_LASTS_MS = 3 * 24 * 3_600_000;

/** Of scrypt (RFC 7914 §2). */
interface PasswordCost {
  /** Of two digits. */
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}
/** 32 MiB and three passes: one of the settings of OWASP's Password Storage Cheat Sheet for scrypt. */
const COST: PasswordCost = { log2N: 15, r: 8, p: 3 };
const HASH_BYTES = 32;
export const SALT_BYTES = 16;

interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}
const derive = promisify<string, Uint8Array, number, ScryptCost, Buffer>(scrypt);

/** The same password typed on another system may come in other code points (NIST SP 800-63B-4 §3.1.1.2). */
const normal = (password: string) => password.normalize('NFC');

/** `scrypt$15$8$3$SALT$HASH` (base64url): the cost travels with the row, so that it can be raised. */
export async function hashPassword(
  password: string,
  salt: Uint8Array,
  { log2N, r, p }: PasswordCost = COST,
): Promise<string> {
  const hash = await derive(normal(password), salt, HASH_BYTES, costOf(log2N, r, p));
  return ['scrypt', log2N, r, p, base64url(salt), base64url(hash)].join('$');
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const parts = /^scrypt\$(\d{2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/.exec(stored);
  if (!parts) return false;
  const [, log2N, r, p, salt = '', hash = ''] = parts;
  const wanted = Buffer.from(hash, 'base64url');
  const given = await derive(
    normal(password),
    Buffer.from(salt, 'base64url'),
    wanted.length,
    costOf(Number(log2N), Number(r), Number(p)),
  );
  return timingSafeEqual(given, wanted);
}

function costOf(log2N: number, r: number, p: number): ScryptCost {
  const N = 2 ** log2N;
  return { N, r, p, maxmem: 128 * N * r * 2 };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

export type PasswordProblem = 'too-short' | 'too-long' | 'easy' | 'about-you';

/** Pieces that lists of stolen passwords are full of. */
const TRIED_FIRST = [
  'password',
  'passw0rd',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwerty',
  'iloveyou',
  'woaini',
  'admin',
  'welcome',
  'yizhan',
  '一站',
  'abc',
  ...['1234567890', '123456789', '12345678', '123456', '12345', '1234'],
] as const;

/** What must be left of a password when all that is tried first is taken out of it, in characters. */
const OWN_CHARACTERS = 8;
const DIFFERENT_CHARACTERS = 6;

/** Why a password is not taken, or null. `about`: what everybody knows of its owner. */
export function passwordProblem(password: string, about: readonly string[]): PasswordProblem | null {
  const characters = Array.from(normal(password));
  if (characters.length < MIN_PASSWORD) return 'too-short';
  if (characters.length > MAX_PASSWORD) return 'too-long';
  const lower = normal(password).toLowerCase();
  if (new Set(Array.from(lower)).size < DIFFERENT_CHARACTERS) return 'easy';
  if (ownPart(lower, TRIED_FIRST) < OWN_CHARACTERS) return 'easy';
  if (/^(.{1,8})\1+$/u.test(lower)) return 'easy';
  const known = about.map((text) => normal(text).toLowerCase()).filter((text) => text.length >= 2);
  return ownPart(lower, known) < OWN_CHARACTERS ? 'about-you' : null;
}

function ownPart(password: string, pieces: readonly string[]): number {
  const rest = pieces.reduce((left, piece) => left.replaceAll(piece, ''), password);
  return Array.from(rest).length;
}

/** No letter of it is taken for another (no I, L, O, U, 0, 1): it is read off a screen once. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** Twenty characters, ninety-eight bits, in five groups. `randomBytes` as `node:crypto` has it. */
export function firstPassword(randomBytes: (count: number) => Uint8Array): string {
  const letters: string[] = [];
  while (letters.length < 20) {
    for (const byte of randomBytes(32)) {
      // Above, some letters would come more often than others.
      const letter = byte < 240 ? ALPHABET[byte % ALPHABET.length] : undefined;
      if (letter !== undefined && letters.length < 20) letters.push(letter);
    }
  }
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
}
