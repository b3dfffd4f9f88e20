import { compactDate } from '#contract/form/local-date.ts';
import { chinaDate } from './working-days.ts';

/**
 * `BJ` (办件), the date on which the platform stored it (yyyymmdd, China standard time), and a serial that
 * never starts again. Eight digits; the hundred-millionth case gets nine instead of an old number.
 */
export function caseNumber(serial: number, storedAtMs: number): string {
  return datedNumber('BJ', serial, storedAtMs);
}

/** `DB` (督办): of an alert, in the same form. */
export function alertNumber(serial: number, raisedAtMs: number): string {
  return datedNumber('DB', serial, raisedAtMs);
}

function datedNumber(prefix: string, serial: number, atMs: number): string {
  return `${prefix}${compactDate(chinaDate(atMs))}${String(serial).padStart(8, '0')}`;
}
