import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { migrationsDir } from '../database/release.ts';
import { sweepNonces } from './nonces.ts';

const NODES = 3;
const OLD = 20_000;
const NOW_MS = Date.UTC(2026, 10, 22);

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await postgres.close();
});

test('nodes that sweep in the same moment remove each nonce once, and none waits for another', async () => {
  const url = await postgres.createDatabase();
  const pools = Array.from({ length: NODES }, () => connect(url, 1));
  const [first] = pools;
  if (first === undefined) throw new Error('there is no node');
  await migrate(first, migrationsDir);
  await first.query(
    `INSERT INTO request_nonce SELECT 'key', n::text, $1 FROM generate_series(1, $2::int) n`,
    [new Date(NOW_MS - 1), OLD],
  );
  const removed = await Promise.all(pools.map((pool) => sweepNonces(pool, NOW_MS)));
  const left = Number((await first.query('SELECT count(*) AS n FROM request_nonce')).rows[0]?.n);
  expect(removed.reduce((sum, count) => sum + count, 0) + left).toBe(OLD);
  // Who found the rows of others locked leaves them: what was not in his hands is in theirs.
  expect(left).toBe(0);
  await Promise.all(pools.map((pool) => pool.end()));
});
