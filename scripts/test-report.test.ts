import { expect, test } from 'vitest';
import {
  failureLines,
  isGreen,
  lastLine,
  NOTHING_RAN,
  sum,
  tallyOfPlaywright,
  tallyOfRunner,
  tallyOfVitest,
  withExitCode,
} from './test-report.ts';

const passed = { ancestorTitles: ['', 'the queue'], title: 'is fair', status: 'passed', failureMessages: [] };
const failed = {
  ancestorTitles: ['', 'the queue'],
  title: 'is short',
  status: 'failed',
  failureMessages: [
    'AssertionError: expected 3 to be 2\n    at file:///checkout/node_modules/vitest/run.js:1:2\n    at queue.test.ts:12:3',
  ],
};

function ofVitest(
  ...files: readonly { status: string; message?: string; assertionResults: readonly object[] }[]
) {
  const testResults = files.map((file) => ({
    name: '/checkout/contract/queue.test.ts',
    message: '',
    ...file,
  }));
  return tallyOfVitest({ numPassedTests: 3, numPendingTests: 1, numTodoTests: 1, testResults }, '/checkout');
}

const spec = (title: string, status: string, projectName = 'portrait', message = '') => ({
  title,
  tests: [{ projectName, status, results: [{ errors: message === '' ? [] : [{ message }] }] }],
});
const playwright = {
  stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 },
  errors: [],
  suites: [
    {
      title: 'visit.spec.ts',
      specs: [
        spec('begins', 'expected'),
        spec('ends', 'unexpected', 'landscape', '\u001b[31mError:\u001b[39m no button'),
      ],
      suites: [{ title: 'paper', specs: [spec('is out', 'flaky', 'portrait', 'Error: late')] }],
    },
  ],
};

test('both runners’ reports are summed into the last line', () => {
  const total = sum([
    ofVitest(
      { status: 'passed', assertionResults: [passed] },
      { status: 'failed', assertionResults: [passed, failed] },
    ),
    tallyOfPlaywright(playwright),
  ]);
  expect(lastLine(total)).toBe('7 passed, 3 failed, 4 skipped');
});

test('nothing is said about skipped tests when there are none', () => {
  expect(lastLine({ ...NOTHING_RAN, passed: 2 })).toBe('2 passed, 0 failed');
});

test('a test file that could not be loaded, or whose hook failed, counts as a failed test, by the name of the file', () => {
  for (const assertionResults of [[], [passed, { ...passed, status: 'skipped' }]]) {
    const tally = ofVitest({ status: 'failed', message: 'no such module', assertionResults });
    expect(tally.failed).toBe(1);
    expect(tally.failures).toEqual([{ name: 'contract/queue.test.ts', error: 'no such module' }]);
  }
});

test('an error of Playwright outside of any test counts as a failed test', () => {
  const stats = { expected: 1, unexpected: 0, flaky: 0, skipped: 0 };
  const tally = tallyOfPlaywright({ stats, suites: [], errors: [{ message: 'no browser' }, {}] });
  expect(tally.failed).toBe(2);
  expect(failureLines(tally)).toEqual([
    '✗ outside of any test',
    '    no browser',
    '✗ outside of any test',
    '    no message',
  ]);
});

test('a runner that exits with an error fails the run even when its report is clean', () => {
  const clean = { ...NOTHING_RAN, passed: 5 };
  expect(withExitCode('Vitest', clean, 1).failed).toBe(1);
  expect(withExitCode('Vitest', clean, 1).passed).toBe(5);
  expect(failureLines(withExitCode('Vitest', clean, null))[0]).toBe('✗ Vitest');
  expect(withExitCode('Vitest', clean, 0)).toEqual(clean);
  expect(withExitCode('Vitest', { ...clean, failed: 2 }, 1).failed).toBe(2);
});

test('a run without a test, or with skipped ones only, is not green', () => {
  expect(isGreen({ ...NOTHING_RAN, skipped: 3 })).toBe(false);
  expect(isGreen({ ...NOTHING_RAN, passed: 1, skipped: 3 })).toBe(true);
  expect(isGreen({ ...NOTHING_RAN, passed: 9, failed: 1 })).toBe(false);
});

test('every failed test is named with the beginning of its error, without colours', () => {
  const total = sum([
    ofVitest({ status: 'failed', assertionResults: [passed, failed] }),
    tallyOfPlaywright(playwright),
  ]);
  expect(failureLines(total)).toEqual([
    '✗ contract/queue.test.ts › the queue › is short',
    '    AssertionError: expected 3 to be 2',
    '        at queue.test.ts:12:3',
    '✗ [landscape] visit.spec.ts › ends',
    '    Error: no button',
    '✗ [portrait] visit.spec.ts › paper › is out',
    '    Error: late',
  ]);
  expect(failureLines(NOTHING_RAN)).toEqual([]);
});

test('of a long error stands the beginning, and of a long line as well', () => {
  const lines = failureLines(tallyOfRunner('Vitest', `${'x'.repeat(1000)}\n\n${'more\n'.repeat(100)}`));
  expect(lines).toHaveLength(11);
  expect(lines[1]?.length).toBe(300);
});

test.each([
  { count: 8, lines: 80, perError: 9 },
  { count: 40, lines: 80, perError: 1 },
  { count: 80, lines: 80, perError: 0 },
])('of $count failed tests each has its name within the last hundred lines', ({ count, lines, perError }) => {
  const all = Array.from({ length: count }, (_, n) =>
    tallyOfRunner(`test ${String(n)}`, 'line\n'.repeat(20)),
  );
  const said = failureLines(sum(all));
  expect(said).toHaveLength(lines);
  expect(said.filter((line) => line.startsWith('✗ test'))).toHaveLength(count);
  expect(said.slice(1, 1 + perError)).toEqual(Array(perError).fill('    line'));
});

test('of more failed tests than there are lines it is said how many are not named', () => {
  const all = Array.from({ length: 200 }, (_, n) => tallyOfRunner(`test ${String(n)}`, 'line'));
  const said = failureLines(sum(all));
  expect(said).toHaveLength(80);
  expect(said.at(-1)).toBe('✗ … and 121 more');
});
