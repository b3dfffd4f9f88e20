/**
 * `npm test`: builds, runs every test, and says in its last line how many passed and failed.
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
import { findSigner } from './find-signer.ts';
import { requireNode } from './node-version.ts';
import {
  isGreen,
  lastLine,
  sum,
  tallyOfPlaywright,
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
    if (chosen.includes('integration')) findSigner();
    if (chosen.includes('e2e')) findDisplay();
    if (vitestParts.length > 0) tallies.push(runVitest(vitestParts));
    if (chosen.includes('e2e')) tallies.push(runPlaywright());
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}
const total = sum(tallies);
console.log(lastLine(total));
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
  return withExitCode({ passed: 0, failed: 0, skipped: 0 }, status);
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
  return withExitCode(tally(report, tallyOfVitest), status);
}

function runPlaywright(): Tally {
  const browser = findBrowser();
  if (browser === null) return { passed: 0, failed: 1, skipped: 0 };
  const report = join(reports, 'playwright.json');
  const status = run(
    [repositoryPath('node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json', ...rest],
    { YIZHAN_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  );
  return withExitCode(tally(report, tallyOfPlaywright), status);
}

function run(args: readonly string[], environment: Record<string, string>): number | null {
  const { status } = spawnSync(process.execPath, args, {
    cwd: repositoryPath('.'),
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status;
}

/** A runner that died before its report counts as one failed test, through its exit code. */
function tally(report: string, read: (report: unknown) => Tally): Tally {
  try {
    return read(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    console.error(`No report of the tests: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
