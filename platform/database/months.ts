import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import { dayBegins } from '../cases/working-days.ts';

/**
 * The bounds of months (docs/decisions/0043): an application id is a UUIDv7, whose first 48 bits are the milliseconds at which its
 * form was opened (RFC 9562 §5.7), and ids are ordered by their bytes.
 */

/** The first id that a day in China can have; `first_id_of` of the database says the same. */
export function firstIdOf(day: LocalDate): string {
  const hex = dayBegins(day).toString(16).padStart(12, '0').padEnd(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** From (included) and until (not included) which id applications lie that got their receipt on `day`: opened then, or the day before. */
export function idsReceivedOn(day: LocalDate): readonly [string, string] {
  return [firstIdOf(addDays(day, -1)), firstIdOf(addDays(day, 1))];
}
