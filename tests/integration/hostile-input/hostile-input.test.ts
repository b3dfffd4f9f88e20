/**
 * Every call of the published document, by everything that somebody could send instead of what it says: refused by a problem
 * document, and nothing is written. `npm run prove -- hostile-input` does the same with every member of many bodies.
 */
import { expect, test } from 'vitest';
import { fuzzAll, weatherAll } from './storm.ts';

test('every call refuses every kind of malformed request, writes nothing, and the log says nothing of it', async () => {
  const weathered = await weatherAll({ seed: 39, fillings: 1, mostMembers: 10 }, () => undefined);
  expect(weathered.wrong).toEqual([]);
  expect(weathered.operations).toBeGreaterThan(30);
  expect(weathered.kinds.size).toBeGreaterThanOrEqual(100);
}, 900_000);

test('what is valid under the published schemas is never called malformed, and never a failure of the platform', async () => {
  const fuzzed = await fuzzAll({ seed: 39, runs: 15 });
  expect(fuzzed.wrong).toEqual([]);
  expect(fuzzed.requests).toBeGreaterThan(400);
}, 600_000);
