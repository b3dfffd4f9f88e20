import { describe, expect, it } from 'vitest';
import type { Calendar } from '../calendar.ts';
import type { LeafField } from '../item-field.ts';
import { boundsOf } from './bounds.ts';
import { openingState } from './calendar-days.ts';
import { checkAnswer } from './check-answer.ts';
import { holds } from './conditions.ts';
import { displayAnswer } from './display.ts';
import { addMonths } from './local-date.ts';

/** A Saturday. */
const NOW = '2026-11-21T09:30';
const label = { zh: '问题', en: 'Question' };
const common = { id: 'it', label, required: true, pii: 'none' } as const;
const option = (value: string) => ({ value, label: { zh: `选${value}`, en: `Option ${value}` } });
const several: LeafField = { ...common, type: 'multiselect', options: [option('a'), option('b')] };
const money: LeafField = { ...common, type: 'money', min: 0, max: 99999 };
const weekdays: Calendar = { weekdays: [1, 2, 3, 4, 5], closedOn: ['2026-11-24'], openOn: ['2026-11-22'] };

function codes(field: LeafField, value: string | string[] | null, answers = {}): string[] {
  const context = { now: NOW, answers, calendars: { work: weekdays } };
  return checkAnswer(field, value, context).map(({ code }) => code);
}

describe('conditions', () => {
  it('an answer that is not given passes no comparison, and "not" turns that round', () => {
    expect(holds({ field: 'a', ne: '1' }, {})).toBe(false);
    expect(holds({ not: { field: 'a', eq: '1' } }, {})).toBe(true);
  });

  it('compare several choices, numbers, and each other', () => {
    const answers = { a: ['x', 'y'], b: '12.5', c: '1' };
    expect(holds({ field: 'a', contains: 'y' }, answers)).toBe(true);
    expect(holds({ field: 'b', atLeast: 12.5 }, answers)).toBe(true);
    expect(holds({ field: 'b', atMost: 12 }, answers)).toBe(false);
    expect(holds({ all: [{ field: 'c', eq: '1' }, { any: [{ field: 'a', contains: 'z' }] }] }, answers)).toBe(
      false,
    );
  });
});

describe('several choices', () => {
  it('must be known, and each chosen once', () => {
    expect(codes(several, ['a', 'b'])).toEqual([]);
    expect(codes(several, ['a', 'c'])).toEqual(['choice-unknown']);
    expect(codes(several, ['a', 'a'])).toEqual(['choice-unknown']);
    expect(codes(several, [])).toEqual(['required']);
    expect(displayAnswer(several, ['a', 'b']).zh).toBe('选a、选b');
  });
});

describe('an amount', () => {
  it('has two digits behind the point at most, and no sign', () => {
    expect(['0', '12', '12.5', '12.50'].map((value) => codes(money, value))).toEqual([[], [], [], []]);
    expect(codes(money, '12.505')).toEqual(['money-invalid']);
    expect(codes(money, '-1')).toEqual(['money-invalid']);
    expect(codes(money, '100000')).toEqual(['number-too-large']);
  });

  it('is shown in groups of three, also with fen', () => {
    expect(displayAnswer(money, '1234567.5').zh).toBe('1,234,567.5 元');
    expect(displayAnswer(money, '999').zh).toBe('999 元');
  });
});

describe('dates, months and instants', () => {
  it('an instant cannot lie in the future, not by a minute', () => {
    const birth: LeafField = { ...common, type: 'datetime', max: 'now' };
    expect(codes(birth, NOW)).toEqual([]);
    expect(codes(birth, '2026-11-21T09:31')).toEqual(['date-too-late']);
    expect(codes(birth, '2026-11-21T24:00')).toEqual(['time-invalid']);
    expect(codes(birth, '2026-02-30T08:00')).toEqual(['date-invalid']);
  });

  it('a month may be bound by the answer to another', () => {
    const to: LeafField = { ...common, type: 'month', min: 'from', max: 'today' };
    expect(codes(to, '2026-11', { from: '2020-01' })).toEqual([]);
    expect(codes(to, '2019-12', { from: '2020-01' })).toEqual(['date-too-early']);
    expect(codes(to, '2026-12', { from: '2020-01' })).toEqual(['date-too-late']);
    expect(codes(to, '2026-13')).toEqual(['month-invalid']);
  });

  it('a day on which the office is closed is refused, a make-up workday is not', () => {
    const day: LeafField = { ...common, type: 'date', calendar: 'work' };
    expect(codes(day, '2026-11-23')).toEqual([]);
    expect(codes(day, '2026-11-24')).toEqual(['date-closed']);
    expect(codes(day, '2026-11-21')).toEqual(['date-closed']);
    expect(codes(day, '2026-11-22')).toEqual([]);
  });

  it('years and months keep to the end of a month', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2024-02-29', -12)).toBe('2023-02-28');
    const field = { ...common, type: 'date', min: 'today-2y' } as const;
    expect(boundsOf(field, {}, NOW)).toEqual({ min: '2024-11-21', max: null });
  });
});

describe('the hours of an item', () => {
  const opening = { ...weekdays, openOn: [], from: '09:00', to: '17:00' };
  it.each([
    ['2026-11-20T09:00', { state: 'open' }],
    ['2026-11-20T16:59', { state: 'open' }],
    ['2026-11-20T08:59', { state: 'closed', opens: '2026-11-20T09:00' }],
    ['2026-11-20T17:00', { state: 'closed', opens: '2026-11-23T09:00' }],
    ['2026-11-23T18:00', { state: 'closed', opens: '2026-11-25T09:00' }],
  ])('at %s', (now, state) => {
    expect(openingState(opening, now)).toEqual(state);
  });

  it('that never come say no day', () => {
    const never = {
      ...opening,
      weekdays: [6],
      closedOn: Array.from({ length: 9 }, (_none, week) => {
        return new Date(Date.UTC(2026, 10, 21 + week * 7)).toISOString().slice(0, 10);
      }),
    };
    expect(openingState(never, '2026-11-20T12:00')).toEqual({ state: 'closed', opens: null });
  });
});
