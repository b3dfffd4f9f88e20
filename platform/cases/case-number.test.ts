import { expect, test } from 'vitest';
import { caseNumber } from './case-number.ts';

test('the date is China’s, which changes at 16:00 UTC', () => {
  expect(caseNumber(7, Date.UTC(2026, 11, 31, 15, 59, 59))).toBe('BJ2026123100000007');
  expect(caseNumber(7, Date.UTC(2026, 11, 31, 16, 0, 0))).toBe('BJ2027010100000007');
});

test('the serial grows beyond eight digits instead of being cut', () => {
  expect(caseNumber(123_456_789, Date.UTC(2026, 0, 1))).toBe('BJ20260101123456789');
});
