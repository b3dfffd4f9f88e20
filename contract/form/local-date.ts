/** A local calendar day of the station, `YYYY-MM-DD`. */
export type LocalDate = string;

const MINUTE_MS = 60_000;

interface Format {
  readonly format: Intl.DateTimeFormat;
  /** The minute that was asked for last, counted from 1970, and what it is called. */
  minute: number;
  text: string;
}

/**
 * Of one kind, for each time zone: making one takes a hundred times as long as using it, and using it longer than
 * writing a row. What is asked for is mostly now; no zone has begun a day or a minute in the middle of a minute
 * since 1972.
 */
function formatOf(
  locale: string,
  parts: Intl.DateTimeFormatOptions,
): (epochMs: number, timeZone: string) => string {
  const made = new Map<string, Format>();

  function makeFor(timeZone: string): Format {
    const format = new Intl.DateTimeFormat(locale, { ...parts, timeZone });
    const one = { format, minute: Number.NaN, text: '' };
    made.set(timeZone, one);
    return one;
  }

  return (epochMs, timeZone) => {
    const one = made.get(timeZone) ?? makeFor(timeZone);
    const minute = Math.floor(epochMs / MINUTE_MS);
    if (minute !== one.minute) {
      one.text = one.format.format(epochMs);
      one.minute = minute;
    }
    return one.text;
  };
}

// en-CA prints ISO order in every ICU.
const formatDate = formatOf('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });
const formatTime = formatOf('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The station's local date at an instant; `timeZone` is an IANA name. */
export function localDate(epochMs: number, timeZone: string): LocalDate {
  return formatDate(epochMs, timeZone);
}

/** `14:05`: the station's local time of day at an instant. */
export function localTimeOfDay(epochMs: number, timeZone: string): string {
  return formatTime(epochMs, timeZone);
}

export function compactDate(date: LocalDate): string {
  return date.replaceAll('-', '');
}

export function addDays(date: LocalDate, days: number): LocalDate {
  const [year, month, day] = date.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, (day ?? 1) + days)).toISOString().slice(0, 10);
}

/** `2026-11-21T14:05`: a minute of the station's local clock. */
export type LocalMinute = string;

export function localMinute(epochMs: number, timeZone: string): LocalMinute {
  return `${localDate(epochMs, timeZone)}T${localTimeOfDay(epochMs, timeZone)}`;
}

export function dayOf(minute: LocalMinute): LocalDate {
  return minute.slice(0, 10);
}

/** The same day of another month, or that month's last: a month after 31 January is 28 February. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const [year, month, day] = date.split('-').map(Number);
  const first = Date.UTC(year ?? 0, (month ?? 1) - 1 + months, 1);
  const lastDay = new Date(first);
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
  const reached = new Date(first);
  reached.setUTCDate(Math.min(day ?? 1, lastDay.getUTCDate()));
  return reached.toISOString().slice(0, 10);
}

/** ISO 8601: 1 is Monday. */
export function weekdayOf(date: LocalDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}
