import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const SENT = 'Sat, 21 Nov 2026 08:00:00 GMT';
const DAY_MS = 86_400_000;

describe('Retry-After', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['no time at all', '0', 0],
    ['an IMF-fixdate', 'Sat, 21 Nov 2026 08:02:00 GMT', 120_000],
    ['a date of RFC 850', 'Saturday, 21-Nov-26 08:02:00 GMT', 120_000],
    ['a date of asctime', 'Sat Nov 21 08:02:00 2026', 120_000],
    ['a date of asctime with a one-digit day', 'Sun Nov  1 08:00:00 2026', 0],
    ['a date that has passed', 'Fri, 20 Nov 2026 08:00:00 GMT', 0],
    ['a leap second', 'Sat, 21 Nov 2026 08:00:60 GMT', 60_000],
    ['more than a day in seconds', '90000', DAY_MS],
    ['more seconds than a number holds', '9'.repeat(20), DAY_MS],
    ['a date of next year', 'Sun, 21 Nov 2027 08:00:00 GMT', DAY_MS],
  ])('understands %s', (_what, value, waitMs) => {
    expect(parseRetryAfter(value, SENT)).toBe(waitMs);
  });

  it('takes a two-digit year more than fifty years ahead for one that has passed', () => {
    expect(parseRetryAfter('Friday, 21-Nov-80 08:00:00 GMT', SENT)).toBe(0);
  });

  it('measures a date from the answer’s own Date, whatever our clock says', () => {
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT')).toBe(60_000);
  });

  it.each([
    ['nothing', null, SENT],
    ['an empty text', '', SENT],
    ['a negative number', '-5', SENT],
    ['a fraction', '1.5', SENT],
    ['words', 'soon', SENT],
    ['an ISO date', '2026-11-21T08:02:00Z', SENT],
    ['the 31st of November', 'Tue, 31 Nov 2026 08:00:00 GMT', SENT],
    ['the zeroth', 'Tue, 00 Nov 2026 08:00:00 GMT', SENT],
    ['25 o’clock', 'Sat, 21 Nov 2026 25:00:00 GMT', SENT],
    ['another zone', 'Sat, 21 Nov 2026 08:02:00 CST', SENT],
    ['a date without a Date', 'Sat, 21 Nov 2026 08:02:00 GMT', null],
    ['a date with a broken Date', 'Sat, 21 Nov 2026 08:02:00 GMT', 'today'],
    ['far too much text', 'x'.repeat(100_000), SENT],
  ])('ignores %s', (_what, value, date) => {
    expect(parseRetryAfter(value, date)).toBeNull();
  });
});
