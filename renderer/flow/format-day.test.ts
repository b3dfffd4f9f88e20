import { expect, test } from 'vitest';
import { formatDay, formatWeekday } from './format-day.ts';

test('a day is written as people write it', () => {
  expect(formatDay('2026-03-05', 'zh')).toBe('2026年3月5日');
  expect(formatDay('2026-03-05', 'en')).toBe('5 March 2026');
  expect(formatDay('2026-03-05', 'ug')).toBe('2026-يىلى 3-ئاينىڭ 5-كۈنى');
});

test('what is no date stays as it is', () => {
  expect(formatDay('130', 'zh')).toBe('130');
});

test('each day of the week has its name', () => {
  expect(formatWeekday('2026-03-05', 'zh')).toBe('星期四');
  expect(formatWeekday('2026-03-05', 'en')).toBe('Thursday');
  expect(formatWeekday('2026-03-05', 'ug')).toBe('پەيشەنبە');
});
