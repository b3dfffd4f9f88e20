/** A local calendar day of the station, `YYYY-MM-DD`. */
export type LocalDate = string;

/** The station's local date at an instant; `timeZone` is an IANA name. */
export function localDate(epochMs: number, timeZone: string): LocalDate {
  // en-CA prints ISO order in every ICU.
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(epochMs);
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
