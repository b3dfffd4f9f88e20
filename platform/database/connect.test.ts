import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorCode } from '../log.ts';
import { connect, inTransaction, isUnavailable } from './connect.ts';
import { startTestPostgres, type TestPostgres } from './for-tests.ts';

let postgres: TestPostgres;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = connect(await postgres.createDatabase());
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
