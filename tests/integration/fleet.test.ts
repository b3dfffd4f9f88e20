import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { playFleet } from '../support/fleet/play-fleet.ts';
import { seeded } from '../support/seeded.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);

afterAll(async () => {
  await postgres.close();
});

// The same with a thousand terminals: npm run prove -- fleet
test('sixty terminals are heard; a bad version goes back by itself behind its first cohort, a good one reaches all', async () => {
  const played = await playFleet({
    databaseUrl: await postgres.createDatabase(),
    terminals: 60,
    percents: [10, 50, 100],
    random: seeded(1),
    say: () => undefined,
  });
  expect(played.wrong).toEqual([]);
  expect(played.toldBad).toBeGreaterThan(0);
  expect(played.toldBad).toBeLessThanOrEqual(played.firstCohort);
}, 120_000);
