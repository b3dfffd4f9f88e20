/**
 * `npm test`: builds, runs every test, names at its end each one that failed, and says in its last line how many did.
 * `npm test -- unit`, `-- integration` and `-- e2e` run one part; what follows goes on to its runner.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from './demo/child.ts';
import { findBrowser } from './find-browser.ts';
import { findCompiler } from './find-compiler.ts';
import { findDisplay } from './find-display.ts';
import { findSigner } from './find-signer.ts';
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

/** A command that runs tests and leaves a report. */
interface Runner {
  readonly name: string;
  /** Of Node: the script, and what it is told. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The JSON file that it writes. */
  readonly report: string;
  readonly read: (report: unknown) => Tally;
  /** Counts and seeds decide, and no clock: it takes what the others leave of the processors. */
  readonly isPatient: boolean;
}

requireNode('npm test');
const { chosen, rest } = readArguments(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'yizhan-test-'));
/** PostgreSQL's own user passes through it (platform/database/for-tests.ts). */
chmodSync(folder, 0o711);
const tallies: Tally[] = [];
try {
  // Integration and end-to-end tests run what a station runs: the built renderer.
  if (chosen.some((part) => part !== 'unit')) tallies.push(await build());
  if (tallies.every((tally) => tally.failed === 0)) {
    // Without one the power-cut proof is skipped, and says so.
    if (chosen.includes('integration')) findCompiler();
    if (chosen.includes('integration')) findSigner();
    if (chosen.includes('e2e')) {
      findDisplay();
      const browser = findBrowser();
      // Without one Playwright's own configuration says so.
      if (browser !== null) process.env['YIZHAN_BROWSER'] = browser;
    }
    tallies.push(...(await Promise.all(vitestRuns().map(runTests))));
    // Browsers draw on all processors, and have them for themselves.
    if (chosen.includes('e2e')) tallies.push(await runTests(playwright()));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
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

async function build(): Promise<Tally> {
  const status = await run([repositoryPath('scripts/build.ts')], {}, false);
  if (status !== 0) console.error('The build failed, so no test was run against it.');
  return withExitCode('the build', NOTHING_RAN, status);
}

/**
 * The integration tests go one after the other, with the time limits of a terminal, and wait more than they work: what has
 * none runs in the meantime.
 */
function vitestRuns(): Runner[] {
  const timed = chosen.includes('integration') ? ['integration'] : [];
  const patient = [...(timed.length > 0 ? ['proofs'] : []), ...(chosen.includes('unit') ? ['unit'] : [])];
  return [
    ...(timed.length > 0 ? [vitest(timed, false)] : []),
    ...(patient.length > 0 ? [vitest(patient, timed.length > 0)] : []),
  ];
}

function vitest(projects: readonly string[], isPatient: boolean): Runner {
  const report = join(folder, `${projects.join('-')}.json`);
  return {
    name: `Vitest (${projects.join(', ')})`,
    args: [
      repositoryPath('node_modules/vitest/vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      // A file that is named is one of theirs or the other's; a run of none at all is not green.
      ...(rest.length > 0 ? ['--passWithNoTests'] : []),
      ...rest,
    ],
    environment: {},
    report,
    read: (read) => tallyOfVitest(read, repositoryPath('.')),
    isPatient,
  };
}

function playwright(): Runner {
  const report = join(folder, 'playwright.json');
  return {
    name: 'Playwright',
    args: [repositoryPath('node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json', ...rest],
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    report,
    read: tallyOfPlaywright,
    isPatient: false,
  };
}

async function runTests({ name, args, environment, report, read, isPatient }: Runner): Promise<Tally> {
  const status = await run(args, environment, isPatient);
  try {
    return withExitCode(name, read(JSON.parse(readFileSync(report, 'utf8'))), status);
  } catch (error) {
    // One that died before its report counts as one failed test.
    return tallyOfRunner(
      name,
      `No report of the tests: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Its exit code; null when it did not end by itself. */
function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  isPatient: boolean,
): Promise<number | null> {
  const child = spawn(process.execPath, args, {
    cwd: repositoryPath('.'),
    stdio: 'inherit',
    env: { ...process.env, YIZHAN_TEST_CLUSTER: folder, ...environment },
  });
  // Before it has children, which inherit it.
  if (isPatient && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.once('exit', resolve);
  });
}
