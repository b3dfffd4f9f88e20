import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CRASH_EXIT_CODE } from '#terminal/health/crash-ladder.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { selfStarter, type SelfStarterPorts } from './begin-anew.ts';

const alone: SelfStarterPorts = {
  isPackaged: true,
  isSupervised: false,
  relaunch: () => undefined,
  appImage: undefined,
  pid: process.pid,
  argv: [],
};

test.each([
  ['a restart that was ordered', exitCodes.restartProgram, 1],
  // Nobody here may restart the machine: better the program than nothing.
  ['a restart of the machine', exitCodes.restartMachine, 1],
  ['a page that crashed too often', CRASH_EXIT_CODE, 1],
  ['an end that somebody at the machine asked for', 0, 0],
  ['a terminal that was taken out of use', exitCodes.decommissioned, 0],
])('nobody supervises it: behind %s it comes back or stays away', (_what, exitCode, times) => {
  const relaunch = vi.fn();
  selfStarter({ ...alone, relaunch })(exitCode);
  expect(relaunch).toHaveBeenCalledTimes(times);
});

test.each([{ isSupervised: true }, { isPackaged: false }])(
  'whoever started it is left to start it again: %o',
  (how) => {
    const relaunch = vi.fn();
    selfStarter({ ...alone, ...how, relaunch })(exitCodes.restartProgram);
    expect(relaunch).not.toHaveBeenCalled();
  },
);

// skipped elsewhere: AppImages are Linux's.
test.skipIf(process.platform !== 'linux')(
  'an AppImage is started with its arguments when the process is gone, not before, and not by Electron',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yizhan-anew-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const put = (name: string, script: string): string => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
      return join(folder, name);
    };
    const [started, waited] = [join(folder, 'started'), join(folder, 'waited')];
    const running = spawn('sleep', ['infinity'], { stdio: 'ignore' });
    const pid = running.pid ?? 0;
    const isAlive = `kill -0 ${String(pid)} 2>/dev/null && echo 'too early'`;
    const appImage = put(
      'Yi zhan.AppImage',
      `{ ${isAlive}; printf '%s\\n' "$@"; } > '${started}.new'; mv '${started}.new' '${started}'`,
    );
    // In the place of the system's: it says that somebody waits.
    put('sleep', `: > '${waited}'; exec /bin/sleep "$@"`);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const relaunch = vi.fn();
    const argv = ['--config', '/etc/a b.yaml', '$(reboot)'];
    selfStarter({ ...alone, appImage, argv, pid, relaunch })(exitCodes.restartProgram);
    const isThere = (file: string) => expect.poll(() => existsSync(file), { timeout: 60_000 }).toBe(true);
    await isThere(waited);
    running.kill();
    await isThere(started);
    expect(readFileSync(started, 'utf8')).toBe(`${argv.join('\n')}\n`);
    expect(relaunch).not.toHaveBeenCalled();
  },
);
