import { expect, it } from 'vitest';
import { playNodes } from '../support/nodes/play.ts';

/** The short form of `npm run prove -- nodes`. */
it('three nodes that are killed, a database that ends in three ways, an upgrade: nothing is lost, doubled or half', async () => {
  const played = await playNodes({ seed: 1, terminals: 3, kills: 6, databaseEnds: 1, quietMs: 800 });
  expect(played.wrong).toEqual([]);
  expect(played.acknowledged).toBeGreaterThan(20);
  expect(played.acts).toBeGreaterThan(10);
  expect(played.entries).toBeGreaterThan(20);
  expect(played.repeats).toBeGreaterThan(0);
}, 300_000);
