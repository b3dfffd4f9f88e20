/**
 * A terminal in Electron under a real systemd: the delivered units (but for user, walls and screen), the delivered install.sh and root's updater of its
 * own package, and the packed shell in plain Node over a stand-in for Electron. update.test.ts has the plain host's, with what is received under way.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { dropIn, installedRoot, placeUnits, shortenProbation } from '../support/delivered-units.ts';
import { ELECTRON_TREE, packVersions, type PackedVersions } from '../support/packed-versions.ts';
import { startSystemd, whyNoSystemd, type Systemd } from '../support/systemd.ts';

const UNIT = 'yizhan-terminal.service';
const SCREEN = 'yizhan-screen.service';
const why = whyNoSystemd() ?? (existsSync('/usr/bin/dpkg-deb') ? null : 'there is no dpkg-deb');
if (why !== null) console.log(`electron-update.test.ts is skipped: ${why}`);

// skipped where no systemd can be had: there is nothing that would speak its protocol but itself.
describe.skipIf(why !== null)('a terminal in Electron under systemd', () => {
  let systemd: Systemd;
  let work: string;
  let packed: PackedVersions;
  let root: string;
  let data: string;

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'yizhan-electron-update-'));
    [systemd, packed] = await Promise.all([startSystemd(), packVersions(work)]);
    ({ root, data } = installedRoot(systemd));
    // Ports 9 and 10 of the loopback: nobody listens there.
    writeFileSync(
      join(data, 'terminal.yaml'),
      demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' }),
    );
    dropIn(
      systemd,
      UNIT,
      Object.entries(packed.env)
        .map(([name, value]) => `Environment="${name}=${value}"`)
        .join('\n'),
    );
  });
  afterAll(async () => {
    await systemd.close();
    for (const folder of [root, work]) rmSync(folder, { recursive: true, force: true });
  });

  /** As dpkg lays it out, and hands it to the installer; returns what that says. */
  function lay(version: string, how: readonly string[], change: (tree: string) => void): string {
    const folder = packed.laidOut(version, (tree) => {
      placeUnits(join(tree, 'packaging/systemd'), root);
      // Of a screen there is none here.
      writeFileSync(join(tree, 'packaging/systemd', SCREEN), '[Service]\nExecStart=/bin/sleep infinity\n');
      change(tree);
    });
    const tree = join(folder, ELECTRON_TREE);
    const { status, stdout, stderr } = spawnSync(
      'sh',
      [join(tree, 'packaging/install.sh'), '--tree', tree, '--root', root, ...how],
      {
        encoding: 'utf8',
        env: { ...process.env, ...packed.env, YIZHAN_CONFIG: join(data, 'terminal.yaml') },
      },
    );
    expect(status, stderr).toBe(0);
    return stdout.trim();
  }

  /** What `postinst` does where a terminal runs. */
  function take(version: string, change: (tree: string) => void): void {
    expect(lay(version, ['--lay-only'], change)).toBe(version);
    const updater = join(root, 'opt/yizhan/updater/dist/host/update.js');
    const taken = spawnSync(process.execPath, [updater, '--take', version, '--root', root, '--user'], {
      encoding: 'utf8',
    });
    expect(taken.status, taken.stderr).toBe(0);
    systemd.run('start', '--no-block', 'yizhan-update.service');
  }

  const current = (): string => readlinkSync(join(root, 'opt/yizhan/current'));
  const life = (): string => systemd.property(UNIT, 'InvocationID');
  const screensLife = (): string => systemd.property(SCREEN, 'InvocationID');
  const isRunning = (): Promise<void> => systemd.until(UNIT, /^active\/running/);
  /** The update that is under way came to its end; nobody ordered it, so that nobody is told. */
  const settled = (): Promise<void> =>
    expect
      .poll(() => existsSync(join(root, 'var/lib/yizhan-update/journal.json')), { timeout: 120_000 })
      .toBe(false);

  test('is ready when its page is, begins anew by order, goes back from what breaks, and keeps what holds', async () => {
    lay('1.0.0', [], () => undefined);
    systemd.run('daemon-reload');
    systemd.run('start', '--no-block', 'yizhan.target');
    await isRunning();
    expect(systemd.property(UNIT, 'StatusText')).toBe('at work');
    // Behind READY: whoever holds the screen shows nothing of its own any more.
    expect(existsSync(join(root, 'run/yizhan/serves'))).toBe(true);

    const first = life();
    let screen = screensLife();
    expect(screen).not.toBe('');
    systemd.run('reload', UNIT);
    await expect.poll(life, { timeout: 30_000 }).not.toBe(first);
    await isRunning();
    expect(existsSync(join(root, 'run/yizhan-update/crashed'))).toBe(false);
    // The terminal's window stands on it: renewed with a version, and with nothing else.
    expect(screensLife()).toBe(screen);

    // Its self-test is well, and its start is not.
    take('1.1.0', (tree) => {
      const program = join(tree, 'yizhan');
      renameSync(program, `${program}-electron`);
      writeFileSync(
        program,
        '#!/bin/sh\ncase "$*" in *--supervised*) echo begun > "$0-begun"; exit 70 ;; esac\nexec "$0-electron" "$@"\n',
      );
      chmodSync(program, 0o755);
    });
    await settled();
    expect(existsSync(join(root, 'opt/yizhan/1.1.0/yizhan-begun'))).toBe(true);
    expect([current(), readlinkSync(join(root, 'opt/yizhan/updater'))]).toEqual(['1.0.0', '1.0.0']);
    await isRunning();
    expect(screensLife()).not.toBe(screen);
    screen = screensLife();

    shortenProbation(systemd, root);
    take('1.2.0', () => undefined);
    await settled();
    expect([current(), readlinkSync(join(root, 'opt/yizhan/updater'))]).toEqual(['1.2.0', '1.2.0']);
    await isRunning();
    expect(screensLife()).not.toBe(screen);
    systemd.run('stop', 'yizhan.target', UNIT);
    expect(systemd.property(UNIT, 'Result')).toBe('success');
  });
});
