import { createPublicKey, verify } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  COMMAND_CONTEXT,
  MOST_SUCCESSIONS,
  SUCCESSION_CONTEXT,
  successionSchema,
  type SignedCommand,
} from '#contract/fleet.ts';
import type { PublicKey } from '#contract/terminal-identity.ts';
import { catalogueDir } from '../catalogue/load-catalogue.ts';
import { connect } from '../database/connect.ts';
import { applicationName, ownRelease } from '../database/release.ts';
import { withDatabase } from '../fixture/for-tests.ts';
import { call, clockForTests, DESK_TOKEN, OTHER_TERMINAL, TERMINAL, TEST_NOW_MS } from '../for-tests.ts';
import { plantTerminals } from '../identity/for-tests.ts';
import { keyIdOf } from '../identity/key-id.ts';
import { startPlatform, type Platform } from '../server.ts';
import { giveOrder, waitingCommands } from './commands.ts';
import { fleetKeyCommand, type FleetKeyOrder } from './fleet-key-command.ts';
import { heartbeat } from './for-tests.ts';
import { keepHeartbeat } from './heartbeats.ts';
import { endKey, exchangeKey, fleetKey, makeNextKey } from './keys.ts';

const database = withDatabase();
const MINUTE_MS = 60_000;
const { terminalId } = TERMINAL;
const fresh = () => database().postgres.createDatabase();

let url: string;
let pool: pg.Pool;
beforeEach(async () => {
  url = await fresh();
  pool = connect(url);
  await fleetKey(pool, TEST_NOW_MS);
});
afterEach(async () => {
  await pool.end();
});

const now = () => fleetKey(pool, TEST_NOW_MS);
async function next(): Promise<string> {
  const made = await makeNextKey(pool, TEST_NOW_MS);
  if (made === null) throw new Error('there is a next one');
  return made;
}
const exchange = (keyId: string, leaveBehind = true) =>
  exchangeKey(pool, { keyId, leaveBehind }, TEST_NOW_MS);
async function exchanged(): Promise<string> {
  const keyId = await next();
  expect(await exchange(keyId)).toMatchObject({ kind: 'exchanged' });
  return keyId;
}
const end = (keyId: string, leaveBehind = true) => endKey(pool, { keyId, leaveBehind }, TEST_NOW_MS);
const events = async () =>
  (await pool.query('SELECT event, subject, detail FROM fleet_event ORDER BY seq')).rows;

/** It was heard, and said by which key it goes; null: it said nothing of it. */
async function goesBy(fleetKeyId: string | null, who = TERMINAL): Promise<void> {
  const report = heartbeat(TEST_NOW_MS, fleetKeyId === null ? {} : { fleetKeyId });
  await keepHeartbeat(pool, { ...who, report }, TEST_NOW_MS);
}

function fits(
  context: string,
  { statement, signature }: { statement: string; signature: string },
  key: PublicKey,
) {
  const by = createPublicKey({ key, format: 'jwk' });
  return verify(null, Buffer.from(context + statement), by, Buffer.from(signature, 'base64url'));
}

test('the next key signs nothing until it is put in force; then the old one has signed that as its last, and has no private half', async () => {
  const old = await now();
  const keyId = await next();
  expect(await now()).toMatchObject({ keyId: old.keyId, successions: [] });
  expect(await exchange(keyId)).toEqual({ kind: 'exchanged', from: old.keyId });
  const key = await now();
  expect([key.keyId, keyIdOf(key.publicKey)]).toEqual([keyId, keyId]);
  const [succession] = key.successions;
  if (succession === undefined) throw new Error('nothing is told');
  expect(fits(SUCCESSION_CONTEXT, succession, old.publicKey)).toBe(true);
  expect(successionSchema.parse(JSON.parse(succession.statement))).toMatchObject({
    from: old.keyId,
    to: key.publicKey,
  });
  const { rows } = await pool.query('SELECT key_id FROM fleet_key WHERE private_key IS NOT NULL');
  expect(rows).toEqual([{ key_id: keyId }]);
  expect((await pool.query('SELECT 1 FROM fleet_key_next')).rowCount).toBe(0);
  expect(await events()).toEqual([
    { event: 'key.made', subject: keyId, detail: null },
    { event: 'key.exchanged', subject: keyId, detail: `from ${old.keyId}` },
  ]);
});

test('a clock that stands, or goes back, does not make the old key the one that signs again', async () => {
  const keyId = await next();
  await exchangeKey(pool, { keyId, leaveBehind: true }, TEST_NOW_MS - 9 * MINUTE_MS);
  expect((await now()).keyId).toBe(keyId);
});

test('an order that nobody fetched yet is signed by the key that comes; a node that looked before answers by what it knows', async () => {
  await plantTerminals(url, [TERMINAL]);
  const before = await now();
  const order = { kind: 'restart' } as const;
  const given = () =>
    giveOrder(pool, before, { terminalId, order, validForMs: MINUTE_MS, releaseId: null }, TEST_NOW_MS);
  await given();
  await exchanged();
  const after = await now();
  for (const key of [after, before, after]) {
    const [command] = await waitingCommands(pool, key, terminalId, TEST_NOW_MS);
    const signed = command as SignedCommand; // one was given
    expect(signed.keyId).toBe(key.keyId);
    expect(fits(COMMAND_CONTEXT, signed, key.publicKey)).toBe(true);
    const { rows } = await pool.query('SELECT key_id, signature FROM fleet_command');
    expect(rows).toEqual([{ key_id: key.keyId, signature: signed.signature }]);
  }
});

test('there is one next key, and no other is put in force', async () => {
  const keyId = await next();
  expect(await makeNextKey(pool, TEST_NOW_MS)).toBeNull();
  expect(await exchange('x'.repeat(43))).toEqual({ kind: 'not-next' });
  expect(await exchange((await now()).keyId)).toEqual({ kind: 'not-next' });
  // Two operators at once.
  const both = await Promise.all([exchange(keyId), exchange(keyId)]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(['exchanged', 'not-next']);
  expect((await now()).successions).toHaveLength(1);
});

test('while a node of an older release is there, which keeps a key for as long as it runs, nothing is exchanged', async () => {
  const keyId = await next();
  const older = new pg.Client({ connectionString: url, application_name: applicationName(ownRelease - 1) });
  await older.connect();
  expect(await exchange(keyId)).toEqual({ kind: 'older-nodes', releases: [ownRelease - 1] });
  await older.end();
  await expect.poll(() => exchange(keyId), { timeout: 60_000 }).toMatchObject({ kind: 'exchanged' });
});

test('terminals that have not said that they could follow are named, and revoked ones are nobody', async () => {
  await plantTerminals(url, [TERMINAL, OTHER_TERMINAL]);
  const keyId = await next();
  await goesBy((await now()).keyId);
  await goesBy(null, OTHER_TERMINAL);
  expect(await exchange(keyId, false)).toEqual({
    kind: 'left-behind',
    behind: { count: 1, some: [OTHER_TERMINAL.terminalId] },
  });
  expect((await now()).keyId).not.toBe(keyId);
  await pool.query(`UPDATE terminal SET revoked_at = now(), revoke_reason = 'sold' WHERE terminal_id = $1`, [
    OTHER_TERMINAL.terminalId,
  ]);
  expect(await exchange(keyId, false)).toMatchObject({ kind: 'exchanged' });
});

test('a platform that was put back to before an exchange is told it once more: who goes by the next key already is not left behind', async () => {
  await plantTerminals(url, [TERMINAL, OTHER_TERMINAL]);
  const keyId = await next();
  await goesBy(keyId);
  await goesBy((await now()).keyId, OTHER_TERMINAL);
  expect(await exchange(keyId, false)).toMatchObject({ kind: 'exchanged' });
});

test('a key is ended by name, with those before it, and not while terminals go by it', async () => {
  await plantTerminals(url, [TERMINAL, OTHER_TERMINAL]);
  await pool.query('UPDATE terminal SET enrolled_at = $1', [new Date(TEST_NOW_MS - MINUTE_MS)]);
  const first = (await now()).keyId;
  expect(await end(first)).toEqual({ kind: 'signs-now' });
  expect(await end('x'.repeat(43))).toEqual({ kind: 'unknown' });
  const second = await exchanged();
  const third = await exchanged();
  expect((await now()).successions).toHaveLength(2);
  await goesBy(second);
  // Enrolled when the third one signed: it has that, and need not be heard first.
  await pool.query('UPDATE terminal SET enrolled_at = $1 WHERE terminal_id = $2', [
    new Date(TEST_NOW_MS + MINUTE_MS),
    OTHER_TERMINAL.terminalId,
  ]);
  expect(await end(second, false)).toEqual({ kind: 'left-behind', behind: { count: 1, some: [terminalId] } });
  expect(await end(first, false)).toEqual({ kind: 'ended', behind: { count: 0, some: [] } });
  expect((await now()).successions.map(({ statement }) => statement)).toEqual([
    expect.stringContaining(second),
  ]);
  expect(await end(first)).toEqual({ kind: 'unknown' });
  await goesBy(third);
  expect(await end(second, false)).toMatchObject({ kind: 'ended' });
  expect(await now()).toMatchObject({ keyId: third, successions: [] });
});

test('more than a terminal is told of are not told: the oldest is to be ended first', async () => {
  for (let at = 0; at < MOST_SUCCESSIONS; at += 1) await exchanged();
  const keyId = await next();
  expect(await exchange(keyId)).toEqual({ kind: 'too-many' });
  const { rows } = await pool.query<{ key_id: string }>(
    'SELECT key_id FROM fleet_key ORDER BY made_at LIMIT 1',
  );
  await end(rows[0]?.key_id ?? '');
  expect(await exchange(keyId)).toMatchObject({ kind: 'exchanged' });
  expect((await now()).successions).toHaveLength(MOST_SUCCESSIONS);
});

test('the operator is told what to do next, and who would be left', async () => {
  await plantTerminals(url, [TERMINAL]);
  const old = (await now()).keyId;
  const say = async (order: FleetKeyOrder) =>
    (await fleetKeyCommand(order, pool, TEST_NOW_MS)).lines.join('\n');
  expect(await say({ what: 'list', operands: [] })).toBe(
    `${old}  signs  since ${new Date(TEST_NOW_MS).toISOString()}  0 terminals\n1 terminals have said nothing: ${terminalId}\n0 terminals go by a key that is none of these`,
  );
  const made = await say({ what: 'make', operands: [] });
  const [keyId = ''] = made.split('\n');
  expect(made).toContain(
    `Back the database up now, and only then: npm run platform -- fleet-key exchange ${keyId}`,
  );
  const order: FleetKeyOrder = { what: 'exchange', operands: [keyId], 'leave-behind': false };
  expect(await say(order)).toContain('1 terminals have not said that they could follow: T-');
  await goesBy(old);
  expect(await say(order)).toContain(`${keyId} signs from now on`);
  expect(await say({ what: 'end', operands: [old], 'leave-behind': true })).toContain(
    `1 terminals are to be enrolled again: ${terminalId}`,
  );
  expect(await say({ what: 'list', operands: [] })).toMatch(
    new RegExp(
      `^${keyId} {2}signs .*0 terminals\n${old} {2}ended .*1 terminals: ${terminalId}\n0 terminals have said nothing\n0 terminals go by`,
    ),
  );
});

test('who was led elsewhere is named, and so is who has not followed', async () => {
  await plantTerminals(url, [TERMINAL, OTHER_TERMINAL]);
  const old = (await now()).keyId;
  const keyId = await exchanged();
  await goesBy(old);
  await goesBy('x'.repeat(43), OTHER_TERMINAL);
  const { lines } = await fleetKeyCommand({ what: 'list', operands: [] }, pool, TEST_NOW_MS);
  expect(lines).toEqual([
    expect.stringMatching(`^${keyId}  signs .* 0 terminals$`),
    expect.stringMatching(`^${old}  leads on .* 1 terminals: ${terminalId}$`),
    '0 terminals have said nothing',
    `1 terminals go by a key that is none of these: ${OTHER_TERMINAL.terminalId}`,
  ]);
});

test('a node that runs answers by the key that was put in force beside it, and tells the way to it', async () => {
  let monotonicMs = 0;
  const clock = { ...clockForTests, monotonicMs: () => monotonicMs };
  const platform: Platform = await startPlatform({
    databaseUrl: url,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock,
    catalogueDir,
  });
  try {
    await plantTerminals(url, [TERMINAL]);
    const beat = async (fleetKeyId?: string) => {
      const body = heartbeat(TEST_NOW_MS, fleetKeyId === undefined ? {} : { fleetKeyId });
      const answer = await call(`${platform.url}/v1/fleet/heartbeat`, { method: 'PUT', by: TERMINAL, body });
      expect(answer.status).toBe(200);
      return answer.json as { fleetKey: PublicKey; successions: unknown[] }; // of the contract
    };
    const before = await beat();
    expect(before.successions).toEqual([]);
    const keyId = await exchanged();
    monotonicMs += 2000;
    const after = await beat(keyIdOf(before.fleetKey));
    expect([keyIdOf(after.fleetKey), after.successions.length]).toEqual([keyId, 1]);
    const { rows } = await pool.query(`SELECT report->>'fleetKeyId' AS id FROM fleet_terminal`);
    expect(rows).toEqual([{ id: keyIdOf(before.fleetKey) }]);
  } finally {
    await platform.close();
  }
});
