import { describe, expect, it } from 'vitest';
import type { Opening } from '#contract/calendar.ts';
import { closesAtMs, givingBy } from './hours.ts';

const workdays = { weekdays: [1, 2, 3, 4, 5], closedOn: [], openOn: [] };
const hours: Opening[] = [
  { ...workdays, from: '08:30', to: '12:00' },
  { ...workdays, from: '13:30', to: '17:30' },
];
const zone = 'Asia/Shanghai';
/** A Friday in November 2026. */
const friday = (time: string): number => Date.parse(`2026-11-20T${time}:00+08:00`);

describe('the hours of a line', () => {
  it('without any, never end', () => {
    expect(givingBy([], '2026-11-21T23:00')).toEqual({ is: 'open', until: null });
    expect(closesAtMs([], friday('23:00'), zone)).toBeNull();
  });

  it('end with the day and not with the morning: who comes before the break is served behind it', () => {
    expect(givingBy(hours, '2026-11-20T11:50')).toEqual({ is: 'open', until: '2026-11-20T17:30' });
    expect(closesAtMs(hours, friday('11:50'), zone)).toBe(friday('17:30'));
  });

  it('say in the break when it goes on, and in the evening of a Friday that it is on Monday', () => {
    expect(givingBy(hours, '2026-11-20T12:10')).toEqual({ is: 'closed', opens: '2026-11-20T13:30' });
    expect(givingBy(hours, '2026-11-20T17:30')).toEqual({ is: 'closed', opens: '2026-11-23T08:30' });
    expect(closesAtMs(hours, friday('12:10'), zone)).toBe(0);
  });
});
