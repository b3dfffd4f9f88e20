/**
 * `npm run check`: lint on one processor; types, import graph and formatting on another, for they take about as long
 * together. All run, whatever one of them finds, and each says what it has to say when it is done.
 */
import { spawn } from 'node:child_process';
import { repositoryPath } from './demo/child.ts';

const inTurn = [['lint'], ['types', 'graph', 'format']] as const;

const failed = (await Promise.all(inTurn.map(runInTurn))).flat();
console.log(failed.length === 0 ? 'check: nothing found' : `check: ${failed.join(', ')} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runInTurn(scripts: readonly string[]): Promise<string[]> {
  const failures: string[] = [];
  for (const script of scripts) if (!(await passes(script))) failures.push(script);
  return failures;
}

function passes(script: string): Promise<boolean> {
  const child = spawn('npm', ['run', script], {
    cwd: repositoryPath('.'),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      said.push(Buffer.from(`${error.message}\n`));
    });
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}
