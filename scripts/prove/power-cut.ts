import { spawn } from 'node:child_process';
import { repositoryPath } from '../demo/child.ts';
import { findCompiler } from '../find-compiler.ts';

/** The power-cut proof of the tests, everywhere: tests/power-cut. A part is words of the tests' titles. */
export function provePowerCut(say: (line: string) => void, part: string | null): Promise<string> {
  if (findCompiler() === null) throw new Error('it needs Linux and a C compiler');
  const child = spawn(
    process.execPath,
    [
      ...[repositoryPath('node_modules/vitest/vitest.mjs'), 'run', '--project', 'proofs', 'tests/power-cut'],
      ...(part === null ? [] : ['-t', part]),
    ],
    {
      cwd: repositoryPath('.'),
      env: { ...process.env, YIZHAN_POWER_CUT: 'everywhere' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const summaries: string[] = [];
  child.stdout.on('data', (chunk) => {
    for (const line of String(chunk).split('\n')) {
      if (!line.includes('power cut:')) continue;
      const summary = line.slice(line.indexOf('power cut:') + 'power cut: '.length);
      summaries.push(summary);
      say(summary);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve([...summaries, 'every promise kept'].join('; '));
      else reject(new Error('the power-cut proof failed; run tests/power-cut to see how'));
    });
  });
}
