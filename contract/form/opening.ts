import type { Calendar, Opening } from '../calendar.ts';
import { addDays, type LocalDate } from './local-date.ts';

/** Whether an office that keeps hours is open at a moment, and when it opens next if not. */
export type OpenState =
  | { readonly isOpen: true }
  /** `opens` is null when the calendar knows of no open day within `LOOKED_AHEAD_DAYS`. */
  | { readonly isOpen: false; readonly opens: { readonly date: LocalDate; readonly from: string } | null };

/** The longest holidays are nine days; a norm that is not renewed is noticed before. */
const LOOKED_AHEAD_DAYS = 40;

export function isOpenDay(calendar: Calendar, date: LocalDate): boolean {
  if (calendar.openOn.includes(date)) return true;
  return !calendar.closedOn.includes(date) && calendar.weekdays.includes(isoWeekday(date));
}

/** `time` is the station's local time of day, `14:05`. */
export function openState(opening: Opening, date: LocalDate, time: string): OpenState {
  const isToday = isOpenDay(opening, date);
  if (isToday && time >= opening.from && time < opening.to) return { isOpen: true };
  const first = isToday && time < opening.from ? 0 : 1;
  for (let days = first; days <= LOOKED_AHEAD_DAYS; days += 1) {
    const day = addDays(date, days);
    if (isOpenDay(opening, day)) return { isOpen: false, opens: { date: day, from: opening.from } };
  }
  return { isOpen: false, opens: null };
}

/** 1 is Monday, 7 Sunday (ISO 8601). */
export function isoWeekday(date: LocalDate): number {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 ? 7 : day;
}
