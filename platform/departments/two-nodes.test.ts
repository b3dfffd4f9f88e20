import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { catalogueDir } from '../catalogue/load-catalogue.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { clockForTests, DESK_TOKEN, startTestPlatform, TEST_NOW_MS } from '../for-tests.ts';
import { startPlatform, type Platform } from '../server.ts';
import {
  office,
  operate,
  plugIn,
  startMovedNode,
  startReceiver,
  submitOf,
  takes,
  type Receiver,
} from './for-tests.ts';

/** Real nodes, at their own pace: what they do together, and what is left when one is killed. */

const ELDERLY = 'elderly-allowance';
const LONG_MS = 120_000;

let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;
let pool: pg.Pool;
let receiver: Receiver;
let receiverNowMs: () => number;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, LONG_MS);
afterAll(() => postgres.close(), LONG_MS);

beforeEach(async () => {
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
  const parts = { pool, databaseUrl, nowMs: TEST_NOW_MS };
  await plugIn(parts, 'civil', [ELDERLY]);
  receiver = await startReceiver(
    () => platform.url,
    () => receiverNowMs(),
  );
  await operate(parts, 'webhook', ['civil', receiver.url]);
  return async () => {
    await receiver.close();
    await pool.end();
    await platform.close();
  };
}, LONG_MS);

const startDeliveringNode = () =>
  startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock: clockForTests,
    catalogueDir,
    deliver: { networks: ['127.0.0.0/8'] },
  });

test(
  'two nodes share the work: each case comes once, each in its order',
  async () => {
    receiverNowMs = () => TEST_NOW_MS;
    const nodes = await Promise.all([1, 2].map(() => startDeliveringNode()));
    const cases = await Promise.all(
      Array.from({ length: 10 }, (_, n) => submitOf(nodes[n % 2] ?? platform, n + 1, ELDERLY)),
    );
    await Promise.all(cases.map((caseNo, n) => office(nodes[(n + 1) % 2] ?? platform, caseNo, 'acceptance')));
    await receiver.heardSoMany(20);
    await Promise.all(nodes.map((node) => node.close()));
    expect(receiver.forged).toEqual([]);
    for (const caseNo of cases) {
      const ordinals = receiver.heard
        .filter((entry) => entry.caseNo === caseNo)
        .map(({ ordinal }) => ordinal);
      expect(ordinals).toEqual([1, 2]);
    }
    expect(receiver.heard).toHaveLength(20);
  },
  LONG_MS,
);

test(
  'what has waited goes out as fast as the department takes it: several at a time, and the next without a pause',
  async () => {
    receiverNowMs = () => TEST_NOW_MS;
    const WAITED = 400;
    const parts = { pool, databaseUrl, nowMs: TEST_NOW_MS };
    await operate(parts, 'webhook', ['civil'], { none: true });
    await pool.query(
      `INSERT INTO inbox_entry (cursor, department_id, case_cursor, ordinal, kind, case_no, item_slug, status, at)
       SELECT nextval('inbox_cursor'), 'civil', 1000000 + n, 1, 'new', 'BJ' || n, '${ELDERLY}', '02', now()
       FROM generate_series(1, $1::int) n`,
      [WAITED],
    );
    await operate(parts, 'webhook', ['civil', receiver.url]);
    // It answers nobody before so many wait for it.
    const AT_ONCE = 8;
    const inHand: (() => void)[] = [];
    receiver.habit = (entry, request, response) => {
      inHand.push(() => takes(entry, request, response));
      if (inHand.length >= AT_ONCE) for (const answer of inHand.splice(0)) answer();
    };
    const node = await startDeliveringNode();
    await receiver.heardSoMany(WAITED);
    await node.close();
    expect(new Set(receiver.heard.map(({ cursor }) => cursor)).size).toBe(WAITED);
  },
  // With a pause of a second behind each, it would be minutes.
  30_000,
);

test(
  'a node is killed while the department has its call in hand: another one tells it again, and nothing else',
  async () => {
    receiverNowMs = () => Date.now();
    receiver.habit = () => undefined;
    const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        YIZHAN_DESK_TOKEN: DESK_TOKEN,
        YIZHAN_WEBHOOK_NETWORKS: '127.0.0.0/8',
      },
      stdio: 'ignore',
    });
    const caseNo = await submitOf(platform, 1, ELDERLY);
    await office(platform, caseNo, 'acceptance');
    await receiver.heardSoMany(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    receiver.habit = takes;
    const node = await startMovedNode(databaseUrl, pool);
    // The dead one has it; nobody overtakes.
    expect(await node.workOff('civil')).toBe(0);
    await node.later(60_000);
    await node.supervise();
    for (let step = 0; step < 3; step += 1) {
      await node.later(60_000);
      await node.workOff('civil');
      receiverNowMs = () => node.clock.now();
    }
    await node.close();
    expect(receiver.heard.map(({ ordinal }) => ordinal)).toEqual([1, 1, 2]);
    expect(new Set(receiver.heard.map(({ cursor }) => cursor)).size).toBe(2);
  },
  LONG_MS,
);
