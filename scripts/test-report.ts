import { z } from 'zod';

/** How many tests ended how, over all runners. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Vitest's JSON reporter (vitest.dev/guide/reporters#json-reporter): the parts that we count. */
const vitestReportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Playwright's JSON reporter (playwright.dev/docs/test-reporters#json-reporter). */
const playwrightReportSchema = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
  errors: z.array(z.unknown()),
});

/** A file that could not even be loaded holds no tests, and counts as one that failed. */
export function tallyOfVitest(report: unknown): Tally {
  const read = vitestReportSchema.parse(report);
  const unloadable = read.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return {
    passed: read.numPassedTests,
    failed: read.numFailedTests + unloadable,
    skipped: read.numPendingTests + read.numTodoTests,
  };
}

/** A flaky test is one that failed: it is not retried into a pass. Errors outside of tests count each. */
export function tallyOfPlaywright(report: unknown): Tally {
  const { stats, errors } = playwrightReportSchema.parse(report);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}

/** A runner that says by its exit code that it failed is believed, even if every test that it names passed. */
export function withExitCode(tally: Tally, exitCode: number | null): Tally {
  return exitCode === 0 || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      passed: total.passed + tally.passed,
      failed: total.failed + tally.failed,
      skipped: total.skipped + tally.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

export function lastLine(total: Tally): string {
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  return `${total.passed} passed, ${total.failed} failed${skipped}`;
}

/** A run in which nothing ran has shown nothing. */
export function isGreen(total: Tally): boolean {
  return total.failed === 0 && total.passed > 0;
}
