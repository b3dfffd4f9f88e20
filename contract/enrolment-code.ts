import { z } from 'zod';

/**
 * A one-time code that a person reads from a paper and types: four groups of four, the last symbol a check.
 * Crockford's base 32, which has no I, L, O and U, so that what is confused can be put right.
 */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const ENROLMENT_CODE_SYMBOLS = 16;
const GROUP_SYMBOLS = 4;
export const MAX_TYPED_CODE_CHARS = 100;

/** As it travels: sixteen symbols, no dashes. */
export const enrolmentCodeSchema = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{16}$/);

/** A code from 75 random bits: the low five of each of fifteen bytes. */
export function makeEnrolmentCode(random: Uint8Array): string {
  const values = [...random.subarray(0, ENROLMENT_CODE_SYMBOLS - 1)].map((byte) => byte & 31);
  if (values.length !== ENROLMENT_CODE_SYMBOLS - 1) throw new Error('a code needs fifteen random bytes');
  return [...values, timesAlpha(evaluate(values))].map((value) => SYMBOLS.charAt(value)).join('');
}

/** `ABCD-EFGH-JKMN-PQRS`, for paper and screen. */
export function displayEnrolmentCode(code: string): string {
  return (code.match(new RegExp(`.{${GROUP_SYMBOLS}}`, 'g')) ?? [code]).join('-');
}

/**
 * What somebody typed, in any case, with or without dashes and blanks, O for 0, I and L for 1. Null when it is
 * no code: too short, a strange symbol, or a slip that the check finds (any one wrong symbol, any two exchanged).
 */
export function parseEnrolmentCode(typed: string): string | null {
  if (typed.length > MAX_TYPED_CODE_CHARS) return null;
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Dash_Punctuation}.]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (!enrolmentCodeSchema.safeParse(code).success) return null;
  return evaluate([...code].map((symbol) => SYMBOLS.indexOf(symbol))) === 0 ? code : null;
}

/**
 * The symbols as coefficients of a polynomial over GF(32), at the generator α: zero for a code with its check.
 * α has order 31, so that no two of the sixteen places weigh the same.
 */
function evaluate(values: readonly number[]): number {
  return values.reduce((sum, value) => timesAlpha(sum) ^ value, 0);
}

/** In GF(32) modulo x⁵ + x² + 1. */
function timesAlpha(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}
