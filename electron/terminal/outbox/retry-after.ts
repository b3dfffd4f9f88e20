const MAX_RETRY_AFTER_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
const MONTH = `(?<month>${MONTHS.join('|')})`;
const SHORT_DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';

/** RFC 9110 §5.6.7: IMF-fixdate, and the two obsolete forms that a recipient must still accept. */
const FORMS = [
  new RegExp(String.raw`^${SHORT_DAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(String.raw`^${LONG_DAY}, (?<day>\d\d)-${MONTH}-(?<shortYear>\d\d) ${TIME} GMT$`),
  new RegExp(String.raw`^${SHORT_DAY} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/**
 * The platform's wish for a pause (RFC 9110 §10.2.3) in milliseconds: seconds, or a date, which is measured
 * from the same answer's Date header, since our own clock may be wrong by days. A wish beyond a day is
 * taken for a day; null for nonsense, and for a date without a Date to measure it by.
 */
export function parseRetryAfter(value: string | null, date: string | null): number | null {
  if (value === null) return null;
  if (/^\d{1,20}$/.test(value)) return Math.min(Number(value) * 1000, MAX_RETRY_AFTER_MS);
  const sentMs = date === null ? null : parseHttpDate(date, null);
  const thenMs = sentMs === null ? null : parseHttpDate(value, sentMs);
  if (sentMs === null || thenMs === null) return null;
  return Math.min(Math.max(0, thenMs - sentMs), MAX_RETRY_AFTER_MS);
}

/** In ms since 1970. `nearMs` decides the century of a two-digit year; without it such a date is nonsense. */
function parseHttpDate(text: string, nearMs: number | null): number | null {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts === undefined) continue;
    const year =
      parts['shortYear'] === undefined ? Number(parts['year']) : fullYear(parts['shortYear'], nearMs);
    return year === null ? null : instant(year, parts);
  }
  return null;
}

/** "more than 50 years in the future" is the most recent year in the past with the same last two digits. */
function fullYear(lastTwo: string, nearMs: number | null): number | null {
  if (nearMs === null) return null;
  const nearYear = new Date(nearMs).getUTCFullYear();
  const year = nearYear - (nearYear % 100) + Number(lastTwo);
  return year > nearYear + 50 ? year - 100 : year;
}

function instant(year: number, parts: Readonly<Record<string, string | undefined>>): number | null {
  const month = MONTHS.indexOf(parts['month'] ?? '');
  const day = Number(parts['day']);
  const [hour, minute, second] = [parts['hour'], parts['minute'], parts['second']].map(Number);
  if (hour === undefined || minute === undefined || second === undefined) return null;
  // 60 is a leap second (§5.6.7).
  if (hour > 23 || minute > 59 || second > 60) return null;
  const atMs = Date.UTC(year, month, day, hour, minute, second);
  // The 31st of a month that has none would be a day of the next.
  return new Date(Date.UTC(year, month, day)).getUTCMonth() === month && day > 0 ? atMs : null;
}
