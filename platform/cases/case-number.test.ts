import { expect, test } from 'vitest';
import { caseNumberDay } from './case-number.ts';

test('the date is China’s, which changes at 16:00 UTC', () => {
  expect(caseNumberDay(Date.UTC(2026, 11, 31, 15, 59, 59))).toBe('BJ20261231');
  expect(caseNumberDay(Date.UTC(2026, 11, 31, 16, 0, 0))).toBe('BJ20270101');
});
