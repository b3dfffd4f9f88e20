/**
 * `npm test`: builds, runs every test, names at its end each one that failed, and says in its last line how many did.
 * `npm test -- unit`, `-- integration` and `-- e2e` run one part; what follows goes on to its runner.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from './demo/child.ts';
import { findBrowser } from './find-browser.ts';
import { findCompiler } from './find-compiler.ts';
import { findDisplay } from './find-display.ts';
import { requireNode } from './node-version.ts';
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
  type Tally,
} from './test-report.ts';

const parts = ['unit', 'integration', 'e2e'] as const;
type Part = (typeof parts)[number];
/** The long proofs are a part of the integration tests, and run side by side (vitest.config.ts). */
const vitestProjects = { unit: ['unit'], integration: ['integration', 'proofs'] } as const;

requireNode('npm test');
const { chosen, rest } = readArguments(process.argv.slice(2));
const reports = mkdtempSync(join(tmpdir(), 'yizhan-test-'));
const tallies: Tally[] = [];
try {
  // Integration and end-to-end tests run what a station runs: the built renderer.
  if (chosen.some((part) => part !== 'unit')) tallies.push(build());
  if (tallies.every((tally) => tally.failed === 0)) {
    const vitestParts = chosen.filter((part) => part !== 'e2e');
    // Without one the power-cut proof is skipped, and says so.
    if (chosen.includes('integration')) findCompiler();
    if (chosen.includes('e2e')) findDisplay();
    if (vitestParts.length > 0) tallies.push(runVitest(vitestParts));
    if (chosen.includes('e2e')) tallies.push(runPlaywright());
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}
const total = sum(tallies);
for (const line of [...failureLines(total), lastLine(total)]) console.log(line);
process.exitCode = isGreen(total) ? 0 : 1;

function readArguments(args: readonly string[]): { chosen: readonly Part[]; rest: readonly string[] } {
  const [first, ...others] = args;
  if (first === undefined) return { chosen: parts, rest: [] };
  const part = parts.find((name) => name === first);
  if (part !== undefined) return { chosen: [part], rest: others };
  console.error(`npm test: "${first}" is not a part; choose one of ${parts.join(', ')}, or none for all.`);
  process.exit(1);
}

function build(): Tally {
  const status = run([repositoryPath('scripts/build.ts')], {});
  if (status !== 0) console.error('The build failed, so no test was run against it.');
  return withExitCode('the build', NOTHING_RAN, status);
}

function runVitest(chosenParts: readonly Exclude<Part, 'e2e'>[]): Tally {
  const report = join(reports, 'vitest.json');
  const status = run(
    [
      repositoryPath('node_modules/vitest/vitest.mjs'),
      'run',
      ...chosenParts.flatMap((part) => vitestProjects[part]).flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...rest,
    ],
    {},
  );
  return tallyOfRun('Vitest', report, (read) => tallyOfVitest(read, repositoryPath('.')), status);
}

function runPlaywright(): Tally {
  const browser = findBrowser();
  if (browser === null) return tallyOfRunner('Playwright', 'There is no browser.');
  const report = join(reports, 'playwright.json');
  const status = run(
    [repositoryPath('node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json', ...rest],
    { YIZHAN_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  );
  return tallyOfRun('Playwright', report, tallyOfPlaywright, status);
}

function run(args: readonly string[], environment: Record<string, string>): number | null {
  const { status } = spawnSync(process.execPath, args, {
    cwd: repositoryPath('.'),
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status;
}

/** A runner that died before its report counts as one failed test. */
function tallyOfRun(
  runner: string,
  report: string,
  read: (report: unknown) => Tally,
  status: number | null,
): Tally {
  try {
    return withExitCode(runner, read(JSON.parse(readFileSync(report, 'utf8'))), status);
  } catch (error) {
    return tallyOfRunner(
      runner,
      `No report of the tests: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
