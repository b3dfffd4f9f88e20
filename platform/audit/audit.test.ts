import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { migrationsDir } from '../database/release.ts';
import { TEST_NOW_MS } from '../for-tests.ts';
import { writeAudit } from './audit.ts';
import { auditCsv, auditFilterSchema, readAudit, type AuditFilter } from './read-audit.ts';
import { verifyAudit } from './verify.ts';

let postgres: TestPostgres;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(async () => {
  for (const pool of pools) await pool.end();
  await postgres.close();
}, 60_000);

function filterOf(query: object): AuditFilter {
  return auditFilterSchema.parse({ official: '', caseNo: '', from: '', until: '', ...query });
}

async function withRows(count: number): Promise<pg.Pool> {
  const pool = connect(await postgres.createDatabase());
  pools.push(pool);
  await migrate(pool, migrationsDir);
  for (let n = 1; n <= count; n += 1) await entry(pool, n);
  return pool;
}

function entry(pool: pg.Pool, n: number): Promise<void> {
  return writeAudit(pool, {
    atMs: TEST_NOW_MS + n * 3_600_000,
    officialId: n % 2 === 0 ? 'wang' : 'li',
    event: 'case.opened',
    caseNo: `BJ${String(n)}`,
    disposition: 'done',
    detail: { n, act: '=1+1', roles: ['clerk'] },
  });
}

/** As somebody who owns the database: the trigger is taken away first. */
async function asOwner(pool: pg.Pool, sql: string): Promise<void> {
  await pool.query('ALTER TABLE desk_audit DISABLE TRIGGER desk_audit_append_only');
  await pool.query(sql);
}

test('rows are numbered and chained, however many nodes write at once', async () => {
  const pool = await withRows(0);
  await Promise.all(Array.from({ length: 60 }, (_, n) => entry(pool, n)));
  expect(await verifyAudit(pool, null)).toMatchObject({ kind: 'whole', rows: 60 });
});

test.each(['UPDATE desk_audit SET disposition = $$x$$', 'DELETE FROM desk_audit', 'TRUNCATE desk_audit'])(
  'nothing is changed by a slip: %s',
  async (sql) => {
    const pool = await withRows(2);
    await expect(pool.query(sql)).rejects.toThrow('append-only');
    expect(await verifyAudit(pool, null)).toMatchObject({ kind: 'whole', rows: 2 });
  },
);

test.each([
  ["UPDATE desk_audit SET official_id = 'zhao' WHERE seq = 3", 3, 'changed'],
  ["UPDATE desk_audit SET detail = '{}' WHERE seq = 1", 1, 'changed'],
  ["UPDATE desk_audit SET at = at + interval '1 ms' WHERE seq = 5", 5, 'changed'],
  [`UPDATE desk_audit SET detail = '{"a":{"b":1}}' WHERE seq = 4`, 4, 'changed'],
  ["UPDATE desk_audit SET at = 'infinity' WHERE seq = 2", 2, 'changed'],
  ["UPDATE desk_audit SET hash = decode('00', 'hex') WHERE seq = 2", 2, 'changed'],
  ['DELETE FROM desk_audit WHERE seq = 4', 4, 'missing'],
  ['DELETE FROM desk_audit WHERE seq = 1', 1, 'missing'],
])('who owns the database is found out: %s', async (sql, seq, why) => {
  const pool = await withRows(5);
  await asOwner(pool, sql);
  expect(await verifyAudit(pool, null)).toEqual({ kind: 'broken', seq, why });
});

test('an end that is cut off, or written anew, is found by the head that was written down before', async () => {
  const pool = await withRows(4);
  const whole = await verifyAudit(pool, null);
  if (whole.kind !== 'whole') throw new Error(whole.why);
  const [seq, hash = ''] = whole.head.split(':');
  const expected = { seq: Number(seq), hash };
  await entry(pool, 5);
  expect(await verifyAudit(pool, expected)).toMatchObject({ kind: 'whole', rows: 5 });
  await asOwner(pool, 'DELETE FROM desk_audit WHERE seq >= 4');
  expect(await verifyAudit(pool, null)).toMatchObject({ kind: 'whole', rows: 3 });
  expect(await verifyAudit(pool, expected)).toEqual({ kind: 'broken', seq: 4, why: 'cut-off' });
  await entry(pool, 9);
  expect(await verifyAudit(pool, expected)).toEqual({ kind: 'broken', seq: 4, why: 'changed' });
});

test('it is found by official, case and day of China’s clock, page by page, and comes as CSV', async () => {
  const pool = await withRows(30);
  const find = async (query: object, limit = 100) =>
    (await readAudit(pool, filterOf(query), limit)).map(({ seq }) => seq);
  expect(await find({ official: 'wang' }, 3)).toEqual([30, 28, 26]);
  expect(await find({ official: 'wang', before: 26 }, 2)).toEqual([24, 22]);
  expect(await find({ caseNo: 'BJ7' })).toEqual([7]);
  // The tests begin at half past one in the night of the 22nd.
  expect(await find({ until: '2026-11-22' })).toHaveLength(22);
  expect(await find({ from: '2026-11-23' })).toHaveLength(8);
  // As it is typed: in capitals, and with blanks.
  expect(await find({ official: ' Wang ' }, 1)).toEqual([30]);
  expect(await find({ caseNo: 'bj 7' })).toEqual([7]);
  const csv: string[] = [];
  for await (const part of auditCsv(pool, filterOf({ official: 'li' }))) csv.push(part);
  const lines = csv.join('').split('\r\n');
  expect(lines).toHaveLength(1 + 15 + 1);
  expect(lines[0]).toBe('\uFEFFseq,at,official,event,case,disposition,detail,hash,state');
  expect(lines[1]).toMatch(/^29,2026-11-22T22:30:00\.000Z,li,case\.opened,BJ29,done,"\{""n"":29,/);
});

test.each([
  { official: "' OR 1=1" },
  { official: '王' },
  { caseNo: 'BJ7;' },
  { from: '0000-01-01' },
  { until: '2026-02-30' },
  { until: 'yesterday' },
  { before: '-1' },
])('what cannot be looked for is refused, and is never everybody’s rows: %o', (query) => {
  const asked = auditFilterSchema.safeParse({ official: '', caseNo: '', from: '', until: '', ...query });
  expect(asked.error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(query));
});

test('a row that somebody has been at is shown as that, and hides no other', async () => {
  const pool = await withRows(5);
  await asOwner(
    pool,
    `UPDATE desk_audit SET detail = '{"a":{"b":1}}' WHERE seq = 2;
     UPDATE desk_audit SET official_id = 'zhao' WHERE seq = 4`,
  );
  const read = await readAudit(pool, filterOf({}), 10);
  expect(read.map(({ seq, state }) => `${String(seq)} ${state}`)).toEqual([
    '5 whole',
    '4 changed',
    '3 whole',
    '2 unreadable',
    '1 whole',
  ]);
  const csv: string[] = [];
  for await (const part of auditCsv(pool, filterOf({}))) csv.push(part);
  const lines = csv.join('').split('\r\n');
  expect(lines).toHaveLength(1 + 5 + 1);
  expect(lines[2]).toMatch(/^4,.*,changed$/);
  expect(lines[4]).toBe('2,,,,,,,,unreadable');
});
