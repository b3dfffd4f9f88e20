import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { repositoryPath } from '../demo/child.ts';

const COUNT = /(\d+) passed/;
/** As the runner's list of tests says it: `✓  3 [portrait] › tests/e2e/every/FILE:23:7 › errand › visit (21.5s)`. */
const PASSED = /✓\s+\d+ (\[\w+\]) › tests\/e2e\/(\S+?):\d+:\d+ › (.+) \([\d.]+m?s?\)$/;

/** The visits that were seen to be right; not part of a commit, and begun anew when it is deleted. */
const passedFile = repositoryPath('dist/proved-screens.txt');

/** As a part: those that no run has seen to be right since the last whole one began. */
const REST = 'rest';

/**
 * Every errand and every page around it, upright and lying, by the browser tests' own runner; `part`, an expression of
 * its `--grep`, chooses some, and `rest` goes on where a run was ended. A line when each is over; the pictures and
 * reasons of what failed are in test-results.
 */
export function proveScreens(say: (line: string) => void, part: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    const runner = repositoryPath('node_modules/@playwright/test/cli.js');
    mkdirSync(repositoryPath('dist'), { recursive: true });
    if (part === null) rmSync(passedFile, { force: true });
    const before = existsSync(passedFile) ? lines(readFileSync(passedFile, 'utf8')).length : 0;
    if (before === 0) writeFileSync(passedFile, '');
    const child = spawn(process.execPath, [runner, 'test', 'tests/e2e/every/', ...choice(part, before)], {
      cwd: repositoryPath('.'),
      env: { ...process.env, YIZHAN_EVERY_SCREEN: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    let unended = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      const parts = (unended + text).split('\n');
      unended = parts.pop() ?? '';
      for (const line of parts) {
        if (line.trim() !== '') say(line);
        const [, project, file, titles] = PASSED.exec(line.trim()) ?? [];
        if (project && file && titles) appendFileSync(passedFile, `${project} › ${file} › ${titles}\n`);
      }
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const passed = COUNT.exec(told)?.[1];
      const earlier = part === REST && before > 0 ? `, and ${before} before` : '';
      if (code === 0 && passed !== undefined) {
        resolve(`${passed} visits${earlier}, every page of each measured`);
      } else reject(new Error(`playwright ended with ${code ?? 'a signal'}`));
    });
  });
}

function choice(part: string | null, passedBefore: number): string[] {
  if (part === null) return [];
  if (part !== REST) return ['--grep', part];
  return passedBefore === 0 ? [] : ['--test-list-invert', passedFile];
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
