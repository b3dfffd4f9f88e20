/**
 * An update under a real systemd: the delivered units (but for user and walls), the delivered install.sh, root's updater, and the whole
 * terminal. What is laid out as a version is a package whose programs are those of this source tree, or begin otherwise where the test says so.
 */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { NEWEST_SCHEMA, ownSchema, readableFrom, versionOf } from '#terminal/store/migrate.ts';
import { findTerminal } from '../../electron/host/kiosk/find-terminal.ts';
import { installedRoot, placeUnits, shortenProbation, updateOutcome } from '../support/delivered-units.ts';
import { anyCodeFile } from '../support/enrolment.ts';
import { submitOne, untilItsItemIsThere } from '../support/robot-resident.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { openScreen, type TerminalClient } from '../support/screen-client.ts';
import { startSystemd, whyNoSystemd, type Systemd } from '../support/systemd.ts';
import { askForUpdate } from '../support/update-request.ts';

const source = join(import.meta.dirname, '../..');
const UNIT = 'yizhan-terminal.service';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

const why = whyNoSystemd();
if (why !== null) console.log(`update.test.ts is skipped: ${why}`);

// skipped where no systemd can be had: there is nothing that would speak its protocol but itself.
describe.skipIf(why !== null)('an update under systemd', () => {
  let systemd: Systemd;
  let platform: ScriptedPlatform;
  let root: string;
  let data: string;

  beforeAll(async () => {
    [systemd, platform] = await Promise.all([startSystemd(), startScriptedPlatform()]);
    ({ root, data } = installedRoot(systemd));
    writeFileSync(join(root, 'etc/yizhan/release.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(
      join(data, 'terminal.yaml'),
      demoConfig({
        ...{ cardReaderPort: 9, printerPort: 10, platformUrl: platform.url, checkSeconds: 1 },
        enrolmentCodeFile: anyCodeFile(data),
      }),
    );
  });
  afterAll(async () => {
    await Promise.all([systemd.close(), platform.close()]);
    rmSync(root, { recursive: true, force: true });
  });

  /** A version of the program; returns its tarball. */
  function pack(version: string, main: string): string {
    const stage = join(root, 'stage', `yizhan-${version}`);
    const put = (name: string, text: string): void => {
      mkdirSync(join(stage, name, '..'), { recursive: true });
      writeFileSync(join(stage, name), text);
    };
    cpSync(join(source, 'electron/host/packaging'), join(stage, 'packaging'), { recursive: true });
    placeUnits(join(stage, 'packaging/systemd'), root);
    // Of a screen there is none here.
    put('packaging/systemd/yizhan-kiosk.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    put('packaging/chromium-policy.json', '{}');
    put('dist/host/main.js', main);
    // tests/integration/host-tarball.test.ts tries the self-test that is delivered.
    put('dist/host/self-test.js', 'console.log("{}");');
    put('dist/host/update.js', `await import('${source}/electron/host/update/main.ts');`);
    const store = { schema: NEWEST_SCHEMA, readableFrom: readableFrom(ownSchema, NEWEST_SCHEMA) };
    put('package.json', JSON.stringify({ name: 'yizhan', version, type: 'module', store }));
    const tarball = join(root, `yizhan-host-${version}.tar.gz`);
    const packed = spawnSync('tar', ['-czf', tarball, '-C', join(stage, '..'), `yizhan-${version}`]);
    expect(packed.status).toBe(0);
    return tarball;
  }

  const theTerminal = `await import('${source}/electron/host/main.ts');`;
  /** The same with one step more in its store, which the one before may do without. */
  const itsNext = `
    const { ownSchema } = await import('${source}/electron/terminal/store/migrate.ts');
    const step = 'ALTER TABLE application ADD COLUMN later TEXT; CREATE TABLE later (id TEXT PRIMARY KEY) STRICT;';
    ownSchema.steps.push(step);
    ownSchema.additive.add(step);
    ${theTerminal}`;

  let asked = 0;
  function ask(version: string, main: string): void {
    asked += 1;
    askForUpdate({
      data,
      file: pack(version, main),
      version,
      madeAt: `2026-11-2${String(asked)}T00:00:00.000Z`,
      commandId: `01900000-0000-4000-8000-00000000000${String(asked)}`,
      key: privateKey,
      spoil: {},
    });
  }
  const current = (): string => readlinkSync(join(root, 'opt/yizhan/current'));
  const told = (what: object): Promise<void> =>
    expect.poll(() => updateOutcome(data), { timeout: 60_000 }).toEqual(what);
  const isRunning = (): Promise<void> => systemd.until(UNIT, /^active\/running/);

  /** At the screen of whatever terminal runs. */
  async function atScreen<T>(work: (api: TerminalClient) => Promise<T>): Promise<T> {
    await isRunning();
    const page = await findTerminal(join(root, 'run/yizhan/ready.json'));
    const screen = await openScreen({ url: page?.origin ?? '', resident: page?.href ?? '' });
    try {
      await untilItsItemIsThere(screen.api);
      return await work(screen.api);
    } finally {
      screen.close();
    }
  }
  const receive = (): Promise<string> =>
    atScreen(async (api) => {
      const receiptNo = await submitOne(api, () => undefined);
      await api.visit.end({ reason: 'finished' });
      return receiptNo;
    });
  const life = (): string => systemd.property(UNIT, 'InvocationID');

  test('one that breaks goes back by itself, what was received under it stays, and the next one is taken', async () => {
    const install = spawnSync(
      'sh',
      [
        join(source, 'electron/host/packaging/install.sh'),
        ...['--lay', pack('1.0.0', theTerminal), '--version', '1.0.0', '--root', root],
        ...['--sha256', sha256Of(join(root, 'yizhan-host-1.0.0.tar.gz'))],
      ],
      { encoding: 'utf8', env: { ...process.env, YIZHAN_NODE: process.execPath } },
    );
    expect(install).toMatchObject({ status: 0, stderr: '' });
    for (const part of ['--switch', '--keep'])
      spawnSync('sh', [join(root, 'opt/yizhan/1.0.0/packaging/install.sh'), part, '1.0.0', '--root', root]);
    systemd.run('daemon-reload');
    systemd.run('start', '--no-block', 'yizhan.target');
    const numbers = [await receive()];

    // It ends as soon as it is started, as often as it is started.
    ask('1.1.0', 'process.exit(70);');
    await told({ version: '1.1.0', outcome: 'went-back', fault: 'update.crashed' });
    expect(current()).toBe('1.0.0');

    // It migrates the store, serves, and breaks. Before it comes, somebody stands there and finishes.
    await atScreen(async (api) => {
      numbers.push(await submitOne(api, () => undefined));
      const before = life();
      ask('1.2.0', itsNext);
      await expect
        .poll(() => existsSync(join(root, 'var/lib/yizhan-update/journal.json')), { timeout: 30_000 })
        .toBe(true);
      expect({ life: life(), current: current() }).toEqual({ life: before, current: '1.0.0' });
      await api.visit.end({ reason: 'finished' });
      await expect.poll(current, { timeout: 30_000 }).toBe('1.2.0');
    });
    numbers.push(await receive());
    systemd.run('kill', '--kill-whom=main', '--signal=SIGKILL', UNIT);
    await told({ version: '1.2.0', outcome: 'went-back', fault: 'update.crashed' });
    expect(current()).toBe('1.0.0');
    numbers.push(await receive());

    shortenProbation(systemd, root);
    ask('1.3.0', itsNext);
    await told({ version: '1.3.0', outcome: 'taken', fault: null });
    expect([current(), readlinkSync(join(root, 'opt/yizhan/updater'))]).toEqual(['1.3.0', '1.3.0']);
    numbers.push(await receive());

    systemd.run('stop', 'yizhan.target', UNIT);
    // Whoever holds the screen enters no terminal that is gone.
    expect(existsSync(join(root, 'run/yizhan/ready.json'))).toBe(false);
    const store = new DatabaseSync(join(data, 'terminal.db'), { readOnly: true });
    const rows = store.prepare('SELECT receipt_no FROM application ORDER BY received_at_ms').all();
    expect(rows.map((row) => row['receipt_no'])).toEqual(numbers);
    expect(versionOf(Number(store.prepare('PRAGMA user_version').get()?.['user_version']))).toEqual({
      version: NEWEST_SCHEMA + 1,
      oldest: readableFrom(ownSchema, NEWEST_SCHEMA),
    });
    store.close();
  });
});

function sha256Of(file: string): string {
  return spawnSync('sha256sum', [file], { encoding: 'utf8' }).stdout.split(' ')[0] ?? '';
}
