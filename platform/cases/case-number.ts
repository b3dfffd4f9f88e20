import { compactDate } from '#contract/form/local-date.ts';
import { chinaDate } from './working-days.ts';

/**
 * `BJ` (办件), the date on which the platform stored it (yyyymmdd, China standard time), and a serial that
 * never starts again. Eight digits; the hundred-millionth case gets nine instead of an old number. What stands before the
 * serial, which the database draws (`caseNumberSql`).
 */
export function caseNumberDay(storedAtMs: number): string {
  return `BJ${compactDate(chinaDate(storedAtMs))}`;
}

/** The number in SQL, out of two expressions. */
export function caseNumberSql(day: string, serial: string): string {
  return `${day} || lpad(${serial}::text, greatest(8, length(${serial}::text)), '0')`;
}

/** `DB` (督办): of an alert, in the same form. */
export function alertNumber(serial: number, raisedAtMs: number): string {
  return `DB${compactDate(chinaDate(raisedAtMs))}${String(serial).padStart(8, '0')}`;
}
