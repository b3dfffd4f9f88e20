import type { Opening } from '#contract/calendar.ts';
import { isOpenDay, openingState } from '#contract/form/calendar-days.ts';
import { dayOf, localMinute, type LocalMinute } from '#contract/form/local-date.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { Giving } from '#contract/queue/snapshot.ts';
import { MINUTE_MS } from './asked.ts';

/** The hours of a line: its own, or those of the station; none: it always gives numbers. */
export function hoursOf({ lines, hours }: QueueSettings, line: LineLetter): readonly Opening[] {
  return lines.find(({ letter }) => letter === line)?.hours ?? hours;
}

/** By the hours alone; the last number may have been given before they end. */
export function givingBy(hours: readonly Opening[], now: LocalMinute): Giving {
  if (hours.length === 0) return { is: 'open', until: null };
  const states = hours.map((opening) => openingState(opening, now));
  if (states.some(({ state }) => state === 'open')) return { is: 'open', until: lastEnd(hours, now) };
  const opens = states
    .flatMap((state) => (state.state === 'closed' && state.opens !== null ? [state.opens] : []))
    .sort();
  return { is: 'closed', opens: opens[0] ?? null };
}

/**
 * When the windows of a line close for the day, for whoever asks during its hours; a time that is past outside of
 * them, also in the break. Who takes a number before the break is served behind it. Null: no hours.
 */
export function closesAtMs(hours: readonly Opening[], nowMs: number, timeZone: string): number | null {
  const now = localMinute(nowMs, timeZone);
  const giving = givingBy(hours, now);
  if (giving.is === 'closed') return 0;
  if (giving.until === null) return null;
  // Both are of one local day: on the two days of a year on which some zones set their clocks, this is an hour off.
  const minutes = minuteOfDay(giving.until) - minuteOfDay(now);
  return Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS;
}

/** Of the last hours of this day. */
function lastEnd(hours: readonly Opening[], now: LocalMinute): LocalMinute {
  const ends = hours.filter((opening) => isOpenDay(opening, dayOf(now))).map(({ to }) => to);
  return `${dayOf(now)}T${ends.sort().at(-1) ?? '23:59'}`;
}

function minuteOfDay(minute: LocalMinute): number {
  return Number(minute.slice(11, 13)) * 60 + Number(minute.slice(14, 16));
}
