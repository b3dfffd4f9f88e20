import { describe, expect, test } from 'vitest';
import type { CaseLimits } from '#contract/case-history.ts';
import { limitBy, noClocks, stepBy, tellBy, tick, type CaseClocks } from './case-clocks.ts';
import type { ClockEffects } from './table.ts';
import { calendarGap, chinaDate, dayBegins, officeDays } from './working-days.ts';

const limits = (promised: number, unit: 'workday' | 'day' = 'workday', steps: number[] = []): CaseLimits => ({
  promised: { count: promised, unit },
  legal: { count: promised + 10, unit },
  steps: steps.map((days) => ({ name: { zh: '一步', en: 'A step' }, days })),
});

const on = (
  clocks: CaseClocks,
  day: string,
  effects: ClockEffects,
  said: Partial<Parameters<typeof tick>[1]> = {},
) => tick(clocks, { effects, day, countsFrom: day, limits: null, dueOn: null, extendedBy: 0, ...said });
const started = (day: string, of: CaseLimits) => on(noClocks, day, { decide: 'starts' }, { limits: of });
const promised = (clocks: CaseClocks) => limitBy(clocks, 'promised', officeDays);

describe('hard days', () => {
  test.each([
    // The Spring Festival of 2026: 15 to 23 February off, Saturday the 14th and Saturday the 28th worked.
    ['2026-02-12', 3, '2026-02-24'],
    ['2026-02-26', 2, '2026-02-28'],
    // National Day: Sunday 20 September worked; 1 to 7 October off, Saturday the 10th worked.
    ['2026-09-18', 1, '2026-09-20'],
    ['2026-09-30', 3, '2026-10-10'],
    // The year's end.
    ['2026-12-31', 1, '2027-01-04'],
    // A leap day is a Tuesday in 2028.
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-02-29', 1, '2028-03-01'],
    // Done at once: that day.
    ['2026-02-16', 0, '2026-02-16'],
  ])('from %s on, %i working days end on %s', (day, count, by) => {
    expect(promised(started(day, limits(count)))).toBe(by);
  });

  test('days that are not working days are counted as they come', () => {
    expect(promised(started('2028-02-20', limits(10, 'day')))).toBe('2028-03-01');
  });

  test('five working days to tell, over a holiday that was moved', () => {
    expect(tellBy(on(noClocks, '2026-02-13', { tell: 'starts' }), officeDays)).toBe('2026-02-27');
  });
});

describe('a clock that rests', () => {
  const five = started('2026-11-23', limits(5));

  test('has no last day, and goes on with what remained', () => {
    const resting = on(five, '2026-11-25', { decide: 'rests' });
    expect(promised(resting)).toBe(null);
    expect(promised(on(resting, '2026-12-09', { decide: 'goes on' }))).toBe('2026-12-14');
  });

  test('and goes on the same day, as often as anybody likes, has lost and won nothing', () => {
    let clocks = five;
    for (let times = 0; times < 5; times += 1) {
      clocks = on(on(clocks, '2026-11-25', { decide: 'rests' }), '2026-11-25', { decide: 'goes on' });
    }
    expect(promised(clocks)).toBe(promised(five));
  });

  test('on its last day has that day again when it goes on', () => {
    const resting = on(five, '2026-11-30', { decide: 'rests' });
    expect(promised(resting)).toBe(null);
    expect(promised(on(resting, '2026-12-09', { decide: 'goes on' }))).toBe('2026-12-09');
  });

  test('does not undo that it was late before', () => {
    const late = on(five, '2026-12-02', { decide: 'rests' });
    expect(promised(late)).toBe('2026-11-30');
    expect(promised(on(late, '2026-12-09', { decide: 'goes on' }))).toBe('2026-11-30');
  });

  test('lets the step rest with it', () => {
    const stepped = started('2026-11-23', limits(5, 'workday', [3, 2]));
    expect(stepBy(stepped, officeDays)).toBe('2026-11-26');
    const resting = on(stepped, '2026-11-24', { decide: 'rests' });
    expect(stepBy(resting, officeDays)).toBe(null);
    const again = on(resting, '2026-12-07', { decide: 'goes on' });
    expect(stepBy(again, officeDays)).toBe('2026-12-09');
    expect(stepBy(on(again, '2026-12-08', { step: 'ends' }), officeDays)).toBe('2026-12-10');
  });
});

test('an extension is of both limits, also of one that is done at once', () => {
  const extended = on(
    started('2026-11-23', limits(0)),
    '2026-11-23',
    { decide: 'is extended' },
    { extendedBy: 3 },
  );
  expect(promised(extended)).toBe('2026-11-26');
  expect(limitBy(extended, 'legal', officeDays)).toBe('2026-12-10');
});

test('a day begins at midnight in China, and a year without holidays is named', () => {
  expect(chinaDate(dayBegins('2026-11-22'))).toBe('2026-11-22');
  expect(chinaDate(dayBegins('2026-11-22') - 1)).toBe('2026-11-21');
  expect(calendarGap(officeDays, '2026-11-22', '2026-12-31')).toBe(null);
  expect(calendarGap(officeDays, '2026-11-22', '2027-01-04')).toBe(2027);
});
