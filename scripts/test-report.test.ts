import { expect, test } from 'vitest';
import { isGreen, lastLine, sum, tallyOfPlaywright, tallyOfVitest, withExitCode } from './test-report.ts';

const vitest = {
  numPassedTests: 3,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'failed', assertionResults: [{}] }],
};
const playwright = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [] };

test('both runners’ reports are summed into the last line', () => {
  const total = sum([tallyOfVitest(vitest), tallyOfPlaywright(playwright)]);
  expect(lastLine(total)).toBe('7 passed, 3 failed, 4 skipped');
});

test('nothing is said about skipped tests when there are none', () => {
  expect(lastLine({ passed: 2, failed: 0, skipped: 0 })).toBe('2 passed, 0 failed');
});

test('a test file that could not be loaded counts as a failed test', () => {
  const report = { ...vitest, numFailedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(tallyOfVitest(report).failed).toBe(1);
});

test('an error of Playwright outside of any test counts as a failed test', () => {
  const report = { stats: { expected: 1, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{}] };
  expect(tallyOfPlaywright(report).failed).toBe(1);
});

test('a runner that exits with an error fails the run even when its report is clean', () => {
  const clean = { passed: 5, failed: 0, skipped: 0 };
  expect(withExitCode(clean, 1).failed).toBe(1);
  expect(withExitCode(clean, null).failed).toBe(1);
  expect(withExitCode(clean, 0)).toEqual(clean);
  expect(withExitCode({ ...clean, failed: 2 }, 1).failed).toBe(2);
});

test('a run without a test, or with skipped ones only, is not green', () => {
  expect(isGreen({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
  expect(isGreen({ passed: 1, failed: 0, skipped: 3 })).toBe(true);
  expect(isGreen({ passed: 9, failed: 1, skipped: 0 })).toBe(false);
});
