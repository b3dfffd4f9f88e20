import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendarSchema, type Calendar } from '#contract/calendar.ts';
import { isOpenDay } from '#contract/form/calendar-days.ts';
import { addDays, localDate, type LocalDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';

/**
 * Working days of the offices. Holidays and make-up workdays (调休) come as data each year (`office-days.json`); a
 * district replaces the file.
 */
export const officeDays: Calendar = calendarSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, 'office-days.json'), 'utf8')),
);

/** China has one zone, and a station's day is this zone's. */
const ZONE = 'Asia/Shanghai';

export function chinaDate(epochMs: number): LocalDate {
  return localDate(epochMs, ZONE);
}

/** No promise and no holiday is longer; a calendar that is never open ends here. */
const LONGEST_DAYS = 3000;

/** The `count`-th working day after `day`: the day on which something happens is not counted (民法典 201). */
export function addWorkdays(day: LocalDate, count: number, calendar: Calendar): LocalDate {
  let reached = day;
  for (let left = count, days = 0; left > 0 && days < LONGEST_DAYS; days += 1) {
    reached = addDays(reached, 1);
    if (isOpenDay(calendar, reached)) left -= 1;
  }
  return reached;
}

/** Working days after `from` up to and with `to`; below zero when `to` is past. */
export function workdaysBetween(from: LocalDate, to: LocalDate, calendar: Calendar): number {
  const [first, last, sign] = from <= to ? [from, to, 1] : [to, from, -1];
  let count = 0;
  for (let day = first, days = 0; day < last && days < LONGEST_DAYS; days += 1) {
    day = addDays(day, 1);
    if (isOpenDay(calendar, day)) count += 1;
  }
  // Not minus zero.
  return count === 0 ? 0 : sign * count;
}

/** The last day on which the office decides, as the item promises. */
export function promisedDay(
  item: ServiceItem | undefined,
  acceptedOn: LocalDate,
  calendar: Calendar,
): LocalDate | null {
  if (!item) return null;
  const { value, unit } = item.timeLimits.promised;
  switch (unit) {
    case 'instant':
      return acceptedOn;
    case 'day':
      return addDays(acceptedOn, value);
    case 'workday':
      return addWorkdays(acceptedOn, value, calendar);
    default: {
      const never: never = unit;
      return never;
    }
  }
}
