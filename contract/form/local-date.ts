/** A local calendar day of the station, `YYYY-MM-DD`. */
export type LocalDate = string;

/** Making a formatter takes a hundred times as long as using it; a station has one time zone. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();
const timeFormats = new Map<string, Intl.DateTimeFormat>();

/** The station's local date at an instant; `timeZone` is an IANA name. */
export function localDate(epochMs: number, timeZone: string): LocalDate {
  const known = dateFormats.get(timeZone);
  if (known) return known.format(epochMs);
  // en-CA prints ISO order in every ICU.
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  dateFormats.set(timeZone, made);
  return made.format(epochMs);
}

/** `14:05`: the station's local time of day at an instant. */
export function localTimeOfDay(epochMs: number, timeZone: string): string {
  const known = timeFormats.get(timeZone);
  if (known) return known.format(epochMs);
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  timeFormats.set(timeZone, made);
  return made.format(epochMs);
}

export function compactDate(date: LocalDate): string {
  return date.replaceAll('-', '');
}

export function addDays(date: LocalDate, days: number): LocalDate {
  const [year, month, day] = date.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, (day ?? 1) + days)).toISOString().slice(0, 10);
}

/** Resolves `today`, `today-14d`, `today+300d` or a fixed date. */
export function resolveDateBound(bound: string, today: LocalDate): LocalDate {
  const relative = /^today(?:([+-]\d+)d)?$/.exec(bound);
  return relative ? addDays(today, Number(relative[1] ?? 0)) : bound;
}
