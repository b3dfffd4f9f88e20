import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';

// Only to end what hangs: a process is slow to begin on a loaded machine.
vi.setConfig({ testTimeout: 60_000 });

const DIE = new URL('./die.ts', import.meta.url).href;

it.skipIf(process.platform === 'win32')(
  'a process ends in which a call to the system never returns, as a close() that hangs',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'yizhan-die-'));
    const pipe = join(root, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    // Nobody ever writes: its open() holds a thread of libuv's pool for ever.
    const script = `
      import { open } from 'node:fs';
      import { die } from ${JSON.stringify(DIE)};
      open(${JSON.stringify(pipe)}, 'r', () => undefined);
      setImmediate(die);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' });
    const ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(root, { recursive: true });
    });
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
  },
);
