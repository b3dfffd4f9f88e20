/** What docs/operations/disaster-recovery.md tells people to type, typed as it stands there. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '#platform/database/connect.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { revokeTerminal } from '#platform/identity/terminals.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { newAuthority } from '../support/certificates.ts';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { commandsOf, typeCommands } from '../support/page-commands.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';
import { beginsAt, submitOne, untilItsItemIsThere } from '../support/robot-resident.ts';
import { openScreen, type TerminalClient } from '../support/screen-client.ts';
import { openTlsFront } from '../support/tls-front.ts';

const PAGE = 'operations/disaster-recovery.md';
const checkout = join(import.meta.dirname, '../..');
const stationKey = join(checkout, 'electron/host/station-key.ts');
const shiftedClock = join(checkout, 'tests/support/shifted-clock.ts');
const YEAR_MS = 365 * 86_400_000;
const demoTerminal = { region: '999901', station: '001' };
/** After region and station, before terminal, count of the day and check digit. */
const dateIn = (receiptNo: string): string => receiptNo.slice(9, 15);
const WITHIN = { timeout: 30_000, interval: 100 };

let station: RealStation;
let host: HostProcess;
let work: string;

/** A real PostgreSQL with its tools: of the registry's there is only the server, and `pg_dump` must not be older than that. */
const district = ((): string | null => {
  const debian = '/usr/lib/postgresql';
  const found = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version)) : [];
  return (
    found.find((native) =>
      ['postgres', 'initdb', 'pg_dump', 'pg_restore', 'psql'].every((name) =>
        existsSync(join(native, 'bin', name)),
      ),
    ) ?? null
  );
})();
if (district === null) console.log('disaster-recovery.test.ts: no PostgreSQL with its tools is installed');

async function begin(nativeDir?: string): Promise<void> {
  station = await startRealStation(nativeDir);
  host = await startHost(station);
}
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yizhan-recovery-'));
});
afterEach(async () => {
  await host.stop();
  await station.close();
  rmSync(work, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  await host.stop();
  host = await startHost(station);
}

async function submit(): Promise<string> {
  const screen = await openScreen(host);
  await untilItsItemIsThere(screen.api);
  const receiptNo = await submitOne(screen.api, () => undefined);
  screen.close();
  return receiptNo;
}
const receiptsThere = async (): Promise<string[]> =>
  (await station.cases()).map(({ receiptNo }) => receiptNo);

/** The terminal's configuration with a part of it replaced. */
function configWith(part: Readonly<Record<string, object>>): string {
  const file = join(work, 'terminal.yaml');
  const config = parse(readFileSync(station.config, 'utf8')) as Record<string, object>; // of the demo's own form
  const parts = Object.entries(part).map(([name, values]) => [name, { ...config[name], ...values }]);
  writeFileSync(file, stringify({ ...config, ...Object.fromEntries(parts) }));
  return file;
}
/** Port 9 of the loopback: nobody listens there. */
const cutOff = { platform: { url: 'http://127.0.0.1:9' } };

/** Whoever runs the test runs the terminal. */
const owned = (DATA: string) => ({ DATA, OWNER: `${process.getuid?.() ?? ''}:${process.getgid?.() ?? ''}` });

/** The terminal has told the platform of so many acknowledgements in its audit, as it does at each start. */
async function acknowledgementsTold(count: number): Promise<void> {
  await restart();
  const pool = connect(station.databaseUrl);
  const sql = "SELECT 1 FROM terminal_audit WHERE event = 'application.acknowledged'";
  await expect.poll(async () => (await pool.query(sql)).rowCount, WITHIN).toBe(count);
  await pool.end();
}

/** One that was sent; then, with the line down, one that waits. The terminal is left as it runs. */
async function sentAndKept(): Promise<readonly [sent: string, kept: string]> {
  await begin();
  const sent = await submit();
  await expect.poll(receiptsThere, WITHIN).toEqual([sent]);
  await host.stop();
  host = await startHost({ config: configWith(cutOff), dataDir: station.dataDir });
  return [sent, await submit()];
}

test('a machine that is dead, with a disk that reads: its folder goes on elsewhere, and what waited in it is sent', async () => {
  const [sent, kept] = await sentAndKept();
  await host.kill();

  const [disk, here] = [join(work, 'old-disk'), join(work, 'new-machine')];
  cpSync(station.dataDir, join(disk, 'var/lib/yizhan'), { recursive: true });
  typeCommands(commandsOf(PAGE, 'The disk reads'), work, { ...owned(here), OLD: disk });
  host = await startHost({ config: station.config, dataDir: here });
  await expect.poll(receiptsThere, WITHIN).toEqual([sent, kept]);
});

test('a machine that is dead, with a disk that does not read: the key from the safe and last night’s backup bring back what waited', async () => {
  await begin();
  const sent = await submit();
  await expect.poll(receiptsThere, WITHIN).toEqual([sent]);
  const backup = join(work, 'second-disk');
  const storage = { backupDir: backup };
  const away = configWith({ ...cutOff, storage });
  await host.stop();
  host = await startHost({ config: away, dataDir: station.dataDir });
  const kept = await submit();
  await host.stop();
  // It makes a backup as well; that of the night would have to be waited for.
  typeCommands(`node ${stationKey} exchange --config ${away} --data ${station.dataDir}`, work, {});
  const key = join(work, 'safe.key');
  cpSync(join(station.dataDir, 'keys/k1.key'), key);

  const here = join(work, 'new-machine');
  typeCommands(commandsOf(PAGE, 'The disk does not read'), work, {
    ...owned(here),
    KEY: key,
    BACKUP: backup,
  });
  const pool = connect(station.databaseUrl);
  const now = systemClock.now();
  expect(await revokeTerminal(pool, 'demo-01', 'its machine is dead', now)).toBe(true);
  await pool.end();
  writeFileSync(
    station.enrolmentCodeFile,
    await issueTestCode(station.databaseUrl, 'demo-01', '999901001', now),
  );
  host = await startHost({ config: configWith({ storage }), dataDir: here });
  await expect.poll(receiptsThere, WITHIN).toEqual([sent, kept]);
  // The numbers that may stand on slips since are passed over.
  expect(Number((await submit()).slice(-6)) - Number(kept.slice(-6))).toBeGreaterThan(200);
});

/** What a terminal says from now on. */
function saidBy({ child }: HostProcess): () => string {
  let said = '';
  child.stderr?.on('data', (text: string) => {
    said += text;
  });
  return () => said;
}

test('a machine that is stolen: it is shut out, and its place is taken under another number; what it had not sent lies on it alone, and comes when it is found', async () => {
  const [sent, kept] = await sentAndKept();
  await host.stop();

  const operator = { DATABASE_URL: station.databaseUrl };
  const shutOut = commandsOf(PAGE, 'The machine is stolen');
  expect(typeCommands(shutOut, checkout, { ...operator, STOLEN: 'demo-01' })).toContain('demo-01 is revoked');
  host = await startHost(station);
  await expect.poll(saidBy(host), WITHIN).toContain('"platform.terminal-revoked"');
  await host.stop();
  expect(await receiptsThere()).toEqual([sent]);

  const codeFor = (NEW: string): void => {
    const said = typeCommands(commandsOf(PAGE, 'Neither disk nor key'), checkout, {
      ...operator,
      NEW,
      STATION: '999901001',
    });
    writeFileSync(station.enrolmentCodeFile, said.trim().split('\n').at(-1) ?? '');
  };
  codeFor('demo-02');
  const place = { ...demoTerminal, id: 'demo-02', number: '02' };
  // In the old one's place there as well.
  const queue = { blocks: [{ terminal: '02', from: 700, to: 749 }] };
  const config = configWith({ terminal: place, queue });
  host = await startHost({ config, dataDir: join(work, 'new-machine') });
  const next = await submit();
  await expect.poll(receiptsThere, WITHIN).toEqual([sent, next]);
  expect(new Set([sent, kept, next]).size).toBe(3);
  await host.stop();

  codeFor('demo-01');
  host = await startHost(station);
  await expect.poll(receiptsThere, WITHIN).toEqual([sent, next, kept]);
});

test('a clock that is wrong: under a date that cannot be nobody is received and no number given out, with and without the line; set, it goes on by itself', async () => {
  await begin();
  const before = await submit();
  await host.stop();
  const clock = join(work, 'clock-off');
  const setBy = (offMs: number): void => {
    writeFileSync(clock, String(offMs));
  };
  const env = { YIZHAN_TEST_CLOCK: clock, NODE_OPTIONS: `--import ${shiftedClock}` };
  const { dataDir } = station;
  const daysOfNumbers = (): string[] =>
    readdirSync(dataDir)
      .filter((name) => name.startsWith('queue-numbers-'))
      .map((name) => name.replaceAll(/\D/g, '').slice(2));

  // An empty battery, and the line down: 1970.
  setBy(60_000 - systemClock.now());
  host = await startHost({ config: configWith(cutOff), dataDir, env });
  const off = await openScreen(host);
  expect(await beginsAt(off.api)).toBe('station.clock-wrong');
  expect(await numberAt(off.api)).toBe('station.clock-wrong');
  setBy(0);
  expect(await numberAt(off.api)).toBe('ok');
  expect(daysOfNumbers()).toEqual([dateIn(before)]);
  expect(await beginsAt(off.api)).toBe('ok');
  off.close();
  await host.stop();

  // Years ahead: the program cannot know, and the platform says so.
  setBy(10 * YEAR_MS);
  host = await startHost({ config: station.config, dataDir, env });
  const on = await openScreen(host);
  await expect.poll(() => beginsAt(on.api), WITHIN).toBe('station.clock-wrong');
  expect(await numberAt(on.api)).toBe('station.clock-wrong');
  setBy(0);
  expect(await numberAt(on.api)).toBe('ok');
  expect(daysOfNumbers()).toEqual([dateIn(before)]);
  const since = await submitOne(on.api, () => undefined);
  on.close();
  await expect.poll(receiptsThere, WITHIN).toEqual([before, since]);
  expect(dateIn(since)).toBe(dateIn(before));
});

test('a certificate of the platform that has ended, or is of an authority that nobody knows here: nothing is lost, and it goes on when there is a good one', async () => {
  await begin();
  const sent = await submit();
  await expect.poll(receiptsThere, WITHIN).toEqual([sent]);
  await host.stop();
  const [ours, another] = [await newAuthority(), await newAuthority('Another authority')];
  const name = 'localhost';
  const good = await ours.issue({ name, validDays: [-1, 1] });
  const front = await openTlsFront(station.answers.port, await ours.issue({ name, validDays: [-9, -1] }));
  const caFile = join(work, 'district.pem');
  writeFileSync(caFile, ours.pem);
  const platform = { url: `https://${name}:${String(front.port)}`, caFile };
  try {
    host = await startHost({ config: configWith({ platform }), dataDir: station.dataDir });
    await expect.poll(saidBy(host), WITHIN).toContain('"platform.untrusted"');
    const kept = [await submit()];
    front.show(await another.issue({ name, validDays: [-1, 1] }));
    kept.push(await submit());
    await expect.poll(saidBy(host), WITHIN).toContain('"platform.untrusted"');
    expect(await receiptsThere()).toEqual([sent]);
    // The platform's people have put a good one there: nobody comes to the terminal.
    front.show(good);
    await expect.poll(async () => new Set(await receiptsThere()), WITHIN).toEqual(new Set([sent, ...kept]));

    // Another authority from some day on: both in the file before, and a new start.
    await host.stop();
    writeFileSync(caFile, `${ours.pem}\n${another.pem}`);
    host = await startHost({ config: configWith({ platform }), dataDir: station.dataDir });
    kept.push(await submit());
    await expect.poll(async () => new Set(await receiptsThere()), WITHIN).toEqual(new Set([sent, ...kept]));
    front.show(await another.issue({ name, validDays: [-1, 1] }));
    const last = await submit();
    await expect
      .poll(async () => new Set(await receiptsThere()), WITHIN)
      .toEqual(new Set([sent, ...kept, last]));
  } finally {
    await front.close();
  }
});

/** What somebody is told who takes a number: `ok`, or the fault. */
async function numberAt(api: TerminalClient): Promise<string> {
  await api.visit.end({ reason: 'finished' });
  const lines = await api.queue.lines();
  if (!lines.ok) throw new Error(lines.fault.code);
  const [line] = lines.value.lines;
  const taken = await api.queue.take({
    ticketId: crypto.randomUUID(),
    line: line?.letter ?? 'A',
    slug: null,
    ticketClass: 'ordinary',
    language: 'zh',
  });
  return taken.ok ? 'ok' : taken.fault.code;
}

// skipped where no PostgreSQL with its tools is installed.
describe.skipIf(district === null)('the platform’s database', () => {
  test('is put back from last night: what terminals sent since comes again by itself, under numbers that nobody has yet', async () => {
    await begin(district ?? undefined);
    const env = {
      DATABASE_URL: station.databaseUrl,
      PATH: `${join(district ?? '', 'bin')}:${process.env['PATH'] ?? ''}`,
    };
    const before = await submit();
    await expect.poll(receiptsThere, WITHIN).toEqual([before]);
    await acknowledgementsTold(1);
    typeCommands(commandsOf(PAGE, 'Each night'), work, env);

    const since = [await submit(), await submit()];
    await expect.poll(async () => (await receiptsThere()).length, WITHIN).toBe(3);
    await acknowledgementsTold(3);
    const lost = (await station.cases()).slice(1).map(({ caseNo }) => caseNo);

    const restoredUrl = `${dirname(station.databaseUrl)}/yizhan_restored`;
    await station.putBack(() => {
      typeCommands(commandsOf(PAGE, 'Put it back'), work, { ...env, RESTORED_URL: restoredUrl });
      return restoredUrl;
    });
    expect(await receiptsThere()).toEqual([before]);

    // Whatever happens next at the terminal is told, and the answer says that the platform lacks what came before it.
    const next = await submit();
    await restart();
    await expect
      .poll(async () => new Set(await receiptsThere()), WITHIN)
      .toEqual(new Set([before, ...since, next]));
    const numbers = (await station.cases()).map(({ caseNo }) => caseNo);
    expect(new Set([...numbers, ...lost]).size).toBe(numbers.length + lost.length);
  });
});
