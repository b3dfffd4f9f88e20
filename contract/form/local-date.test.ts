import { expect, it } from 'vitest';
import { localDate, localTimeOfDay } from './local-date.ts';

const SHANGHAI = 'Asia/Shanghai';
const MIDNIGHT = Date.parse('2026-11-21T00:00:00+08:00');

it('the day ends in the millisecond in which it ends, however often it was asked for before', () => {
  for (const around of ['first', 'again']) {
    expect([around, localDate(MIDNIGHT - 1, SHANGHAI), localTimeOfDay(MIDNIGHT - 1, SHANGHAI)]).toEqual([
      around,
      '2026-11-20',
      '23:59',
    ]);
    expect([around, localDate(MIDNIGHT, SHANGHAI), localTimeOfDay(MIDNIGHT, SHANGHAI)]).toEqual([
      around,
      '2026-11-21',
      '00:00',
    ]);
  }
});

it('one instant has its day in each time zone', () => {
  const zones = [SHANGHAI, 'UTC', 'Asia/Kolkata', 'Asia/Urumqi', SHANGHAI];
  expect(zones.map((zone) => `${localDate(MIDNIGHT, zone)} ${localTimeOfDay(MIDNIGHT, zone)}`)).toEqual([
    '2026-11-21 00:00',
    '2026-11-20 16:00',
    '2026-11-20 21:30',
    '2026-11-20 22:00',
    '2026-11-21 00:00',
  ]);
});

it('no instant is a programmer’s error, and stays one', () => {
  expect(() => localDate(Number.NaN, SHANGHAI)).toThrow(RangeError);
  expect(() => localDate(Number.NaN, SHANGHAI)).toThrow(RangeError);
});
