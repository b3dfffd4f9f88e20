import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { call, startTestPlatform, TEST_NOW_MS } from '../for-tests.ts';
import type { Platform } from '../server.ts';
import {
  office,
  operate,
  plugIn,
  RESULT,
  startMovedNode,
  startReceiver,
  submitOf,
  takes,
  type MovedNode,
  type Receiver,
} from './for-tests.ts';

/** The platform calls a department: once in effect, in the order of each case, whatever the department does. */

const ELDERLY = 'elderly-allowance';
const CARD = 'senior-card';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let postgres: TestPostgres;
let platform: Platform;
let pool: pg.Pool;
let parts: { pool: pg.Pool; databaseUrl: string; nowMs: number };
let civil: string;
let receiver: Receiver;
let node: MovedNode;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.close(), 180_000);

beforeEach(async () => {
  const databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
  parts = { pool, databaseUrl, nowMs: TEST_NOW_MS };
  civil = await plugIn(parts, 'civil', [ELDERLY]);
  receiver = await startReceiver(
    () => platform.url,
    () => node.clock.now(),
  );
  await operate(parts, 'webhook', ['civil', receiver.url]);
  node = await startMovedNode(databaseUrl, pool);
  return async () => {
    await node.close();
    await receiver.close();
    await pool.end();
    await platform.close();
  };
}, 60_000);

const heard = () => receiver.heard.map(({ caseNo, ordinal }) => [caseNo, ordinal]);
/** What it has in effect: each entry once, in the order of its first coming. */
const inEffect = () => [...new Set(receiver.heard.map(({ cursor }) => cursor))];
const told = async () =>
  (await pool.query('SELECT 1 FROM inbox_entry WHERE told_at IS NOT NULL')).rows.length;

/** Works as time goes on, until nothing is left to tell. */
async function untilAllIsTold(stepMs: number): Promise<void> {
  for (let step = 0; step < 200; step += 1) {
    await node.workOff('civil');
    const { rows } = await pool.query('SELECT 1 FROM inbox_entry WHERE told_at IS NULL LIMIT 1');
    if (rows.length === 0) return;
    await node.later(stepMs);
  }
  throw new Error('something was never told');
}

describe('a department that answers', () => {
  test('is told each entry once, signed by the platform, with nothing of a person in it', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    await office(platform, caseNo, 'acceptance', {}, civil);
    await office(platform, caseNo, 'result', RESULT, civil);
    await node.workOff('civil');
    await node.workOff('civil');
    expect(receiver.forged).toEqual([]);
    expect(heard()).toEqual([
      [caseNo, 1],
      [caseNo, 2],
      [caseNo, 3],
    ]);
    expect(JSON.stringify(receiver.heard)).not.toMatch(/张建国|999901194503120014/);
    const asked = await call(`${platform.url}/v1/inbox`, { by: civil });
    expect((asked.json as { entries: unknown[] }).entries).toEqual(receiver.heard);
  });

  test('is told nothing of what was rolled back, and everything of what was committed', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    const client = await pool.connect();
    const insert = `INSERT INTO case_event (cursor, application_id, ordinal, at, from_status, to_status, actor)
       SELECT cursor, application_id, 2, now(), '02', '05', 'desk' FROM case_record WHERE case_no = '${caseNo}'`;
    await client.query(`BEGIN; SET CONSTRAINTS ALL IMMEDIATE; ${insert}; ROLLBACK`);
    await node.workOff('civil');
    expect(heard()).toEqual([[caseNo, 1]]);
    await client.query(`BEGIN; ${insert}; COMMIT`);
    client.release();
    await node.workOff('civil');
    expect(heard()).toEqual([
      [caseNo, 1],
      [caseNo, 2],
    ]);
  });

  test('that has asked for its inbox itself is not told it again', async () => {
    await submitOf(platform, 1, ELDERLY);
    const { cursor } = (await call(`${platform.url}/v1/inbox`, { by: civil })).json as { cursor: number };
    await call(`${platform.url}/v1/inbox/acknowledgements`, { method: 'POST', by: civil, body: { cursor } });
    await node.workOff('civil');
    expect(receiver.heard).toEqual([]);
  });

  test('that gets its address later is told first what has waited', async () => {
    await operate(parts, 'webhook', ['civil'], { none: true });
    const caseNo = await submitOf(platform, 1, ELDERLY);
    expect(await node.workOff('civil')).toBe(0);
    await operate(parts, 'webhook', ['civil', receiver.url]);
    await submitOf(platform, 2, ELDERLY);
    await node.workOff('civil');
    expect(receiver.heard).toHaveLength(2);
    expect(heard()).toContainEqual([caseNo, 1]);
  });

  test('with a long past of its own gets its address, and each entry its job, while others write', async () => {
    await operate(parts, 'webhook', ['civil'], { none: true });
    // More than one piece of them.
    const MANY = 450;
    await pool.query(
      `INSERT INTO inbox_entry (cursor, department_id, case_cursor, ordinal, kind, case_no, item_slug, status, at)
       SELECT nextval('inbox_cursor'), 'civil', 1000000 + n, 1, 'new', 'BJ' || n, 'elderly-allowance', '02', now()
       FROM generate_series(1, $1::int) n`,
      [MANY],
    );
    const [, caseNo] = await Promise.all([
      operate(parts, 'webhook', ['civil', receiver.url]),
      submitOf(platform, 1, ELDERLY),
    ]);
    await node.workOff('civil');
    expect(new Set(inEffect()).size).toBe(MANY + 1);
    expect(receiver.heard).toHaveLength(MANY + 1);
    expect(heard()).toContainEqual([caseNo, 1]);
  }, 180_000);

  test('a revoked one is not called any more', async () => {
    await submitOf(platform, 1, ELDERLY);
    await operate(parts, 'revoke', ['civil'], { reason: 'merged' });
    await node.workOff('civil');
    expect(receiver.heard).toEqual([]);
  });
});

describe('a department in trouble', () => {
  test.each<[string, Receiver['habit'], 'hasty'?]>([
    ['answers 500', (_entry, _request, response) => void response.writeHead(500).end('<h1>no</h1>')],
    [
      'answers garbage',
      (_entry, _request, response) => void response.writeHead(200).end('\0<html>not yet</html>'),
    ],
    [
      'answers with another cursor',
      (_entry, _request, response) => void response.writeHead(200).end('{"cursor":999}'),
    ],
    [
      'answers without an end',
      (_entry, _request, response) => void response.writeHead(200).end('x'.repeat(100_000)),
    ],
    ['breaks the protocol', (_entry, request) => void request.socket.end('HTTP/9 what\r\n\r\n')],
    ['hangs up', (_entry, request) => request.socket.destroy()],
    ['hangs', () => undefined, 'hasty'],
    [
      'stops in the middle',
      (_entry, _request, response) => void response.writeHead(200).write('{"cur'),
      'hasty',
    ],
  ])('that %s is told again, each pause longer, until it takes it', async (_what, habit, patience) => {
    receiver.habit = habit;
    const caseNo = await submitOf(platform, 1, ELDERLY);
    await office(platform, caseNo, 'acceptance', {}, civil);
    expect(await node.workOff('civil', patience)).toBe(1);
    // Not at once again, and its next entry waits behind it.
    expect(await node.workOff('civil', patience)).toBe(0);
    await node.later(MINUTE_MS + 1);
    expect(await node.workOff('civil', patience)).toBe(1);
    await receiver.heardSoMany(2);
    expect(heard()).toEqual([
      [caseNo, 1],
      [caseNo, 1],
    ]);
    expect(await told()).toBe(0);
    receiver.habit = takes;
    await untilAllIsTold(MINUTE_MS);
    expect(heard().slice(2)).toEqual([
      [caseNo, 1],
      [caseNo, 2],
    ]);
    await node.later(DAY_MS);
    await node.workOff('civil');
    expect(heard()).toHaveLength(4);
  });

  test('is not followed to where it redirects', async () => {
    const elsewhere = await startReceiver(
      () => platform.url,
      () => node.clock.now(),
    );
    receiver.habit = (_entry, _request, response) =>
      response.writeHead(307, { location: elsewhere.url }).end();
    await submitOf(platform, 1, ELDERLY);
    await node.workOff('civil');
    expect(receiver.heard).toHaveLength(1);
    expect(elsewhere.heard.length + elsewhere.forged.length).toBe(0);
    expect(await told()).toBe(0);
    await elsewhere.close();
  });

  test('dead for four days loses nothing, and has all within an hour of its coming back', async () => {
    receiver.habit = (_entry, _request, response) => void response.writeHead(503).end();
    const caseNo = await submitOf(platform, 1, ELDERLY);
    const hours = 4 * 24;
    for (let hour = 0; hour < hours; hour += 1) {
      await node.workOff('civil');
      if (hour % 12 === 0) await node.supervise();
      await node.later(HOUR_MS + 1);
    }
    // Once an hour: no storm, and no giving up.
    expect(receiver.heard).toHaveLength(hours);
    await office(platform, caseNo, 'acceptance', {}, civil);
    receiver.habit = takes;
    receiver.heard.length = 0;
    await node.workOff('civil');
    expect(heard()).toEqual([
      [caseNo, 1],
      [caseNo, 2],
    ]);
    expect(await told()).toBe(2);
  }, 180_000);

  test('holds up nobody else, also while its calls are open', async () => {
    const health = await startReceiver(
      () => platform.url,
      () => node.clock.now(),
    );
    await plugIn(parts, 'health', [CARD]);
    await operate(parts, 'webhook', ['health', health.url]);
    receiver.habit = () => undefined;
    for (const n of [1, 2]) await submitOf(platform, n, ELDERLY);
    const dead = [1, 2].map(() => node.workOff('civil', 'hasty'));
    // Both of a node's hands are in calls that nobody answers.
    await receiver.heardSoMany(2);
    const theirs = await submitOf(platform, 31, CARD);
    await node.workOff('health');
    expect(health.heard).toMatchObject([{ caseNo: theirs }]);
    await receiver.close();
    await Promise.all(dead);
    expect(await told()).toBe(1);
    await health.close();
  });

  test('that refuses one case takes the others', async () => {
    const [bad, good] = [await submitOf(platform, 1, ELDERLY), await submitOf(platform, 2, ELDERLY)];
    receiver.habit = (entry, request, response) =>
      entry.caseNo === bad ? void response.writeHead(422).end() : takes(entry, request, response);
    await office(platform, bad, 'acceptance', {}, civil);
    await office(platform, good, 'acceptance', {}, civil);
    for (let minute = 0; minute < 30; minute += 1) {
      await node.workOff('civil');
      await node.later(MINUTE_MS);
    }
    expect(heard().filter(([caseNo]) => caseNo === good)).toEqual([
      [good, 1],
      [good, 2],
    ]);
    expect(heard().filter(([caseNo, ordinal]) => caseNo === bad && ordinal !== 1)).toEqual([]);
    const lines = (await operate(parts, 'list', [])).lines.join('\n');
    expect(lines).toContain('2 wait since');
  });
});

describe('a node', () => {
  test('that dies with a job in its hands is given up, and another one goes on', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    await office(platform, caseNo, 'acceptance', {}, civil);
    await node.takeAndDie('civil');
    // The second entry of the case does not overtake the first one, which a dead node has.
    expect(await node.workOff('civil')).toBe(0);
    await node.later(2 * MINUTE_MS);
    await node.supervise();
    await untilAllIsTold(MINUTE_MS);
    expect(heard()).toEqual([
      [caseNo, 1],
      [caseNo, 2],
    ]);
  });

  test('that dies between the answer and its row tells once more, and the cursor says that it is the same', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    await office(platform, caseNo, 'acceptance', {}, civil);
    const holder = await pool.connect();
    await holder.query('BEGIN; SELECT 1 FROM inbox_entry FOR UPDATE');
    const dying = node.takeAndTell('civil').catch(() => 'died');
    await receiver.heardSoMany(1);
    await untilItWrites();
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE inbox_entry%'`,
    );
    expect(await dying).toBe('died');
    await holder.query('ROLLBACK');
    holder.release();
    // The job is in the hands of a dead node, and the next entry does not overtake it.
    expect(await node.workOff('civil')).toBe(0);
    await node.later(2 * MINUTE_MS);
    await node.supervise();
    await untilAllIsTold(MINUTE_MS);
    expect(heard()).toEqual([
      [caseNo, 1],
      [caseNo, 1],
      [caseNo, 2],
    ]);
    expect(inEffect()).toHaveLength(2);
  });
});

/** Until the node that has heard the answer is about to write so, and waits for the row. */
async function untilItWrites(): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE inbox_entry%'`,
    );
    if (rows.length > 0) return;
  }
}
