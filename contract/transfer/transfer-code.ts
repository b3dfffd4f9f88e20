import { fault, type Fault } from '../fault.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';

/**
 * The secret of a transfer file as a person writes it down: 160 bits in eight groups of four characters and one
 * check character, in Crockford's alphabet (no I, L, O, U), typed in any case and with any separators.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 8;
const DATA_PER_GROUP = 4;
const GROUP_CHARS = DATA_PER_GROUP + 1;
const BITS = 5;

/** In bytes; divides into whole characters and groups. */
export const TRANSFER_SECRET_BYTES = (GROUPS * DATA_PER_GROUP * BITS) / 8;

/** Room for every separator that a person may type. */
const MAX_TYPED_CHARS = 200;

export function transferCode(secret: Uint8Array): string {
  if (secret.length !== TRANSFER_SECRET_BYTES) throw new RangeError('transferCode: another length');
  const symbols = toSymbols(secret);
  return Array.from({ length: GROUPS }, (_, group) => {
    const data = symbols.slice(group * DATA_PER_GROUP, (group + 1) * DATA_PER_GROUP);
    return [...data, checkSymbol(data, group)].map((symbol) => ALPHABET.charAt(symbol)).join('');
  }).join('-');
}

/** Fault: `transfer.code-garbled`, with the first group that does not fit. */
export function parseTransferCode(typed: string): Result<Uint8Array, Fault> {
  if (typed.length > MAX_TYPED_CHARS) return err(fault('transfer.code-garbled', 'it is too long'));
  const symbols = Array.from(typed.normalize('NFKC').toUpperCase())
    .filter((character) => /[\p{L}\p{N}]/u.test(character))
    .map(symbolOf);
  const data: number[] = [];
  for (let group = 0; group < GROUPS; group += 1) {
    const given = symbols.slice(group * GROUP_CHARS, (group + 1) * GROUP_CHARS);
    const four = given.slice(0, DATA_PER_GROUP);
    if (given.length < GROUP_CHARS || given.includes(-1) || checkSymbol(four, group) !== given.at(-1))
      return err(fault('transfer.code-garbled', `group ${group + 1} of ${GROUPS}`));
    data.push(...four);
  }
  return symbols.length === GROUPS * GROUP_CHARS
    ? ok(toBytes(data))
    : err(fault('transfer.code-garbled', `more than ${GROUPS} groups`));
}

/** What a hand makes of them: O is nought, I and L are one. */
function symbolOf(character: string): number {
  const meant = character === 'O' ? '0' : character === 'I' || character === 'L' ? '1' : character;
  return ALPHABET.indexOf(meant);
}

/**
 * A weighted sum in GF(32): every symbol has another weight, so that each wrong character and each swap of two
 * shows; the group's own place is in it, so that two groups that were swapped show as well.
 */
function checkSymbol(data: readonly number[], group: number): number {
  let sum = group + 1;
  for (const symbol of data) sum = timesAlpha(sum ^ symbol);
  return sum;
}

/** x⁵ + x² + 1 is primitive over GF(2). */
function timesAlpha(value: number): number {
  const shifted = value << 1;
  return shifted >= 32 ? shifted ^ 0b100101 : shifted;
}

function toSymbols(bytes: Uint8Array): number[] {
  const symbols: number[] = [];
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= BITS) {
      count -= BITS;
      symbols.push((bits >> count) & 31);
      bits &= (1 << count) - 1;
    }
  }
  return symbols;
}

function toBytes(symbols: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const symbol of symbols) {
    bits = (bits << BITS) | symbol;
    count += BITS;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 255);
      bits &= (1 << count) - 1;
    }
  }
  return Uint8Array.from(bytes);
}
