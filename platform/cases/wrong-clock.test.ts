import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Clock } from '#contract/ports.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { migrationsDir } from '../database/release.ts';
import { applicationId, ORDINARY_PAYLOAD, submission } from '../for-tests.ts';
import { storeApplication } from './store-application.ts';
import { clockDelays, watchClocks } from './watch-clocks.ts';
import { officeDays } from './working-days.ts';

/** A node whose clock leapt, at one look: what it ended nobody could bring back. */

const DAY_MS = 86_400_000;
const parts = { catalogue: loadCatalogue(catalogueDir), officeDays };
let postgres: TestPostgres;
let pool: pg.Pool;
/** By the database's clock, which is the one that nodes are held against. */
let databaseMs: number;

beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = connect(await postgres.createDatabase());
  await migrate(pool, migrationsDir);
  const { rows } = await pool.query<{ ms: string }>(
    `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms`,
  );
  databaseMs = Math.round(Number(rows[0]?.ms));
  const key = { applicationId: applicationId(1), revision: 1 };
  const arrival = { forwardedBy: 'T-01', storedAtMs: databaseMs - 60 * DAY_MS, persons: [], engine: parts };
  const stored = await storeApplication(pool, key, submission(ORDINARY_PAYLOAD), arrival);
  expect(stored.kind).toBe('stored');
}, 120_000);
afterAll(async () => {
  await pool.end();
  await postgres.close();
});

const events = async () => (await pool.query('SELECT 1 FROM case_event')).rowCount;

/** One look of a node by this clock; gives what it logged. */
async function lookAt(nowMs: number): Promise<object[]> {
  const logged: object[] = [];
  await new Promise<void>((resolve) => {
    const clock: Clock = {
      now: () => nowMs,
      monotonicMs: () => 0,
      after: (delayMs, work) => {
        if (delayMs === 0) queueMicrotask(work);
        else resolve(); // the next look is arranged when this one is over
        return () => undefined;
      },
    };
    watchClocks(pool, parts, clock, (line) => logged.push(line));
  });
  return logged;
}

it.each([
  ['a year ahead', 365 * DAY_MS],
  ['a year behind', -365 * DAY_MS],
  ['a little more ahead than is let pass', clockDelays.mostClockDifferenceMs + 60_000],
])('%s it ends no case, and says so', async (_what, differsMs) => {
  const before = await events();
  const logged = await lookAt(databaseMs + differsMs);
  expect(logged).toContainEqual({ event: 'cases.clock-differs', differsMs: expect.any(Number) });
  expect(await events()).toBe(before);
});

it('the next look by a clock that is right settles what is due', async () => {
  const before = (await events()) ?? 0;
  const logged = await lookAt(databaseMs);
  expect(logged).toContainEqual({ event: 'cases.settled', settled: 1, failed: 0 });
  expect(await events()).toBeGreaterThan(before);
});
