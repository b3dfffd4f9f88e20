import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpenDay } from '#contract/form/calendar-days.ts';
import { addWorkdays, chinaDate, officeDays, workdaysBetween } from './working-days.ts';

test('a day is China’s, and working days leave out the weekend and the first of January', () => {
  expect(chinaDate(Date.UTC(2026, 10, 21, 17, 30))).toBe('2026-11-22');
  // Friday.
  expect(addWorkdays('2026-11-20', 1, officeDays)).toBe('2026-11-23');
  expect(addWorkdays('2026-12-31', 1, officeDays)).toBe('2027-01-04');
});

test('a holiday moved to a weekend makes that weekend a working day', () => {
  const moved = { weekdays: [1, 2, 3, 4, 5], closedOn: ['2026-11-23'], openOn: ['2026-11-22'] };
  expect(addWorkdays('2026-11-20', 1, moved)).toBe('2026-11-22');
  expect(addWorkdays('2026-11-20', 2, moved)).toBe('2026-11-24');
});

test('counting back gives what was added, over leap days and year ends', () => {
  const days = fc
    .integer({ min: Date.UTC(2023, 0, 1) / 86_400_000, max: Date.UTC(2029, 0, 1) / 86_400_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 120 }), (from, count) => {
      const reached = addWorkdays(from, count, officeDays);
      expect(isOpenDay(officeDays, reached)).toBe(true);
      expect(workdaysBetween(from, reached, officeDays)).toBe(count);
    }),
  );
});

test('a day that is past is counted below zero, and a calendar without a day ends', () => {
  expect(workdaysBetween('2026-11-24', '2026-11-20', officeDays)).toBe(-2);
  expect(workdaysBetween('2026-11-22', '2026-11-22', officeDays)).toBe(0);
  const never = { weekdays: [1], closedOn: [], openOn: [] };
  expect(addWorkdays('2026-11-20', 60, never) > '2027-12-01').toBe(true);
});
