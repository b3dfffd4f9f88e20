import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandSchema, type SignedCommand } from '#contract/fleet.ts';
import { connect } from '../../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../../database/for-tests.ts';
import { signingKey, type PlatformKey } from '../../departments/platform-keys.ts';
import { OTHER_TERMINAL, startTestPlatform, TERMINAL, TEST_NOW_MS } from '../../for-tests.ts';
import { plantParcel, testParcel } from '../../parcels/for-tests.ts';
import type { Platform } from '../../server.ts';
import { settleCommand, waitingCommands } from '../commands.ts';
import { heartbeat } from '../for-tests.ts';
import { hear } from '../hear.ts';
import { keepHeartbeat } from '../heartbeats.ts';
import { needsVisit } from '../needs-visit.ts';
import { beginRelease, steerRelease } from './begin.ts';
import { lockRelease, moveRelease } from './move-release.ts';
import { moveOf } from './moves.ts';
import { offerReleases } from './offer.ts';
import { BY_HAND, tendReleases } from './tend.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const { terminalId, stationId } = TERMINAL;
const [next, back] = [testParcel('program', '1.1.0'), testParcel('program', '1.0.0')];
const afterNext = testParcel('program', '1.2.0');

let postgres: TestPostgres;
let platform: Platform;
let pool: ReturnType<typeof connect>;
/** Another node's. */
let other: ReturnType<typeof connect>;
let key: PlatformKey;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
  other = connect(databaseUrl);
  key = await signingKey(pool, 'fleet_key', TEST_NOW_MS);
}, 60_000);
afterAll(async () => {
  await Promise.all([pool.end(), other.end()]);
  await platform.close();
  await postgres.close();
});
beforeEach(async () => {
  await pool.query('DELETE FROM fleet_rollout');
  await pool.query('DELETE FROM fleet_command');
  await pool.query('DELETE FROM fleet_release');
  await pool.query('DELETE FROM parcel');
  for (const parcel of [next, back, afterNext]) await plantParcel(pool, parcel, TEST_NOW_MS);
});

/** A release of which these are the canaries. */
async function release(canaries: readonly string[] = [terminalId], to = next): Promise<string> {
  await keepHeartbeat(pool, { terminalId, stationId, report: heartbeat(TEST_NOW_MS) }, TEST_NOW_MS);
  const begun = await beginRelease(
    pool,
    {
      kind: 'program',
      version: to.manifest.version,
      manifestSha256: to.manifestSha256,
      back: { version: '1.0.0', manifestSha256: back.manifestSha256 },
      plan: { canaries, percents: [100] },
      healthyMinutes: 10,
      patienceMinutes: 60,
      mostBadPercent: 10,
    },
    TEST_NOW_MS,
  );
  if (begun.kind !== 'begun') throw new Error(begun.kind);
  return begun.releaseId;
}

const complete = (releaseId: string) =>
  pool.query(`UPDATE fleet_release SET state = 'complete' WHERE release_id = $1`, [releaseId]);

const heardAt = (nowMs: number): Promise<SignedCommand[]> =>
  hear(pool, key, { terminalId, stationId, report: heartbeat(nowMs) }, nowMs);
const read = ({ statement }: SignedCommand) => commandSchema.parse(JSON.parse(statement));
const versions = (commands: readonly SignedCommand[]): unknown[] =>
  commands.map((command) => read(command).order['version']);

test('withdrawn by another node while this one hands it out: it is not handed out', async () => {
  const releaseId = await release();
  await offerReleases({ pool, key, terminalId, report: heartbeat(TEST_NOW_MS), nowMs: TEST_NOW_MS });
  const withdraw = moveOf('rolling', 'withdraw');
  const client = await other.connect();
  await client.query('BEGIN');
  const locked = await lockRelease(client, releaseId);
  if (locked === null || withdraw === null) throw new Error('no release to withdraw');
  await moveRelease(client, locked, withdraw, 'bad', TEST_NOW_MS);
  const handedOut = waitingCommands(pool, key, terminalId, TEST_NOW_MS);
  const waiting = () =>
    other.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
         AND query LIKE 'UPDATE fleet_command%'`,
    );
  await expect.poll(async () => (await waiting()).rowCount).toBe(1);
  await client.query('COMMIT');
  client.release();
  expect(await handedOut).toEqual([]);
  // It never had it: there is nothing to go back from.
  expect(await heardAt(TEST_NOW_MS + DAY_MS)).toEqual([]);
});

test('who fetched it, and was offline for months, gets the way back alone; what it tells of the first order later is heard', async () => {
  const releaseId = await release();
  const [fetched] = await heardAt(TEST_NOW_MS);
  if (fetched === undefined) throw new Error('nothing was offered');
  expect(versions([fetched])).toEqual(['1.1.0']);
  await steerRelease(other, releaseId, 'withdraw', 'bad', TEST_NOW_MS + DAY_MS);
  for (const days of [90, 91])
    expect(versions(await heardAt(TEST_NOW_MS + days * DAY_MS))).toEqual(['1.0.0']);
  const { commandId } = read(fetched);
  const at = new Date(TEST_NOW_MS).toISOString();
  const outcome = { result: 'done', code: null, at, log: null } as const;
  expect(await settleCommand(pool, terminalId, commandId, outcome, TEST_NOW_MS + 92 * DAY_MS)).toBe(true);
  expect(versions(await heardAt(TEST_NOW_MS + 92 * DAY_MS))).toEqual(['1.0.0']);
});

test('who is sent back while the tables are altered waits for that, and holds it up in nothing', async () => {
  const releaseId = await release();
  const [fetched] = await heardAt(TEST_NOW_MS);
  if (fetched === undefined) throw new Error('nothing was offered');
  await steerRelease(other, releaseId, 'withdraw', 'bad', TEST_NOW_MS);
  // As a migration locks them (database/migrations/0025): releases, then orders.
  const client = await other.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE fleet_release IN EXCLUSIVE MODE');
  const heard = heardAt(TEST_NOW_MS).then(versions);
  const settled = heard.catch(() => undefined);
  const waiting = () =>
    other.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
  await expect.poll(async () => (await waiting()).rowCount).toBe(1);
  try {
    await client.query('LOCK TABLE fleet_command IN SHARE MODE');
    await client.query('COMMIT');
  } finally {
    client.release(true);
    await settled;
  }
  expect(await heard).toEqual(['1.0.0']);
});

test('a release of the same version once more gives the order anew to whoever is not on it', async () => {
  const releaseId = await release();
  expect(versions(await heardAt(TEST_NOW_MS))).toEqual(['1.1.0']);
  await steerRelease(other, releaseId, 'withdraw', 'bad', TEST_NOW_MS);
  expect(versions(await heardAt(TEST_NOW_MS))).toEqual(['1.0.0']);
  await release();
  expect(versions(await heardAt(TEST_NOW_MS))).toEqual(['1.0.0', '1.1.0']);
});

test('who is sent back gets no order of the complete release before, of which it has no row: not then, and not later', async () => {
  await complete(await release());
  const releaseId = await release([terminalId], afterNext);
  expect(versions(await heardAt(TEST_NOW_MS))).toEqual(['1.2.0']);
  await steerRelease(other, releaseId, 'withdraw', 'bad', TEST_NOW_MS);
  for (const days of [1, 2]) expect(versions(await heardAt(TEST_NOW_MS + days * DAY_MS))).toEqual(['1.0.0']);
});

test('who is sent back from an old one takes the newer that is complete all the same', async () => {
  const releaseId = await release();
  await heardAt(TEST_NOW_MS);
  await complete(releaseId);
  await complete(await release([terminalId], afterNext));
  await steerRelease(other, releaseId, 'withdraw', 'bad', TEST_NOW_MS);
  expect(versions(await heardAt(TEST_NOW_MS))).toEqual(['1.0.0', '1.2.0']);
});

test('who is on it and has no room left for a visit is not healthy on it', async () => {
  const releaseId = await release();
  await heardAt(TEST_NOW_MS);
  const healthyWith = async (diskFreeMiB: number): Promise<unknown> => {
    const told = heartbeat(TEST_NOW_MS);
    const report = { ...told, versions: { ...told.versions, program: '1.1.0' }, diskFreeMiB };
    await offerReleases({ pool, key, terminalId, report, nowMs: TEST_NOW_MS });
    const { rows } = await pool.query(
      'SELECT healthy_since IS NOT NULL AS healthy FROM fleet_rollout WHERE release_id = $1',
      [releaseId],
    );
    return rows[0];
  };
  expect(await healthyWith(499)).toEqual({ healthy: false });
  expect(await healthyWith(500)).toEqual({ healthy: true });
});

/** The terminal is an Electron one: it has no updater of root's. */
async function refuseByHand(): Promise<void> {
  const [order] = await heardAt(TEST_NOW_MS);
  if (order === undefined) throw new Error('nothing was offered');
  const at = new Date(TEST_NOW_MS).toISOString();
  const outcome = { result: 'failed', code: BY_HAND, at, log: null } as const;
  expect(await settleCommand(pool, terminalId, read(order).commandId, outcome, TEST_NOW_MS)).toBe(true);
}

const onIt = (nowMs: number, program = '1.1.0') => {
  const told = heartbeat(nowMs);
  return { ...told, versions: { ...told.versions, program } };
};
/** By terminal. */
async function toInstall(): Promise<Record<string, string | null>> {
  const all = await needsVisit(pool, { stations: null, withFine: true, limit: 10 }, TEST_NOW_MS);
  return Object.fromEntries(all.map((one) => [one.terminalId, one.toInstall]));
}

test('a terminal whose program comes by hand neither ends a release nor proves it; once all others have it, it is said what to install there', async () => {
  const one = OTHER_TERMINAL;
  const releaseId = await release([terminalId, one.terminalId]);
  await refuseByHand();
  expect(await tendReleases(pool, TEST_NOW_MS)).toBe(0);

  const later = TEST_NOW_MS + 20 * MINUTE_MS;
  // Offered; well on it; well on it for as long as is asked.
  for (const nowMs of [TEST_NOW_MS, TEST_NOW_MS + MINUTE_MS, later])
    await hear(pool, key, { ...one, report: onIt(nowMs) }, nowMs);
  // The canaries, then all.
  for (const moved of [1, 1, 0]) expect(await tendReleases(pool, later)).toBe(moved);
  const { rows } = await pool.query('SELECT state FROM fleet_release WHERE release_id = $1', [releaseId]);
  expect(rows).toEqual([{ state: 'complete' }]);

  expect(await toInstall()).toMatchObject({ [terminalId]: '1.1.0', [one.terminalId]: null });
  await hear(pool, key, { terminalId, stationId, report: onIt(later) }, later);
  expect(await toInstall()).toMatchObject({ [terminalId]: null });
});

describe('behind a release that a terminal took by hand', () => {
  const { terminalId: otherId } = OTHER_TERMINAL;
  const runs = async (program: string) => {
    await hear(pool, key, { terminalId, stationId, report: onIt(TEST_NOW_MS, program) }, TEST_NOW_MS);
    return (await toInstall())[terminalId];
  };
  beforeEach(async () => {
    const releaseId = await release();
    await refuseByHand();
    await complete(releaseId);
    await hear(pool, key, { ...OTHER_TERMINAL, report: onIt(TEST_NOW_MS) }, TEST_NOW_MS);
    expect((await toInstall())[terminalId]).toBe('1.1.0');
  });

  test('who has the next one before its turn needs no visit, unless that is withdrawn', async () => {
    const releaseId = await release([otherId], afterNext);
    expect(await runs('1.0.0')).toBe('1.1.0');
    expect(await runs('1.2.0')).toBeNull();
    await steerRelease(other, releaseId, 'withdraw', 'bad', TEST_NOW_MS);
    expect(await runs('1.2.0')).toBe('1.1.0');
  });

  test('who took the next one by order needs none for any', async () => {
    const releaseId = await release([terminalId], afterNext);
    expect(await runs('1.0.0')).toBeNull();
    await complete(releaseId);
    expect(await runs('1.2.0')).toBeNull();
  });

  test('what was withdrawn before the terminal said anything of it changes nothing', async () => {
    const releaseId = await release([terminalId], afterNext);
    await heardAt(TEST_NOW_MS);
    await steerRelease(other, releaseId, 'withdraw', 'bad', TEST_NOW_MS);
    expect((await toInstall())[terminalId]).toBe('1.1.0');
  });

  test('who has it needs none, also when it tells more of itself than this platform reads', async () => {
    await pool.query(
      `UPDATE fleet_terminal SET report = report || '{"later": 1, "versions": {"program": "1.1.0"}}' WHERE terminal_id = $1`,
      [terminalId],
    );
    expect((await toInstall())[terminalId]).toBeNull();
  });
});

test('a release that all of its first cohort take by hand waits for somebody who tries it', async () => {
  await release();
  await refuseByHand();
  await heardAt(TEST_NOW_MS + DAY_MS);
  expect(await tendReleases(pool, TEST_NOW_MS + DAY_MS)).toBe(0);
});
