/**
 * The terminal's unit under a real systemd: what the watchdog hears, what it does, and where three ends lead. The unit is the
 * delivered one, but for its user and its walls, which take the machine's own systemd, and for its programs' places.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractRouterClient } from '@orpc/contract';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import type { ProvisioningCommand, provisioningContract } from '#contract/provisioning-api.ts';
import { readCrashes } from '#terminal/health/crashes.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { findTerminal } from '../../electron/host/kiosk/find-terminal.ts';
import { layBesideElectron } from '../../scripts/package/lay-beside-electron.ts';
import { openScreen } from '../support/screen-client.ts';
import { startSystemd, whyNoSystemd, type Systemd } from '../support/systemd.ts';

const root = join(import.meta.dirname, '../..');
const packaged = join(root, 'electron/host/packaging/systemd');
const UNIT = 'yizhan-terminal.service';
const TARGET = 'yizhan.target';
const ALARM = 'yizhan-out-of-service.service';
/** Starts the terminal again ten minutes after it ended. */
const RETRY = 'yizhan-retry.timer';
/** Of the delivered unit: what its life is like. The rest is how it is walled in. */
const ofItsLife =
  /^(Description|PartOf|StartLimit\w+|OnFailure|Type|NotifyAccess|TimeoutStartSec|TimeoutStopSec|WatchdogSignal|Restart|SuccessExitStatus|RestartPreventExitStatus|ExecReload|LimitCORE|OOMPolicy)=|^ExecStopPost=.* (?:reset-failed|stop yizhan-retry)|^\[(Unit|Service)\]$/;
/** In place of a minute. */
const WATCHDOG_SECONDS = 3;
/** Of a wizard that becomes the terminal, which it must do in between. */
const PATIENT_SECONDS = 6;

const MACHINE_UNITS = '/usr/lib/systemd/system';
const canAnalyze = ['/usr/bin/systemd-analyze', join(MACHINE_UNITS, 'paths.target')].every(existsSync);
if (!canAnalyze) console.log('supervised.test.ts: the order of a boot is skipped: no systemd is installed');

// skipped where there are no units of a machine to boot with.
test.skipIf(!canAnalyze).each([
  ['the plain host', () => Promise.resolve(packaged)],
  [
    'Electron',
    async (folder: string) => {
      await layBesideElectron(folder, '1.0.0');
      return join(folder, 'packaging/systemd');
    },
  ],
] as const)(
  'a machine boots with all units of %s, and none waits for one that waits for it',
  async (_, lay) => {
    const machine = mkdtempSync(join(tmpdir(), 'yizhan-boot-'));
    try {
      const delivered = await lay(join(machine, 'beside'));
      const units = join(machine, MACHINE_UNITS);
      const wants = join(machine, 'etc/systemd/system/multi-user.target.wants');
      for (const folder of [units, wants]) mkdirSync(folder, { recursive: true });
      for (const from of [MACHINE_UNITS, delivered])
        cpSync(from, units, { recursive: true, verbatimSymlinks: true });
      symlinkSync(join(MACHINE_UNITS, TARGET), join(wants, TARGET));
      const verify = ['verify', '--man=no', `--root=${machine}`, 'multi-user.target'];
      const { error, stderr } = spawnSync('systemd-analyze', verify, { encoding: 'utf8', timeout: 20_000 });
      expect(error).toBeUndefined();
      expect(stderr).not.toMatch(/ordering cycle|yizhan\S*: (Job|Unknown|Failed)/);
    } finally {
      rmSync(machine, { recursive: true });
    }
  },
);

test('no command of a unit gives a RuntimeDirectory= another group or mode: systemd takes it back before the next command', () => {
  const units = [packaged, join(root, 'electron/shell/packaging/systemd')].flatMap((folder) =>
    readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
  );
  const made = units.flatMap(({ text }) =>
    [...text.matchAll(/^RuntimeDirectory=(.+)$/gm)].flatMap(([, names = '']) => names.split(' ')),
  );
  expect(made).toContain('yizhan-screen');
  const changed = units.flatMap(({ name, text }) => {
    const own = /^RuntimeDirectory=(.+)$/m.exec(text)?.[1]?.split(' ') ?? [];
    return text
      .split('\n')
      .filter((line) => /^Exec.*\b(chgrp|chown|chmod|install)\b/.test(line))
      .filter((line) => own.some((folder) => line.split(/[\s'"]+/).includes(`/run/${folder}`)))
      .map((line) => `${name}: ${line}`);
  });
  expect(changed).toEqual([]);
});

test('whoever holds the screen shows the pages of the version at work when they are shown, not of the one it was started from', () => {
  const work = mkdtempSync(join(tmpdir(), 'yizhan-held-'));
  try {
    const current = join(work, 'current');
    const serves = join(work, 'serves');
    mkdirSync(current);
    // As `current` leads to a version: the module's own place is another one.
    const program = join(current, 'hold-screen.js');
    symlinkSync(join(root, 'electron/host/kiosk/hold-screen-main.ts'), program);
    // It ends whoever shows it when it is told to go, by which time that one hears.
    writeFileSync(
      join(current, 'kiosk.js'),
      `const { writeFileSync, writeSync } = require('node:fs');
      process.on('SIGTERM', () => { process.kill(process.ppid, 'SIGTERM'); process.exit(0); });
      writeSync(1, 'of current');
      writeFileSync('${serves}', '');
      setInterval(() => undefined, 1000);`,
    );
    writeFileSync(join(work, 'wayland-7'), '');
    const words = ['--socket', join(work, 'terminal'), '--serves', serves];
    const held = spawnSync(process.execPath, [program, ...words, '--profile', work, '--browser', 'none'], {
      ...{ encoding: 'utf8', timeout: 60_000 },
      env: { ...process.env, XDG_RUNTIME_DIR: work, WAYLAND_DISPLAY: 'wayland-7' },
    });
    expect(held).toMatchObject({ status: 0, stdout: 'of current', stderr: '' });
  } finally {
    rmSync(work, { recursive: true });
  }
});

const why = whyNoSystemd();
if (why !== null) console.log(`supervised.test.ts is skipped: ${why}`);

// skipped where no systemd can be had: there is nothing that would speak its protocol but itself.
describe.skipIf(why !== null)('the terminal under systemd', () => {
  let systemd: Systemd;
  let dataDir: string;

  beforeAll(async () => {
    systemd = await startSystemd();
  });
  afterAll(() => systemd.close());
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'yizhan-supervised-'));
    return () => {
      // Both: whoever stops the target alone does not wait for what it stops.
      systemd.run('stop', TARGET, UNIT);
      systemd.run('reset-failed');
      rmSync(dataDir, { recursive: true, force: true });
    };
  });

  // Ports 9 and 10 of the loopback: nobody listens there.
  const demo = demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' });
  const program = (file: string, args: string): string =>
    `ExecStart=${process.execPath} ${join(root, 'electron/host', file)} --data ${dataDir} ${args}\n`;
  const watched = (seconds: number): string => `WatchdogSec=${String(seconds)}\n`;

  function install(): void {
    const config = join(dataDir, 'terminal.yaml');
    writeFileSync(config, demo);
    start(watched(WATCHDOG_SECONDS) + program('main.ts', `--config ${config}`));
  }

  /** The delivered unit with another program. */
  function start(service: string): void {
    const lived = (unit: string): string =>
      readFileSync(join(packaged, unit), 'utf8')
        .split('\n')
        .filter((line) => ofItsLife.test(line))
        .join('\n')
        // The test's own systemd is a user's.
        .replaceAll('systemctl ', 'systemctl --user ');
    writeFileSync(join(systemd.units, UNIT), `${lived(UNIT)}\nRestartSec=0\n${service}`);
    writeFileSync(
      join(systemd.units, ALARM),
      `${lived(ALARM)}\n[Service]\nType=oneshot\n${program('out-of-service.ts', '')}`,
    );
    copyFileSync(join(packaged, RETRY), join(systemd.units, RETRY));
    // What the operator enables.
    copyFileSync(join(packaged, TARGET), join(systemd.units, TARGET));
    systemd.run('daemon-reload');
    systemd.run('start', '--no-block', TARGET);
  }

  const kill = (signal: string): string =>
    systemd.run('kill', '--kill-whom=main', `--signal=${signal}`, UNIT);
  const restarts = (): number => Number(systemd.property(UNIT, 'NRestarts'));
  /** The watchdog's own record of when it last heard, in microseconds. */
  const heard = (): number => Number(systemd.property(UNIT, 'WatchdogTimestampMonotonic'));
  async function isFedFor(seconds: number): Promise<void> {
    const first = heard();
    await expect.poll(heard, { timeout: 60_000 }).toBeGreaterThan(first + seconds * 1_000_000);
  }
  async function upAgain(times: number): Promise<void> {
    await expect.poll(restarts, { timeout: 60_000 }).toBe(times);
    await systemd.until(UNIT, /^active\/running/);
  }

  test('is up when it says so, is left alone while it is well, and ends as it is asked', async () => {
    install();
    await systemd.until(UNIT, /^active\/running/);
    await isFedFor(2 * WATCHDOG_SECONDS);
    expect(restarts()).toBe(0);
    systemd.run('stop', UNIT);
    expect(systemd.property(UNIT, 'Result')).toBe('success');
    expect(readCrashes(dataDir)).toMatchObject({ running: null, crashes: [] });
  });

  test('that hangs is killed by the watchdog and started again', async () => {
    install();
    await systemd.until(UNIT, /^active\/running/);
    kill('SIGSTOP');
    await upAgain(1);
    expect(readCrashes(dataDir).crashes).toMatchObject([{ part: 'terminal' }]);
  });

  test('that ends three times in ten minutes stays down, and that is noted for the platform', async () => {
    install();
    await systemd.until(UNIT, /^active\/running/);
    for (const times of [1, 2]) {
      kill('SIGKILL');
      await upAgain(times);
    }
    kill('SIGKILL');
    await systemd.until(UNIT, /^failed/);
    await expect.poll(() => readCrashes(dataDir).outOfServiceSince, { timeout: 20_000 }).not.toBeNull();
    // What the timer does ten minutes later; by then its own count is over.
    systemd.run('reset-failed', UNIT);
    systemd.run('start', '--no-block', UNIT);
    await systemd.until(UNIT, /^active\/running/);
    expect(readCrashes(dataDir)).toMatchObject({
      outOfServiceSince: null,
      crashes: [{ part: 'terminal' }, { part: 'terminal' }, { part: 'terminal' }],
    });
  });

  test('that is asked to begin anew does so by itself, and that counts as no crash', async () => {
    install();
    await systemd.until(UNIT, /^active\/running/);
    const before = systemd.property(UNIT, 'MainPID');
    systemd.run('reload', UNIT);
    const isAnother = (): boolean => !['0', before].includes(systemd.property(UNIT, 'MainPID'));
    await expect.poll(isAnother, { timeout: 60_000 }).toBe(true);
    await systemd.until(UNIT, /^active\/running/);
    expect(readCrashes(dataDir).crashes).toEqual([]);
  });

  test('that is set up for the first time is ready while it waits for somebody, and becomes the terminal without an end', async () => {
    const [bare, config, readyFile] = ['station.yaml', 'terminal.yaml', 'ready.json'].map((name) =>
      join(dataDir, name),
    ) as [string, string, string];
    writeFileSync(bare, stringify({ ...(parse(demo) as object), terminal: undefined, screen: undefined }));
    const files = `--config ${config} --bare ${bare} --ready-file ${readyFile}`;
    start(watched(PATIENT_SECONDS) + program('main.ts', files));
    await systemd.until(UNIT, /^active\/running/);
    expect(systemd.property(UNIT, 'StatusText')).toMatch(/^first start/);
    const pid = systemd.property(UNIT, 'MainPID');
    await isFedFor(PATIENT_SECONDS);
    const page = await findTerminal(readyFile);
    expect(page).not.toBeNull();

    const screen = await openScreen({ url: page?.origin ?? '', resident: page?.href ?? '' });
    const wizard = screen.api as unknown as ContractRouterClient<typeof provisioningContract>;
    const touch = (command: ProvisioningCommand): Promise<void> =>
      expect.poll(() => wizard.provisioning.do(command), { timeout: 30_000 }).toBe('done');
    await touch({ do: 'screen', widthMm: 268, heightMm: 476, ratio: 1 });
    await touch({ do: 'terminal', region: '999901', station: '001', number: '01' });
    await touch({ do: 'confirm-clock' });
    await touch({ do: 'report' });
    await touch({ do: 'finish' });
    screen.close();

    await expect.poll(() => systemd.property(UNIT, 'StatusText'), { timeout: 30_000 }).toBe('at work');
    expect(existsSync(config)).toBe(true);
    await isFedFor(PATIENT_SECONDS);
    expect(await findTerminal(readyFile)).toEqual(page);
    expect({ pid: systemd.property(UNIT, 'MainPID'), restarts: restarts() }).toEqual({ pid, restarts: 0 });
  });

  test('that ends because it was asked to is started as often as it was asked, and no alarm is given; out of use, it rests', async () => {
    const [ends, script] = [join(dataDir, 'ends'), join(dataDir, 'program.sh')];
    // In place of the terminal: ends by one code after another, and stays when there is none left.
    writeFileSync(
      script,
      `systemd-notify --ready; code=$(head -n 1 ${ends}); sed -i 1d ${ends}; test -z "$code" || exit $code; exec sleep 600\n`,
    );
    writeFileSync(ends, `${String(exitCodes.restartProgram)}\n`.repeat(5));
    start(`ExecStart=/bin/sh ${script}\n`);
    await expect.poll(() => readFileSync(ends, 'utf8'), { timeout: 30_000 }).toBe('');
    await systemd.until(UNIT, /^active\/running/);
    await systemd.until(RETRY, /^active/);

    writeFileSync(ends, `${String(exitCodes.decommissioned)}\n`);
    kill('SIGKILL');
    await systemd.until(UNIT, /^inactive\/dead\/success/);
    await systemd.until(RETRY, /^inactive/);
    expect(systemd.property(ALARM, 'ExecMainStartTimestampMonotonic')).toBe('0');
  });
});
