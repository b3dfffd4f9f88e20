/**
 * Finds the browser of the end-to-end tests, or gets one. As a command it prints the path:
 * `node scripts/find-browser.ts`.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { browserPlan, type BrowserStep, type Machine } from './browser-plan.ts';
import { repositoryPath } from './demo/child.ts';

export const browserDelays = {
  /** A browser and its libraries are some 150 MB. */
  installMs: 10 * 60_000,
  probeMs: 20_000,
} as const;

/** The browser's path, or null after one sentence on stderr that says why there is none. */
export function findBrowser(): string | null {
  const steps = browserPlan(thisMachine());
  for (const step of steps) {
    const path = take(step);
    if (path !== null && answers(path)) return path;
  }
  console.error(
    steps[0]?.step === 'wrong-setting'
      ? `YIZHAN_BROWSER names ${steps[0].path}, which is not an executable file.`
      : 'No browser for the end-to-end tests: none is installed, and neither apt-get nor Playwright could get one; install Chromium or Chrome, or set YIZHAN_BROWSER to one.',
  );
  return null;
}

/** A Chromium or Chrome that is installed already; nothing is fetched and nothing said. */
export function installedBrowser(): string | null {
  const [first] = browserPlan(thisMachine());
  return first?.step === 'use' ? first.path : null;
}

function thisMachine(): Machine {
  const fetched = chromium.executablePath();
  const isRoot = process.getuid?.() === 0;
  return {
    platform: process.platform,
    env: process.env,
    isFile,
    playwrightBrowser: isFile(fetched) ? fetched : null,
    osRelease: readOsRelease(),
    isRoot,
    hasPasswordlessSudo: !isRoot && process.platform === 'linux' && runs('sudo', ['-n', 'true']),
  };
}

function take(step: BrowserStep): string | null {
  switch (step.step) {
    case 'use':
      return step.path;
    case 'wrong-setting':
      return null;
    case 'apt': {
      const prefix = step.sudo ? ['sudo', '-n'] : [];
      console.error('No browser is installed: installing Debian’s chromium with apt-get …');
      const environment = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
      show([...prefix, ...environment, 'update']);
      show([...prefix, ...environment, '-y', '--no-install-recommends', 'install', 'chromium']);
      return isFile('/usr/bin/chromium') ? '/usr/bin/chromium' : null;
    }
    case 'playwright': {
      console.error('No browser is installed: fetching Playwright’s Chromium …');
      show([process.execPath, repositoryPath('node_modules/@playwright/test/cli.js'), 'install', 'chromium']);
      const path = chromium.executablePath();
      return isFile(path) ? path : null;
    }
    default: {
      const never: never = step;
      return never;
    }
  }
}

/** Progress goes to stderr, so that stdout stays the answer. */
function show(command: readonly string[]): void {
  const [program = '', ...args] = command;
  spawnSync(program, args, { stdio: ['ignore', 2, 2], timeout: browserDelays.installMs });
}

/** A file that is there but lacks its libraries is no browser. Windows' chrome.exe has no --version. */
function answers(path: string): boolean {
  return process.platform === 'win32' || runs(path, ['--version']);
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: browserDelays.probeMs }).status === 0;
}

function isFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  const path = findBrowser();
  if (path === null) process.exitCode = 1;
  else console.log(path);
}
