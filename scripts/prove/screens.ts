import { spawn } from 'node:child_process';
import { repositoryPath } from '../demo/child.ts';

const COUNT = /(\d+) passed/;

/**
 * Every errand and every page around it, upright and lying, by the browser tests' own runner; `part`, an expression of
 * its `--grep`, chooses some. A line when each is over; the pictures and reasons of what failed are in test-results.
 */
export function proveScreens(say: (line: string) => void, part: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    const runner = repositoryPath('node_modules/@playwright/test/cli.js');
    const chosen = part === null ? [] : ['--grep', part];
    const child = spawn(process.execPath, [runner, 'test', 'tests/e2e/every/', ...chosen], {
      cwd: repositoryPath('.'),
      env: { ...process.env, YIZHAN_EVERY_SCREEN: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      for (const line of text.split('\n')) if (line.trim() !== '') say(line);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const passed = COUNT.exec(told)?.[1];
      if (code === 0 && passed !== undefined) resolve(`${passed} visits, every page of each measured`);
      else reject(new Error(`playwright ended with ${code ?? 'a signal'}`));
    });
  });
}
