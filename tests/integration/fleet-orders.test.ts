/** A whole terminal against the reference platform on a real PostgreSQL: what it tells of itself, and orders that it fetches. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Order } from '#contract/fleet.ts';
import { publicKeySchema } from '#contract/terminal-identity.ts';
import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { signingKey } from '#platform/departments/platform-keys.ts';
import { giveOrder } from '#platform/fleet/commands.ts';
import { exchangeKey, fleetKey, makeNextKey } from '#platform/fleet/keys.ts';
import { needsVisit, type KnownTerminal } from '#platform/fleet/needs-visit.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { issuePermit } from '#platform/permits/permits.ts';
import { startPlatform, type Platform } from '#platform/server.ts';
import { createCrashNotes } from '#terminal/health/crashes.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { systemClock } from '#terminal/system-ports.ts';
import {
  expectOk,
  fillIn,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  step,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

const TERMINAL_ID = 'demo-01';
const HOUR_MS = 3_600_000;
const SOON = { timeout: 20_000, interval: 50 };

let postgres: TestPostgres;
let platform: Platform;
let databaseUrl: string;
let pool: ReturnType<typeof connect>;
let dataDir: string;
let under: TerminalUnderTest;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: 'desk-token-of-the-test',
    clock: systemClock,
    catalogueDir,
  });
  pool = connect(databaseUrl);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await platform.close();
  await postgres.close();
});
beforeEach(async () => {
  dataDir = newDataDir();
  await pool.query('UPDATE terminal SET revoked_at = now(), revoke_reason = $1', ['the next test']);
  const codeFile = join(dataDir, 'enrolment-code');
  writeFileSync(codeFile, await issueTestCode(databaseUrl, TERMINAL_ID, '999901001', Date.now()));
  under = start(codeFile);
  await untilReady(under);
}, 30_000);
afterEach(async () => {
  await under.close();
  removeDataDir(dataDir);
});

function start(enrolmentCodeFile: string): TerminalUnderTest {
  return startTerminalUnderTest({
    dataDir,
    platformUrl: platform.url,
    enrolmentCodeFile,
    timeoutSeconds: 10,
    // Shorter than the configuration lets it be.
    bend: (config) => ({ ...config, platform: { ...config.platform, heartbeatSeconds: 0.1 } }),
  });
}

async function give(order: Order): Promise<string> {
  const nowMs = Date.now();
  const key = await signingKey(pool, 'fleet_key', nowMs);
  return giveOrder(
    pool,
    key,
    { terminalId: TERMINAL_ID, order, validForMs: HOUR_MS, releaseId: null },
    nowMs,
  );
}

/** What came of it, as the platform was told. */
function settled(commandId: string): Promise<{ result: string; code: string | null; log: string | null }> {
  return vi.waitFor(async () => {
    const { rows } = await pool.query(
      'SELECT result, code, log FROM fleet_command WHERE command_id = $1 AND settled_at IS NOT NULL',
      [commandId],
    );
    const row: unknown = rows[0];
    expect(row).toBeDefined();
    return row as { result: string; code: string | null; log: string | null }; // of the query
  }, SOON);
}

/** As the platform knows it, once that is so. */
function known(isSo: (terminal: KnownTerminal) => boolean): Promise<KnownTerminal> {
  return vi.waitFor(async () => {
    const [first] = await needsVisit(pool, { stations: null, withFine: true, limit: 1 }, Date.now());
    if (first === undefined || !isSo(first)) throw new Error(`not yet: ${JSON.stringify(first)}`);
    return first;
  }, SOON);
}

test('it is heard with what it is, and with what its printer lacks', async () => {
  const heard = await known(({ report }) => report !== null);
  expect(heard.report).toMatchObject({
    mode: 'in-service',
    queue: 'hub',
    troubles: [],
    crashes24h: 0,
    oldestUnsentSeconds: null,
    versions: { program: '0.0.0-test' },
  });
  under.host.setState('printer', { state: 'attention', identity: 'SIM', needs: ['paper-out'] });
  const without = await known(({ condition }) => condition === 'paper-out');
  expect(without.report?.troubles).toMatchObject([{ kind: 'receipt-printer', code: 'paper-out' }]);
});

test('what crashed in a day is told, and where it does not come back, that residents are not served', async () => {
  const crashes = createCrashNotes({ dataDir, clock: systemClock, log: () => undefined, bootId: 'boot-1' });
  crashes.note('device-host', 'exit 139');
  crashes.note('screen', 'oom');
  const counted = await known(({ report }) => report?.crashes24h === 2);
  expect(counted.report?.mode).toBe('in-service');
  crashes.outOfService(true);
  expect((await known(({ condition }) => condition === 'out-of-service')).report?.crashes24h).toBe(2);
  crashes.outOfService(false);
  await known(({ report }) => report?.mode === 'in-service');
});

test('out of service: whoever is there finishes, nobody else begins, and the restart waits for both; then it is told as done', async () => {
  await fillIn(under);
  const offId = await give({ kind: 'service-mode', on: true });
  const restartId = await give({ kind: 'restart' });
  expect(await settled(offId)).toMatchObject({ result: 'done', code: null });
  const { station, visits, progress, queue } = under.terminal.kiosk;
  expect(station.snapshot().outOfService).toBe(true);
  // It was taken, and waits.
  await vi.waitFor(() => {
    expect(under.left).toEqual([]);
    expect(step(under).kind).toBe('review');
  }, SOON);
  expectOk(await visits.submit());
  expect(received(under).receiptNo).not.toBe('');
  expect(under.left).toEqual([]);
  visits.end('finished');
  await vi.waitFor(() => {
    expect(under.left).toEqual([exitCodes.restartProgram]);
  }, SOON);
  const refused = { ok: false, fault: { code: 'station.out-of-service' } };
  const asked = { language: 'zh', requestId: crypto.randomUUID() } as const;
  expect(visits.begin({ slug: 'elderly-allowance', ...asked })).toEqual(refused);
  expect(progress.begin(asked)).toEqual(refused);
  const number = {
    ticketId: crypto.randomUUID(),
    line: 'A',
    slug: null,
    ticketClass: 'ordinary',
    language: 'zh',
  } as const;
  expect(await queue?.kiosk.take(number)).toEqual(refused);
  await under.close();
  under = start(join(dataDir, 'none'));
  expect(under.terminal.kiosk.station.snapshot().outOfService).toBe(true);
  expect(await settled(restartId)).toMatchObject({ result: 'done' });
  expect(await settled(await give({ kind: 'service-mode', on: false }))).toMatchObject({ result: 'done' });
  expect(under.terminal.kiosk.station.snapshot().outOfService).toBe(false);
}, 60_000);

test('its log is told when it is asked for, and what nobody does here is refused by name', async () => {
  const logged = await settled(await give({ kind: 'log-export', lines: 200 }));
  expect(logged.log).toContain('identity.enrolled');
  const version = { version: '1.1.0', manifestSha256: '0'.repeat(64) };
  expect(await settled(await give({ kind: 'update', what: 'program', ...version }))).toMatchObject({
    result: 'failed',
    code: 'fleet.not-here',
  });
});

test('the key came with the enrolment; a terminal that lost it, or never had it, pins the one of the next answer, and no other after it', async () => {
  const file = join(dataDir, 'keys', 'fleet-key.json');
  const pinned = readFileSync(file, 'utf8');
  expect(JSON.parse(pinned)).toMatchObject({
    key: (await signingKey(pool, 'fleet_key', Date.now())).publicKey,
  });
  rmSync(file);
  await vi.waitFor(() => {
    expect(readFileSync(file, 'utf8')).toBe(pinned);
  }, SOON);
  // A key that comes later is not believed: what it signs is refused, and told.
  writeFileSync(file, JSON.stringify({ format: 1, key: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } }));
  await give({ kind: 'service-mode', on: true });
  await vi.waitFor(async () => {
    const { rowCount } = await pool.query(
      `SELECT 1 FROM fleet_event WHERE event = 'command.refused' AND detail = 'fleet.signature-wrong' LIMIT 1`,
    );
    expect(rowCount).toBe(1);
  }, SOON);
  expect(under.terminal.kiosk.station.snapshot().outOfService).toBe(false);
});

test('a terminal that was off over two exchanges of the key comes on by itself, follows what was ordered before them, and takes a code from before them', async () => {
  const LONG = { timeout: 100_000, interval: 50 };
  const pinned = () =>
    z.object({ key: publicKeySchema }).parse(JSON.parse(readFileSync(pinFile, 'utf8'))).key;
  const pinFile = join(dataDir, 'keys', 'fleet-key.json');
  const restart = async () => {
    await under.close();
    under = start(join(dataDir, 'none'));
  };
  // Its secret, and nothing of a test before.
  await pool.query('DELETE FROM fleet_event');
  await pool.query('DELETE FROM terminal_permit');
  await pool.query('DELETE FROM terminal_permit_key');
  await restart();
  await vi.waitFor(async () => {
    expect((await pool.query('SELECT 1 FROM terminal_permit_key')).rowCount).toBe(1);
  }, LONG);
  const permit = {
    terminalId: TERMINAL_ID,
    role: 'technician',
    hours: 8,
    reason: 'ticket 4711',
    issuedBy: null,
  } as const;
  const code = await issuePermit(pool, permit, Date.now());
  if (code.kind !== 'issued') throw new Error(code.kind);
  const said = () =>
    pool.query(`SELECT report->>'fleetKeyId' AS key FROM fleet_terminal WHERE terminal_id = $1`, [
      TERMINAL_ID,
    ]);
  const saysIt = (keyId: string) =>
    vi.waitFor(async () => {
      expect((await said()).rows).toEqual([{ key: keyId }]);
    }, LONG);
  await saysIt((await fleetKey(pool, Date.now())).keyId);
  await under.close();

  const before = await give({ kind: 'service-mode', on: true });
  for (let times = 0; times < 2; times += 1) {
    const keyId = await makeNextKey(pool, Date.now());
    // It has said that it can follow.
    expect(await exchangeKey(pool, { keyId: keyId ?? '', leaveBehind: times > 0 }, Date.now())).toMatchObject(
      {
        kind: 'exchanged',
      },
    );
  }
  const last = await fleetKey(pool, Date.now());
  expect(last.successions).toHaveLength(2);
  under = start(join(dataDir, 'none'));
  await vi.waitFor(() => {
    expect(pinned()).toEqual(last.publicKey);
  }, LONG);
  await saysIt(last.keyId);
  const done = (commandId: string) =>
    vi.waitFor(async () => {
      const { rows } = await pool.query('SELECT result FROM fleet_command WHERE command_id = $1', [
        commandId,
      ]);
      expect(rows).toEqual([{ result: 'done' }]);
    }, LONG);
  await done(before);
  expect(under.terminal.kiosk.station.snapshot().outOfService).toBe(true);
  const screen = under.terminal.access.ownScreens.open(() => undefined);
  expect(screen.signInByPermit(code.code)).toEqual({ ok: true, value: null });
  await done(await give({ kind: 'service-mode', on: false }));
  // Nothing was refused on the way, by whatever look of the node it was answered.
  const { rows } = await pool.query(`SELECT detail FROM fleet_event WHERE event = 'command.refused'`);
  expect(rows).toEqual([]);
}, 240_000);
