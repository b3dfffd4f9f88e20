import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import type { LogLine } from '../log.ts';
import type { ListedItem, PlatformClient, PlatformFault } from '../outbox/platform-client.ts';
import { openStore, type Store } from '../store/store.ts';
import { createCatalogue, type Catalogue } from './catalogue.ts';

const published = new URL('../../../platform/catalogue/items/elderly-allowance.json', import.meta.url);
const elderly = JSON.parse(readFileSync(published, 'utf8')) as Record<string, unknown>; // an object, as published

let dir: string;
let store: Store;
const logged: LogLine[] = [];
/** What the platform publishes; null: the line is cut. */
let platform: Record<string, Record<string, unknown>> | null;
let hashes: Record<string, string>;
const fetched: string[] = [];
/** Slugs whose answer waits until the test lets it go. */
let held: Map<string, (answer: Result<unknown, PlatformFault>) => void>;
let clock: SimulatedClock;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yizhan-catalogue-'));
  store = expectValue(openStore(dir));
  platform = { 'elderly-allowance': elderly };
  hashes = {};
  held = new Map();
  clock = new SimulatedClock();
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
      if (held.has(slug)) return new Promise((resolve) => held.set(slug, resolve));
      return Promise.resolve(ok(platform?.[slug]));
    },
  };
  return createCatalogue({ store, client, clock, log: (entry) => logged.push(entry), packaged: null });
}

const named = (slug: string) => ({ ...elderly, slug });

/** Holds the answer with this item back. */
function hold(slug: string): void {
  held.set(slug, () => {
    throw new Error(`${slug} was not asked for`);
  });
}

/** Everything that can go on without the held answers has. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What was held goes out; the catalogue has taken it when this resolves. */
async function letGo(slug: string, answer: Result<unknown, PlatformFault>): Promise<void> {
  held.get(slug)?.(answer);
  held.delete(slug);
  await settled();
}

const shown = (catalogue: Catalogue) => catalogue.items().map(({ slug }) => slug);

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

it('on the very first start each item can be used as soon as it has come', async () => {
  platform = { 'elderly-allowance': elderly, 'senior-card': named('senior-card') };
  hold('senior-card');
  const catalogue = open();
  const told: string[][] = [];
  catalogue.changes.subscribe(() => told.push(shown(catalogue)));
  const round = catalogue.refresh();
  await settled();
  expect(told).toEqual([['elderly-allowance']]);
  expect(catalogue.freshness()).toBe('cached');
  expect(catalogue.revision()).toBe(1);
  await letGo('senior-card', ok(platform['senior-card']));
  await round;
  expect(shown(catalogue)).toEqual(['elderly-allowance', 'senior-card']);
  expect(catalogue.freshness()).toBe('fresh');
});

it('an item that is opened before its turn is fetched at once, and only once', async () => {
  platform = { 'elderly-allowance': elderly, 'senior-card': named('senior-card') };
  hold('elderly-allowance');
  const catalogue = open();
  const round = catalogue.refresh();
  await settled();
  expect(await catalogue.obtain('senior-card')).toMatchObject({ ok: true, value: { slug: 'senior-card' } });
  expect(shown(catalogue)).toEqual(['senior-card']);
  const opened = catalogue.obtain('elderly-allowance');
  await letGo('elderly-allowance', ok(elderly));
  expect(await opened).toMatchObject({ ok: true });
  await round;
  expect(fetched).toEqual(['elderly-allowance', 'senior-card']);
  expect(shown(catalogue)).toEqual(['elderly-allowance', 'senior-card']);
});

it('an item that is opened before its turn, and does not come, is refused for the reason of the line', async () => {
  hold('elderly-allowance');
  const catalogue = open();
  const round = catalogue.refresh();
  await settled();
  const opened = catalogue.obtain('elderly-allowance');
  await letGo('elderly-allowance', err(fault('platform.timeout')));
  expect(await opened).toMatchObject({ ok: false, fault: { code: 'platform.timeout' } });
  await round;
  expect(await catalogue.obtain('no-such-item')).toMatchObject({ ok: false });
  expect(fetched).toEqual(['elderly-allowance']);
});

it('what the line did not bring is asked for again soon, what its department got wrong is not', async () => {
  platform = { 'elderly-allowance': elderly, 'senior-card': { ...named('senior-card'), caseType: '7' } };
  hold('elderly-allowance');
  const catalogue = open();
  const round = catalogue.refresh();
  await settled();
  await letGo('elderly-allowance', err(fault('platform.timeout')));
  await round;
  clock.advance(5_000);
  await settled();
  expect(shown(catalogue)).toEqual(['elderly-allowance']);
  fetched.length = 0;
  clock.advance(60_000);
  await settled();
  expect(fetched).toEqual([]);
});

it('an item that is not listed any more is gone, also after a restart, and the others take the order of the list', async () => {
  platform = {
    'elderly-allowance': elderly,
    'senior-card': named('senior-card'),
    'hukou-move': named('hukou-move'),
  };
  await open().refresh();
  platform = { 'hukou-move': named('hukou-move'), 'elderly-allowance': elderly };
  const catalogue = open();
  await catalogue.refresh();
  expect(shown(catalogue)).toEqual(['hukou-move', 'elderly-allowance']);
  expect(catalogue.freshness()).toBe('fresh');
  expect(shown(open())).toEqual(['hukou-move', 'elderly-allowance']);
});

it('a list in which nothing can be used takes nothing away', async () => {
  const catalogue = open();
  await catalogue.refresh();
  platform = {};
  await catalogue.refresh();
  expect(shown(catalogue)).toEqual(['elderly-allowance']);
  platform = { 'senior-card': { ...named('senior-card'), caseType: '7' } };
  await catalogue.refresh();
  expect(shown(catalogue)).toEqual(['elderly-allowance']);
  expect(catalogue.freshness()).toBe('cached');
});

it('an item that comes after the end is left alone', async () => {
  hold('elderly-allowance');
  const catalogue = open();
  const round = catalogue.refresh();
  await settled();
  catalogue.close();
  store.close();
  await letGo('elderly-allowance', ok(elderly));
  await round;
  expect(logged).toEqual([]);
});

it('an item that cannot be used is told by its name with the reason, until it is mended or taken away', async () => {
  const broken = {
    ...elderly,
    slug: 'senior-card',
    name: { zh: '老年证', en: 'Senior card' },
    caseType: '7',
  };
  platform = { 'elderly-allowance': elderly, 'senior-card': broken, other: { slug: 'other', version: '1' } };
  const catalogue = open();
  expect(catalogue.refused()).toEqual([]);
  await catalogue.refresh();
  expect(catalogue.refused()).toMatchObject([
    { slug: 'senior-card', name: { zh: '老年证' }, fault: { code: 'item.broken' }, hasEarlier: false },
    { slug: 'other', name: null, fault: { code: 'item.broken' } },
  ]);
  platform = {
    'elderly-allowance': { ...elderly, version: '99', caseType: '7' },
    'senior-card': named('senior-card'),
  };
  await catalogue.refresh();
  expect(catalogue.refused()).toMatchObject([{ slug: 'elderly-allowance', hasEarlier: true }]);
});

it('an item that the line did not bring is no broken one', async () => {
  hold('elderly-allowance');
  const catalogue = open();
  const round = catalogue.refresh();
  await settled();
  await letGo('elderly-allowance', err(fault('platform.unreachable')));
  await round;
  expect(catalogue.refused()).toEqual([]);
});
