import { expect, test } from 'vitest';
import { dueDay } from './due-day.ts';

test.each([
  // 21 November 2026 is a Saturday.
  ['2026-11-21', 5, '2026-11-27'],
  ['2026-11-20', 1, '2026-11-23'],
  ['2026-11-23', 5, '2026-11-30'],
  ['2026-12-30', 3, '2027-01-04'],
])('of a limit that began on %s, %i working days end on %s', (from, value, due) => {
  expect(dueDay(from, { value, unit: 'workday' })).toBe(due);
});

test('days of the calendar are counted as they come, and what is done on the spot is due at once', () => {
  expect(dueDay('2026-11-20', { value: 10, unit: 'day' })).toBe('2026-11-30');
  expect(dueDay('2026-11-21', { value: 0, unit: 'instant' })).toBe('2026-11-21');
});
