import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_HEARTBEAT_BYTES, type Outcome } from '#contract/fleet.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { signingKey } from '../departments/platform-keys.ts';
import { call, clockForTests, DESK_TOKEN, OTHER_TERMINAL, TERMINAL, TEST_NOW_MS } from '../for-tests.ts';
import { catalogueDir } from '../catalogue/load-catalogue.ts';
import { plantTerminals } from '../identity/for-tests.ts';
import { startPlatform, type Platform } from '../server.ts';
import { giveOrder } from './commands.ts';
import { heartbeat } from './for-tests.ts';
import { hear } from './hear.ts';
import { keepHeartbeat } from './heartbeats.ts';
import { countConditions, needsVisit } from './needs-visit.ts';

const METRICS_TOKEN = 'metrics-token-for-tests-000';
const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 86_400_000;

let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;
let pool: ReturnType<typeof connect>;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    metricsToken: METRICS_TOKEN,
    clock: clockForTests,
    catalogueDir,
  });
  await plantTerminals(databaseUrl, [TERMINAL, OTHER_TERMINAL]);
  pool = connect(databaseUrl);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await platform.close();
  await postgres.close();
});

const beat = (body: unknown, by = TERMINAL) =>
  call(`${platform.url}/v1/fleet/heartbeat`, { method: 'PUT', by, body });
const settle = (commandId: string, body: Outcome, by = TERMINAL) =>
  call(`${platform.url}/v1/fleet/commands/${commandId}/outcome`, { method: 'PUT', by, body });
const commandsOf = (json: unknown): unknown[] => (json as { commands: unknown[] }).commands; // of the contract's form
const at = new Date(TEST_NOW_MS).toISOString();
const done: Outcome = { result: 'done', code: null, at, log: null };

describe('a heartbeat that is none is refused, and nothing of it is kept', () => {
  test.each<[string, object]>([
    ['a word about a person', { ...heartbeat(TEST_NOW_MS), applicant: '张建国' }],
    [
      'a code with digits in it',
      {
        ...heartbeat(TEST_NOW_MS),
        troubles: [{ device: 'reader', kind: 'scanner', code: 'x999901', since: at }],
      },
    ],
    [
      'a free text as a version',
      { ...heartbeat(TEST_NOW_MS), versions: { ...heartbeat(0).versions, program: '张 建国' } },
    ],
    ['an age below nothing', heartbeat(TEST_NOW_MS, { oldestUnsentSeconds: -1 })],
    [
      'forty-one troubles',
      heartbeat(TEST_NOW_MS, {
        troubles: Array.from({ length: 41 }, () => ({
          device: 'reader',
          kind: 'scanner' as const,
          code: 'device.lost',
          since: at,
        })),
      }),
    ],
  ])('%s', async (_name, body) => {
    const answer = await beat(body);
    expect(answer.status).toBe(400);
    expect((await pool.query('SELECT 1 FROM fleet_terminal')).rowCount).toBe(0);
  });

  test('over its limit, which is far below that of a submission', async () => {
    const answer = await beat(`"${'x'.repeat(MAX_HEARTBEAT_BYTES)}"`);
    expect(answer.status).toBe(413);
  });
});

test('an order is brought until the terminal has settled it, the first outcome stands, and nobody else can settle it', async () => {
  const key = await signingKey(pool, 'fleet_key', TEST_NOW_MS);
  const order = {
    terminalId: TERMINAL.terminalId,
    order: { kind: 'restart' } as const,
    validForMs: MINUTE_MS,
    releaseId: null,
  };
  const commandId = await giveOrder(pool, key, order, TEST_NOW_MS);
  expect(commandsOf((await beat(heartbeat(TEST_NOW_MS), OTHER_TERMINAL)).json)).toEqual([]);
  // Its answer may have been lost.
  for (let times = 0; times < 2; times += 1)
    expect(commandsOf((await beat(heartbeat(TEST_NOW_MS))).json)).toHaveLength(1);
  expect((await settle(commandId, done, OTHER_TERMINAL)).status).toBe(404);
  expect((await settle(commandId, done)).status).toBe(200);
  expect((await settle(commandId, { ...done, result: 'failed', code: 'fleet.interrupted' })).status).toBe(
    200,
  );
  expect(commandsOf((await beat(heartbeat(TEST_NOW_MS))).json)).toEqual([]);
  const { rows } = await pool.query('SELECT result FROM fleet_command WHERE command_id = $1', [commandId]);
  expect(rows).toEqual([{ result: 'done' }]);
  const events = await pool.query('SELECT event FROM fleet_event WHERE subject = $1 ORDER BY seq', [
    commandId,
  ]);
  expect(events.rows.map(({ event }: { event: string }) => event)).toEqual([
    'command.ordered',
    'command.fetched',
    'command.settled',
  ]);
});

test('what a terminal refused is written down', async () => {
  await beat(heartbeat(TEST_NOW_MS, { refused: [{ commandId: null, why: 'fleet.signature-wrong', at }] }));
  const { rows } = await pool.query(
    `SELECT terminal_id, detail FROM fleet_event WHERE event = 'command.refused'`,
  );
  expect(rows).toEqual([{ terminal_id: TERMINAL.terminalId, detail: 'fleet.signature-wrong' }]);
});

test('what a terminal refuses at every heartbeat is written down once an hour', async () => {
  const commandId = '01995b00-0000-4000-8000-000000000009';
  const refused = (id: string | null) => ({ commandId: id, why: 'fleet.not-ours' as const, at });
  const start = TEST_NOW_MS + YEAR_MS / 2;
  const key = await signingKey(pool, 'fleet_key', start);
  const tell = (minute: number, ...ids: (string | null)[]) =>
    hear(
      pool,
      key,
      { ...OTHER_TERMINAL, report: heartbeat(0, { refused: ids.map(refused) }) },
      start + minute * MINUTE_MS,
    );
  await tell(0, null, null);
  await tell(1, null, commandId);
  await tell(59, null, commandId);
  await tell(60, null, commandId);
  const { rows } = await pool.query(
    `SELECT at, subject FROM fleet_event WHERE event = 'command.refused' AND at >= $1 ORDER BY at, seq`,
    [new Date(start)],
  );
  const minutes = rows.map((row: { at: Date; subject: string | null }) => [
    (row.at.getTime() - start) / MINUTE_MS,
    row.subject,
  ]);
  expect(minutes).toEqual([
    [0, null],
    [1, commandId],
    [60, null],
  ]);
});

test('only changes are history, and a silence is one', async () => {
  const who = { terminalId: OTHER_TERMINAL.terminalId, stationId: OTHER_TERMINAL.stationId };
  const start = TEST_NOW_MS + YEAR_MS;
  const keep = (minutes: number, mode: 'in-service' | 'out-of-service') =>
    keepHeartbeat(pool, { ...who, report: heartbeat(0, { mode }) }, start + minutes * MINUTE_MS);
  for (const minute of [0, 1, 2]) await keep(minute, 'in-service');
  await keep(3, 'out-of-service');
  await keep(30, 'in-service');
  const { rows } = await pool.query(
    'SELECT at, condition FROM fleet_change WHERE terminal_id = $1 AND at >= $2 ORDER BY at',
    [who.terminalId, new Date(start)],
  );
  const history = rows.map((row: { at: Date; condition: string }) => [
    (row.at.getTime() - start) / MINUTE_MS,
    row.condition,
  ]);
  expect(history).toEqual([
    [0, 'fine'],
    [3, 'out-of-service'],
    // Three intervals and half a minute behind the last word.
    [6.5, 'unreachable'],
    [30, 'fine'],
  ]);
});

test('what costs residents most stands first, and who was never heard is not forgotten', async () => {
  const query = { stations: null, withFine: false, limit: 10 };
  const now = TEST_NOW_MS + 2 * YEAR_MS;
  const report = heartbeat(0, {
    troubles: [{ device: 'printer', kind: 'receipt-printer', code: 'paper-out', since: at }],
  });
  await keepHeartbeat(pool, { ...TERMINAL, report }, now);
  const listed = await needsVisit(pool, query, now);
  expect(listed.map(({ terminalId, condition }) => [terminalId, condition])).toEqual([
    [OTHER_TERMINAL.terminalId, 'unreachable'],
    [TERMINAL.terminalId, 'paper-out'],
  ]);
  expect(await countConditions(pool, null, now)).toEqual([
    { condition: 'unreachable', count: 1 },
    { condition: 'paper-out', count: 1 },
  ]);
  expect(await countConditions(pool, 'no-such-station', now)).toEqual([]);
});

describe('the metrics', () => {
  const read = (authorization?: string) =>
    fetch(`${platform.url}/metrics`, authorization === undefined ? {} : { headers: { authorization } });

  test('are not there for whoever has not their token', async () => {
    for (const token of [undefined, 'Bearer nobody-knows-this-token', `Bearer ${DESK_TOKEN}`])
      expect((await read(token)).status).toBe(404);
  });

  test('name no terminal and no station, and every line is one of format 0.0.4', async () => {
    const answer = await read(`Bearer ${METRICS_TOKEN}`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/^yizhan_fleet_terminals\{condition="fine"\} \d+$/m);
    expect(text).toMatch(/^yizhan_heartbeats_total [1-9]\d*$/m);
    expect(text).toMatch(/^yizhan_requests_total\{lane="outbox",status="200"\} [1-9]\d*$/m);
    expect(text).not.toMatch(/T-0|99990/);
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"\\\n]*",?)+\})? (\d+(\.\d+)?|NaN))$/,
      );
  });
});
