import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorCode } from '../log.ts';
import { connect, inTransaction, isUnavailable, runPrepared } from './connect.ts';
import { startTestPostgres, type TestPostgres } from './for-tests.ts';

let postgres: TestPostgres;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = connect(await postgres.createEmptyDatabase());
}, 60_000);
afterAll(async () => {
  await pool.end();
  await postgres.close();
});

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as Error, // pg rejects with nothing else
  );

test('a connection that ends between two statements of a transaction is "not now", and the process lives', async () => {
  const failure = await failureOf(
    inTransaction(pool, 'BEGIN', async (client) => {
      const gone = new Promise((resolve) => client.once('end', resolve));
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await gone;
      await client.query('SELECT 1');
    }),
  );
  expect(isUnavailable(errorCode(failure), failure.message), failure.message).toBe(true);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a farewell that comes while nobody has the connection in hand yet ends no process', async () => {
  const client = await pool.connect();
  // As in the packet of the answer before: the pool has let go of it, and whoever gets it has not begun.
  client.emit('error', new Error('terminating connection due to administrator command'));
  client.release(true);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a server that became the standby is "not now"', async () => {
  const failure = await failureOf(
    inTransaction(pool, 'BEGIN READ ONLY', (client) => client.query('CREATE TABLE written (a int)')),
  );
  expect(isUnavailable(errorCode(failure), failure.message)).toBe(true);
});

test('a name that nobody resolves, as while a failover moves it, is "not now"', async () => {
  const away = connect('postgres://nobody@yizhan.invalid:5432/none', 1);
  const failure = await failureOf(away.query('SELECT 1'));
  // By a resolver that answers; one that does not says EAI_AGAIN.
  expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(errorCode(failure));
  expect(isUnavailable('ENOTFOUND', '')).toBe(true);
  await away.end();
});

test('what is wrong with the statement is no "not now"', async () => {
  const failure = await failureOf(pool.query('SELECT 1 / 0'));
  expect(isUnavailable(errorCode(failure), failure.message)).toBe(false);
});

test('a statement is prepared once for a connection, and asked as plain text where a pooler has taken it away', async () => {
  const one = connect(await postgres.createEmptyDatabase(), 1);
  const prepared = async () =>
    (await one.query("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'yizhan_%'")).rows.length;
  const ask = (n: number) => runPrepared(one, 'SELECT $1::int + 1 AS next', [n]);
  expect((await ask(1)).rows).toEqual([{ next: 2 }]);
  expect((await ask(2)).rows).toEqual([{ next: 3 }]);
  expect(await prepared()).toBe(1);
  // As a pooler in transaction mode: the next statement goes over a connection that knows nothing of it.
  await one.query('DEALLOCATE ALL');
  expect((await ask(3)).rows).toEqual([{ next: 4 }]);
  expect((await ask(4)).rows).toEqual([{ next: 5 }]);
  expect(await prepared()).toBe(0);
  await one.end();
});

test('what a migration has changed under a prepared statement is asked anew', async () => {
  const one = connect(await postgres.createEmptyDatabase(), 1);
  await one.query('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)');
  const ask = () => runPrepared(one, 'SELECT * FROM changing', []);
  expect((await ask()).rows).toEqual([{ a: 1 }]);
  await one.query('ALTER TABLE changing ADD COLUMN b text');
  expect((await ask()).rows).toEqual([{ a: 1, b: null }]);
  await one.end();
});
