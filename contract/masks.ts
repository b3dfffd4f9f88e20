import { withoutBoxes } from './glyphless.ts';

/**
 * Masks for whatever leaves a visit: screens, receipts, audit rows (docs: 国办函〔2016〕108号 asks that the
 * birthday part of the number be hidden beside a name).
 */

/**
 * `999901********0014`: region and serial stay, the birthday does not; nor in a number that begins with it, like
 * that of a disability certificate. Anything short is hidden whole.
 */
export function maskIdNumber(value: string): string {
  return value.length >= 18 ? `${value.slice(0, 6)}********${value.slice(14)}` : '*'.repeat(value.length);
}

/** `138****5678`. */
export function maskPhone(value: string): string {
  return value.length === 11 ? `${value.slice(0, 3)}****${value.slice(7)}` : '*'.repeat(value.length);
}

/** Only the last four characters stay. */
export function maskLast4(value: string): string {
  return value.length > 4 ? '*'.repeat(value.length - 4) + value.slice(-4) : '*'.repeat(value.length);
}

/** `张*明`, `张*`: first and last character stay, counted in code points so that 𠮷 is one. */
export function maskName(value: string): string {
  const characters = Array.from(value.trim());
  const first = characters[0];
  const last = characters.at(-1);
  if (first === undefined || last === undefined) return '';
  if (characters.length === 1) return '*';
  if (characters.length === 2) return `${withoutBoxes(first)}*`;
  return withoutBoxes(first) + '*'.repeat(characters.length - 2) + withoutBoxes(last);
}
