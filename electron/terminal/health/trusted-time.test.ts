import { expect, test } from 'vitest';
import { whyTimeIsWrong } from './trusted-time.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const made = Date.parse('2026-11-20T00:00:00Z');
const noon = Date.parse('2026-11-23T12:00:00+08:00');
const seen = { nowMs: noon, madeMs: made, skewMs: 0, timeZone: 'Asia/Shanghai' };

test.each([
  ['nobody has said anything', {}, null],
  ['it is hours off and of the same day', { skewMs: 11 * 60 * MINUTE_MS }, null],
  ['a board that forgot the time', { nowMs: Date.parse('1970-01-01T00:03:00Z') }, 'before this program'],
  ['a minute before the program was made', { nowMs: made - MINUTE_MS }, 'before this program'],
  ['years ahead', { nowMs: noon + 3_650 * DAY_MS, skewMs: -3_650 * DAY_MS }, 'the platform has 2026-11-23'],
  ['a day behind', { nowMs: noon - DAY_MS, skewMs: DAY_MS }, 'the platform has 2026-11-23'],
  [
    'ten minutes behind, over midnight',
    { nowMs: noon + 715 * MINUTE_MS, skewMs: 10 * MINUTE_MS },
    '2026-11-24',
  ],
])('%s', (_what, more, detail) => {
  const why = whyTimeIsWrong({ ...seen, ...more });
  if (detail === null) expect(why).toBe(null);
  else expect(why).toMatchObject({ code: 'station.clock-wrong', detail: expect.stringContaining(detail) });
});
