import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { LogLine } from '../log.ts';
import type { ListedItem, PlatformClient } from '../outbox/platform-client.ts';
import { openStore, type Store } from '../store/store.ts';
import { createCatalogue } from './catalogue.ts';

const published = new URL('../../../platform/catalogue/items/elderly-allowance.json', import.meta.url);
const elderly = JSON.parse(readFileSync(published, 'utf8')) as Record<string, unknown>; // an object, as published

let dir: string;
let store: Store;
const logged: LogLine[] = [];
/** What the platform publishes; null: the line is cut. */
let platform: Record<string, Record<string, unknown>> | null;
let hashes: Record<string, string>;
const fetched: string[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yizhan-catalogue-'));
  const opened = openStore(dir);
  if (!opened.ok) throw new Error(opened.fault.code);
  store = opened.value;
  platform = { 'elderly-allowance': elderly };
  hashes = {};
  logged.length = 0;
  fetched.length = 0;
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

function open() {
  const client: Pick<PlatformClient, 'listItems' | 'getItem'> = {
    listItems: () => {
      if (!platform) return Promise.resolve(err(fault('platform.unreachable')));
      const listed = Object.entries(platform).map(([slug, item]): ListedItem => ({
        slug,
        version: String(item['version']),
        sha256: hashes[slug],
      }));
      return Promise.resolve(ok(listed));
    },
    getItem: (slug) => {
      fetched.push(slug);
      return Promise.resolve(ok(platform?.[slug]));
    },
  };
  return createCatalogue({
    store,
    // The rest of the client is not for a catalogue.
    client: client as PlatformClient,
    clock: new SimulatedClock(),
    log: (entry) => logged.push(entry),
  });
}

it('an item that was fetched once is there without the line, also after a restart', async () => {
  await open().refresh();
  platform = null;
  const restarted = open();
  await restarted.refresh();
  expect(restarted.freshness()).toBe('cached');
  expect(restarted.item('elderly-allowance')).toMatchObject({ ok: true });
});

it('what did not change is not fetched again, and what changed under the same version is', async () => {
  const catalogue = open();
  await catalogue.refresh();
  await catalogue.refresh();
  expect(fetched).toEqual(['elderly-allowance']);
  hashes = { 'elderly-allowance': 'f'.repeat(64) };
  platform = { 'elderly-allowance': { ...elderly, aliases: ['新叫法'] } };
  await catalogue.refresh();
  expect(catalogue.items()[0]?.aliases).toEqual(['新叫法']);
});

it('a broken item is refused by its name and its reason in the log, and the rest works', async () => {
  platform = {
    'elderly-allowance': elderly,
    'senior-card': { ...elderly, slug: 'senior-card', caseType: '7' },
  };
  const catalogue = open();
  await catalogue.refresh();
  expect(catalogue.items().map(({ slug }) => slug)).toEqual(['elderly-allowance']);
  expect(catalogue.item('senior-card')).toMatchObject({ ok: false, fault: { code: 'item.unknown' } });
  expect(logged).toContainEqual(
    expect.objectContaining({
      code: 'item.broken',
      detail: expect.stringContaining('senior-card: caseType'),
    }),
  );
});
