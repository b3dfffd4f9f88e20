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
import { startHost, type HostProcess } from '../support/host-process.ts';
import { commandsOf, typeCommands } from '../support/page-commands.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';
import { submitOne, untilItsItemIsThere } from '../support/robot-resident.ts';
import { openScreen } from '../support/screen-client.ts';

const PAGE = 'operations/disaster-recovery.md';
const stationKey = join(import.meta.dirname, '../../electron/host/station-key.ts');
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

test('a machine that is dead, with a disk that reads: its folder goes on elsewhere, and what waited in it is sent', async () => {
  await begin();
  const sent = await submit();
  await expect.poll(receiptsThere, WITHIN).toEqual([sent]);
  await host.stop();
  host = await startHost({ config: configWith(cutOff), dataDir: station.dataDir });
  const kept = await submit();
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
