import { spawn } from 'node:child_process';
import { repositoryPath } from '../demo/child.ts';

const ROUNDS = 5_000;

/** The kill proof of the tests, long: tests/crash/kill-anywhere.test.ts. */
export function proveKill(say: (line: string) => void): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      repositoryPath('node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      'proofs',
      'tests/crash/kill-anywhere',
    ],
    {
      cwd: repositoryPath('.'),
      env: { ...process.env, YIZHAN_KILL_ANYWHERE_ROUNDS: String(ROUNDS) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let summary = '';
  child.stdout.on('data', (chunk) => {
    for (const line of String(chunk).split('\n')) {
      if (/kill anywhere:|killed at/.test(line)) {
        summary = line.slice(line.indexOf('kill'));
        say(summary);
      }
    }
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve(`${ROUNDS} kills; none lost, none twice`);
      else reject(new Error('the kill proof failed; run its test to see how'));
    });
  });
}
