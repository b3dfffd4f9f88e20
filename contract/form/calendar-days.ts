import type { Calendar, Opening } from '../calendar.ts';
import { addDays, dayOf, weekdayOf, type LocalDate, type LocalMinute } from './local-date.ts';

export function isOpenDay(calendar: Calendar, day: LocalDate): boolean {
  if (calendar.openOn.includes(day)) return true;
  return calendar.weekdays.includes(weekdayOf(day)) && !calendar.closedOn.includes(day);
}

export type OpeningState =
  { readonly state: 'open' } | { readonly state: 'closed'; readonly opens: LocalMinute | null };

/** Longer than any holiday; a calendar that opens on no day of it does not say when it opens. */
const LOOK_AHEAD_DAYS = 60;

/** Whether an item is open now, and when it opens next; without hours it always is. */
export function openingState(opening: Opening | undefined, now: LocalMinute): OpeningState {
  if (!opening) return { state: 'open' };
  const today = dayOf(now);
  const time = now.slice(11);
  const isToday = isOpenDay(opening, today);
  if (isToday && time >= opening.from && time < opening.to) return { state: 'open' };
  if (isToday && time < opening.from) return { state: 'closed', opens: `${today}T${opening.from}` };
  for (let ahead = 1; ahead <= LOOK_AHEAD_DAYS; ahead += 1) {
    const day = addDays(today, ahead);
    if (isOpenDay(opening, day)) return { state: 'closed', opens: `${day}T${opening.from}` };
  }
  return { state: 'closed', opens: null };
}
