import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { calendarSchema, type Calendar } from '#contract/calendar.ts';
import { isOpenDay } from '#contract/form/calendar-days.ts';
import { addDays, localDate, type LocalDate } from '#contract/form/local-date.ts';

/** The days of the offices, as a district replaces them each year when the holidays are announced. */
const officeCalendarSchema = calendarSchema.extend({
  source: z.string().max(300),
  /** The day on which it was delivered: of two that nodes have at the same time, the later one stands. */
  issued: z.iso.date(),
  /** Whose holidays and make-up workdays (调休) it has. In any other year weekdays count, and that is said. */
  years: z.array(z.int().min(2000).max(2200)).min(1).max(100),
});

export interface OfficeCalendar extends Calendar {
  readonly years: readonly number[];
  /** `issued-` with its day, then the hash of its content: what was reckoned by one whose id sorts below is reckoned again. */
  readonly id: string;
}

export function officeCalendar(text: string): OfficeCalendar {
  const { issued, weekdays, closedOn, openOn, years } = officeCalendarSchema.parse(JSON.parse(text));
  const content = { weekdays, closedOn, openOn, years };
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  // Behind the bare hashes of before; of one length, so that it sorts by its day in any order of letters.
  return { ...content, id: `issued-${issued}-${hash}` };
}

export const officeDays: OfficeCalendar = officeCalendar(
  readFileSync(join(import.meta.dirname, 'office-days.json'), 'utf8'),
);

/** China has one zone, and a station's day is this zone's. */
const ZONE = 'Asia/Shanghai';

export function chinaDate(epochMs: number): LocalDate {
  return localDate(epochMs, ZONE);
}

/** The instant at which a day begins in China, which has had no summer time since 1991. */
export function dayBegins(day: LocalDate): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

/** No promise and no holiday is longer; a calendar that is never open ends here. */
export const LONGEST_DAYS = 3000;

/** The `count`-th working day after `day`: the day on which something happens is not counted (民法典 201). */
export function addWorkdays(day: LocalDate, count: number, calendar: Calendar): LocalDate {
  let reached = day;
  for (let left = count, days = 0; left > 0 && days < LONGEST_DAYS; days += 1) {
    reached = addDays(reached, 1);
    if (isOpenDay(calendar, reached)) left -= 1;
  }
  return reached;
}

/** The last working day before `day`. */
export function workdayBefore(day: LocalDate, calendar: Calendar): LocalDate {
  let reached = addDays(day, -1);
  for (let days = 0; !isOpenDay(calendar, reached) && days < LONGEST_DAYS; days += 1) {
    reached = addDays(reached, -1);
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

/** The first year between two days whose holidays the calendar does not have; null: it has them all. */
export function calendarGap(
  calendar: Pick<OfficeCalendar, 'years'>,
  from: LocalDate,
  to: LocalDate,
): number | null {
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year += 1) {
    if (!calendar.years.includes(year)) return year;
  }
  return null;
}
