import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** How many tests ended how, over all runners. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Those of the failed that a report names. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** The file and the titles, parted by `›`. */
  readonly name: string;
  /** As the runner told it: of any length, and with its colours. */
  readonly error: string;
}

const NAME_SEPARATOR = ' › ';

/** Vitest's JSON reporter (vitest.dev/guide/reporters#json-reporter): the parts that we count. */
const vitestReportSchema = z.object({
  numPassedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
});

const playwrightErrorSchema = z.object({ message: z.string().default('no message') });

/** A suite is a file, or a `describe` within one. */
const playwrightSuiteSchema = z.object({
  title: z.string(),
  specs: z.array(
    z.object({
      title: z.string(),
      tests: z.array(
        z.object({
          projectName: z.string(),
          status: z.string(),
          results: z.array(z.object({ errors: z.array(playwrightErrorSchema) })),
        }),
      ),
    }),
  ),
  get suites(): z.ZodOptional<z.ZodArray<typeof playwrightSuiteSchema>> {
    return z.array(playwrightSuiteSchema).optional();
  },
});

/** Playwright's JSON reporter (playwright.dev/docs/test-reporters#json-reporter). */
const playwrightReportSchema = z.object({
  suites: z.array(playwrightSuiteSchema),
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
  errors: z.array(playwrightErrorSchema),
});

/** A file that could not be loaded, or whose hooks failed, names no failed test, and counts as one. */
export function tallyOfVitest(report: unknown, root: string): Tally {
  const read = vitestReportSchema.parse(report);
  const failures = read.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }): Failure[] => {
      const file = relative(root, name);
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length === 0)
        return [{ name: file, error: message || 'A hook failed; its error stands above.' }];
      return failed.map(({ ancestorTitles, title, failureMessages }) => ({
        name: nameOf(file, ...ancestorTitles, title),
        error: failureMessages.join('\n'),
      }));
    });
  return {
    passed: read.numPassedTests,
    failed: failures.length,
    skipped: read.numPendingTests + read.numTodoTests,
    failures,
  };
}

/** A flaky test is one that failed: it is not retried into a pass. Errors outside of tests count each. */
export function tallyOfPlaywright(report: unknown): Tally {
  const { suites, stats, errors } = playwrightReportSchema.parse(report);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    failures: [
      ...suites.flatMap((suite) => failuresOfSuite(suite, [])),
      ...errors.map(({ message }) => ({ name: 'outside of any test', error: message })),
    ],
  };
}

function failuresOfSuite(
  { title, specs, suites }: z.infer<typeof playwrightSuiteSchema>,
  above: readonly string[],
): Failure[] {
  const path = [...above, title];
  return [
    ...specs.flatMap((spec) =>
      spec.tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ projectName, results }) => ({
          name: nameOf(`[${projectName}] ${path[0] ?? ''}`, ...path.slice(1), spec.title),
          error: results.flatMap(({ errors }) => errors.map(({ message }) => message)).join('\n'),
        })),
    ),
    ...(suites ?? []).flatMap((suite) => failuresOfSuite(suite, path)),
  ];
}

function nameOf(...titles: readonly string[]): string {
  return titles.filter((title) => title !== '').join(NAME_SEPARATOR);
}

/** A runner that ended before its report, or that says by its exit code alone that it failed. */
export function tallyOfRunner(name: string, error: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, failures: [{ name, error }] };
}

/** A runner that says by its exit code that it failed is believed, even if every test that it names passed. */
export function withExitCode(runner: string, tally: Tally, exitCode: number | null): Tally {
  if (exitCode === 0 || tally.failed > 0) return tally;
  const said = `It ended with ${String(exitCode)}, and names no test that failed: what it said above tells why.`;
  return sum([tally, tallyOfRunner(runner, said)]);
}

export const NOTHING_RAN: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      passed: total.passed + tally.passed,
      failed: total.failed + tally.failed,
      skipped: total.skipped + tally.skipped,
      failures: [...total.failures, ...tally.failures],
    }),
    NOTHING_RAN,
  );
}

/** What is left of a long run is often its last hundred lines: whatever failed, it is all within them. */
const FAILURE_LINES = 80;
const LINES_PER_ERROR = 10;
const CHARACTERS_PER_LINE = 300;
/** A line of a stack that leads into a runner. */
const ELSEWHERE = /^\s+at .*(?:node_modules|node:internal|<anonymous>)/;

/** Every failed test by its name, and how its error begins, in `FAILURE_LINES` lines at most: names come before errors. */
export function failureLines({ failures }: Tally): string[] {
  const named = failures.length <= FAILURE_LINES ? failures : failures.slice(0, FAILURE_LINES - 1);
  const perError = Math.min(LINES_PER_ERROR, Math.floor((FAILURE_LINES - named.length) / named.length));
  const lines = named.flatMap(({ name, error }) => [
    shortened(`✗ ${name}`),
    ...stripVTControlCharacters(error)
      .split('\n')
      .filter((line) => line.trim() !== '' && !ELSEWHERE.test(line))
      .slice(0, perError)
      .map((line) => shortened(`    ${line}`)),
  ]);
  const unnamed = failures.length - named.length;
  return unnamed === 0 ? lines : [...lines, `✗ … and ${String(unnamed)} more`];
}

function shortened(line: string): string {
  return line.length <= CHARACTERS_PER_LINE ? line : `${line.slice(0, CHARACTERS_PER_LINE - 1)}…`;
}

export function lastLine(total: Tally): string {
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  return `${total.passed} passed, ${total.failed} failed${skipped}`;
}

/** A run in which nothing ran has shown nothing. */
export function isGreen(total: Tally): boolean {
  return total.failed === 0 && total.passed > 0;
}
