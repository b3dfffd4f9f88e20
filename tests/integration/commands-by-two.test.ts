/** The commands beside a terminal that does not run, as processes: who may, and by which configuration. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { demoConfig } from '#config/demo/demo-config.ts';
import { loadConfig } from '#config/load.ts';
import { testParcel, testVerifyWith } from '#platform/parcels/for-tests.ts';
import { layOnShelf, putInForce } from '#terminal/parcels/for-tests.ts';
import { configurationInForce, tryAtNextStart } from '#terminal/parcels/configuration-in-force.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { systemRandomBytes } from '#terminal/system-ports.ts';
import { createTerms } from '#terminal/tickets/members/terms.ts';
import { stationSettings } from '../support/queue-station.ts';
import { TEST_PIN } from '../support/signed-in.ts';
import { whyNoSmallDisk } from '../support/small-disk.ts';
import { terminalThatWaits } from '../support/terminal-that-waits.ts';
import { addTwoPeople, twoPeopleLines } from '../support/two-people.ts';

const HOST = join(import.meta.dirname, '../../electron/host');
const ONE_SHORT = twoPeopleLines.replace(/\d+\n$/, '');
const ALONE = ['--alone', 'ticket 4711'];

let folder: string;
let dataDir: string;
let config: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-by-two-'));
  dataDir = join(folder, 'data');
  config = join(folder, 'terminal.yaml');
  const demo = parse(
    demoConfig({ cardReaderPort: 1, printerPort: 2, platformUrl: 'http://127.0.0.1:9' }),
  ) as Record<string, unknown>; // of the demo
  // Another terminal is the hub; this one has no door by the files of the machine.
  const hub = { host: '127.0.0.1', port: 9, authorityFile: '/none.pem' };
  const parcels = { verifyWith: testVerifyWith };
  const terminal = { ...(demo['terminal'] as object), number: '02' }; // of the demo
  const station = { ...demo, terminal: undefined, hub, parcels, queue: stationSettings(1, 1) };
  writeFileSync(join(folder, 'station.yaml'), stringify(station));
  writeFileSync(config, stringify({ extends: 'station.yaml', terminal }));
  mkdirSync(dataDir);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What only a terminal that does not run lets anybody do. */
async function inStore<T>(work: (store: Store) => T | Promise<T>): Promise<T> {
  const opened = openStore(dataDir);
  if (!opened.ok) throw new Error(opened.fault.code);
  try {
    return await work(opened.value);
  } finally {
    opened.value.close();
  }
}

/** A terminal that was at work, with or without accounts; it has heard terminal 01 as its hub. */
async function terminal(hasAccounts = true): Promise<void> {
  const key = openKeyFile(dataDir, systemRandomBytes);
  expect(key.ok).toBe(true);
  await inStore(async (store) => {
    const known = { term: 3, hub: '01', took: null, address: null };
    expect(
      store.transaction(() => {
        createTerms(store).write(known);
      }).ok,
    ).toBe(true);
    if (hasAccounts) await addTwoPeople(store);
  });
}

const acts = () =>
  inStore((store) =>
    store
      .sql(
        "SELECT event, subject, disposition, detail FROM audit WHERE event LIKE 'access.%' AND actor = 'staff' OR event = 'access.done-alone' ORDER BY sequence",
      )
      .all()
      .map((row) => Object.values(row).join(' | ')),
  );
const hubNow = () => inStore((store) => createTerms(store).read()?.hub);

/** `typed`: on the standard input, which ends behind it. */
async function run(program: string, args: readonly string[], typed: string) {
  const child = spawn(process.execPath, [
    join(HOST, program),
    ...args,
    '--config',
    config,
    '--data',
    dataDir,
  ]);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  // It may have ended before it has read them.
  child.stdin.on('error', () => undefined);
  child.stdin.end(typed);
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, said };
}
const outbox = (args: readonly string[], typed: string) => run('outbox-cli.ts', args, typed);
const takeOver = (typed: string, args: readonly string[] = []) =>
  run('hub-cli.ts', ['take-over', ...args], typed);

/** Tried by a start that got ready. */
const packageInForce = (yaml: string): void => {
  putInForce({ file: config, dataDir }, testParcel('configuration', 'k1', yaml));
};
const DOOR = 'lan: { host: 127.0.0.1, port: 0, names: ["127.0.0.1"] }\n';

describe('a transfer', () => {
  const file = (): string => join(folder, 'moved.yztf');

  test('leaves the terminal, and comes into it, by two people with their PINs, whose names the audit has', async () => {
    await terminal();
    const exported = await outbox(['export', file()], twoPeopleLines);
    expect([exported.code, exported.said]).toEqual([0, expect.stringContaining('t01 和 s01 都已确认')]);
    const [, code] = /^ {2}([0-9A-Z-]{47})$/m.exec(exported.out) ?? [];
    const imported = await outbox(['import', file()], `${code ?? ''}\n${twoPeopleLines}`);
    expect([imported.code, imported.said]).toEqual([0, expect.stringContaining('都已确认')]);
    expect((await acts()).filter((row) => row.startsWith('access.'))).toEqual([
      'access.second-confirmed | s01 | of t01 | outbox.export moved.yztf',
      'access.done-by-two | t01 | with s01 | outbox.export moved.yztf',
      'access.second-confirmed | s01 | of t01 | outbox.import moved.yztf',
      'access.done-by-two | t01 | with s01 | outbox.import moved.yztf',
    ]);
    for (const { out, said } of [exported, imported]) expect(out + said).not.toContain(TEST_PIN);
  });

  test('to a stick that is not there, or from a file that is not, is refused before anybody types', async () => {
    await terminal();
    const nowhere = join(folder, 'not-mounted', 'moved.yztf');
    const exported = await outbox(['export', nowhere, ...ALONE], '');
    expect([exported.code, exported.said]).toEqual([
      1,
      `transfer.not-written: ${join(folder, 'not-mounted')}: ENOENT\n`,
    ]);
    const imported = await outbox(['import', nowhere, ...ALONE], '');
    expect([imported.code, imported.said]).toEqual([1, `transfer.unreadable: ${nowhere}: ENOENT\n`]);
    expect(await acts()).toEqual([]);
  });

  test('without the second one nothing leaves it, and nothing comes in', async () => {
    await terminal();
    const refused = await outbox(['export', file()], ONE_SHORT);
    expect([refused.code, refused.out, existsSync(file())]).toEqual([2, '', false]);
    expect(refused.said).toMatch(/什么也没做[\s\S]*--alone/);
    const wrong = await outbox(['export', file()], twoPeopleLines.replace(/\d+\n$/, '314159\n'));
    expect([wrong.code, wrong.said]).toEqual([1, expect.stringContaining('access.wrong-pin')]);
    expect(existsSync(file())).toBe(false);
    expect((await outbox(['export', file(), ...ALONE], '')).code).toBe(0);
    const code = '0'.repeat(4);
    // A slip in the code is said before two people have typed.
    expect((await outbox(['import', file(), '--code', code], '')).said).toMatch(/^transfer\.code-garbled/);
    expect(await acts()).toEqual([
      'access.sign-in-refused | s01 | wrong | command',
      'access.done-alone |  | at-command | outbox.export moved.yztf: ticket 4711',
    ]);
  });

  test('of a terminal on which nobody has an account leaves it by one person, who says why', async () => {
    await terminal(false);
    const asked = await outbox(['export', file()], twoPeopleLines);
    expect([asked.code, asked.said]).toEqual([1, expect.stringContaining('没有两个能一起做这一步的账号')]);
    const exported = await outbox(['export', file(), ...ALONE], '');
    expect([exported.code, exported.said]).toEqual([0, expect.stringContaining('已记入审计')]);
    expect(existsSync(file())).toBe(true);
  });
});

const whyNoMount = whyNoSmallDisk();
if (whyNoMount !== null) console.log(`commands-by-two.test.ts: no small disk: ${whyNoMount}`);

test.skipIf(whyNoMount !== null)(
  'what waits on a disk without a free block leaves it: two are told to go on alone, one is told to write it on paper',
  async () => {
    const loaded = loadConfig(config);
    if (!loaded.ok) throw new Error('the configuration does not load');
    const masterKey = (): Uint8Array => {
      const key = openKeyFile(dataDir, systemRandomBytes);
      if (!key.ok) throw new Error(key.fault.code);
      return key.value;
    };
    await terminalThatWaits({ dataDir, config: loaded.value, masterKey, rows: 3 });
    // Its process died while it sent one of them.
    await inStore((store) =>
      store.transaction(() => store.sql("UPDATE outbox SET state = 'sending' WHERE rowid = 1").run()),
    );
    const small = join(folder, 'small');
    mkdirSync(small);
    const file = join(folder, 'moved.yztf');
    const command = `"${process.execPath}" "${join(HOST, 'outbox-cli.ts')}" export "${file}" --config "${config}" --data "${small}"`;
    const script = `mount -t tmpfs -o size=4m small-disk "${small}" && cp -a "${dataDir}/." "${small}/" || exit 9
dd if=/dev/zero of="${small}/somebody-elses" bs=4096 2>/dev/null
${command}; echo "two: $?"
${command} --hand-over ${ALONE.map((word) => `"${word}"`).join(' ')}; echo "alone: $?"`;
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', script],
      {
        input: twoPeopleLines,
        encoding: 'utf8',
      },
    );
    expect(stderr).toMatch(/^store\.full: 磁盘满了[\s\S]*请在纸上写下[\s\S]*store\.full/);
    expect(stdout).toMatch(/^two: 1\n[\s\S]*is whole and opens with this code[\s\S]*alone: 1\n$/);
    const [, code] = /^ {2}([0-9A-Z-]{47})$/m.exec(stdout) ?? [];
    // Read in by the terminal as it was before: all of them are in it.
    const imported = await outbox(['import', file, '--code', code ?? ''], twoPeopleLines);
    expect([imported.code, imported.out], imported.said).toEqual([
      0,
      expect.stringMatching(/0 imported, 3 were here already/),
    ]);
  },
);

test('a command that asks nobody leaves the standard input to the script that runs it', async () => {
  await terminal();
  const list = `"${process.execPath}" "${join(HOST, 'outbox-cli.ts')}" list --config "${config}" --data "${dataDir}"`;
  const script = `while read -r line; do echo "$line"; ${list}; done`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { input: 'first\nsecond\n', encoding: 'utf8' });
  expect([stdout, stderr]).toEqual([
    'first\n0 wait to be sent, 0 wait for staff\nsecond\n0 wait to be sent, 0 wait for staff\n',
    '',
  ]);
});

describe('a hub is made', () => {
  test('by two people behind the terminal’s number, with the door that only the package in force gives it', async () => {
    await terminal();
    const noDoor = await takeOver(`02\n${twoPeopleLines}`);
    expect([noDoor.code, noDoor.said]).toEqual([1, expect.stringMatching(/^A hub needs a door/)]);
    packageInForce(DOOR);
    const alone = await takeOver(`02\n${ONE_SHORT}`);
    expect([alone.code, await hubNow()]).toEqual([2, '01']);
    const made = await takeOver(`02\n${twoPeopleLines}`);
    expect([made.code, await hubNow()], made.said).toEqual([0, '02']);
    expect((await acts()).at(-1)).toBe(
      'access.done-by-two | t01 | with s01 | hub.make terminal 02, in the place of 01',
    );
  });

  test('by one person, who says why', async () => {
    await terminal(false);
    packageInForce(DOOR);
    expect((await takeOver('02\n', ALONE)).code).toBe(0);
    expect([await hubNow(), await acts()]).toEqual([
      '02',
      ['access.done-alone |  | at-command | hub.make terminal 02, in the place of 01: ticket 4711'],
    ]);
  });
});

describe('the package of configuration in force', () => {
  test('holds for the exchange of the master key: the backup goes where it says', async () => {
    await terminal();
    const backupDir = join(folder, 'second-disk');
    packageInForce(stringify({ storage: { backupDir } }));
    const exchanged = await run('station-key.ts', ['exchange'], '');
    expect([exchanged.code, exchanged.out], exchanged.said).toEqual([0, expect.stringContaining(backupDir)]);
  });

  test('holds for the self-test: a door that it opens is tried', async () => {
    packageInForce(DOOR);
    const { out } = await run('self-test.ts', [], '');
    const { checks } = JSON.parse(out) as { checks: readonly { name: string; ok: boolean }[] }; // of our own writing
    expect(checks.find(({ name }) => name === 'door')).toMatchObject({ ok: true });
  });

  test('on trial is passed over by every command, with a sentence', async () => {
    await terminal();
    const laid = layOnShelf(dataDir, testParcel('configuration', 'k2', DOOR));
    tryAtNextStart(dataDir, laid, '01995b00-0000-4000-8000-000000000002', () => undefined);
    for (const { said } of [
      await outbox(['list'], ''),
      await takeOver(''),
      await run('enrol.ts', ['--code', 'AAAA-AAAA-AAAA-AAAA'], ''),
    ])
      expect(said).toMatch(
        /^Note: the configuration package k2-[0-9a-f]{12} has not been tried by a start yet/,
      );
    configurationInForce({ file: config, dataDir }, () => undefined);
    expect((await outbox(['list'], '')).said).toMatch(
      /^Note: the configuration package k2-[0-9a-f]{12} was tried by a start that has not got ready/,
    );
  });
});
