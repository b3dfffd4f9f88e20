import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { coreItem } from '../../../tests/support/terminal-core.ts';
import { openStore, type Store } from '../store/store.ts';
import { createFinder, type Finder } from './finder.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let items: readonly ServiceItem[];
let finder: Finder;
let applications = 0;

const slugs = (found: readonly ServiceItem[]) => found.map((item) => item.slug);

function itemOf(slug: string, zh: string): ServiceItem {
  return { ...coreItem(), slug, name: { zh, en: slug }, aliases: [] };
}

function received(slug: string, count: number, daysAgo: number): void {
  const on = localDate(clock.now() - daysAgo * DAY_MS, 'Asia/Shanghai');
  for (let index = 0; index < count; index += 1) {
    applications += 1;
    store
      .sql(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, ?, '1', 'card', 0, ?)`,
      )
      .run(`a${applications}`, `r${applications}`, slug, on);
  }
}

beforeEach(() => {
  dataDir = newDataDir();
  store = expectValue(openStore(dataDir));
  clock = new SimulatedClock();
  items = [itemOf('gaoling', '高龄津贴申领'), itemOf('shengyu', '生育登记'), itemOf('shiye', '失业登记')];
  finder = createFinder({ catalogue: { items: () => items }, store, clock, timeZone: 'Asia/Shanghai' });
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

it('finds in the catalogue as it is now', () => {
  expect(slugs(finder.find('gljt'))).toEqual(['gaoling']);
  items = items.slice(1);
  expect(slugs(finder.find('gljt'))).toEqual([]);
});

it('shows what many did here in four weeks, the most first, and nothing that only a few did', () => {
  received('shiye', 5, 1);
  received('gaoling', 7, 20);
  received('shengyu', 4, 1);
  expect(slugs(finder.popular())).toEqual(['gaoling', 'shiye']);
});

it('forgets what was done longer ago, and what is offered no more', async () => {
  received('shiye', 9, 32);
  received('gaoling', 6, 1);
  expect(slugs(finder.popular())).toEqual(['gaoling']);
  items = items.slice(1);
  expect(slugs(finder.popular())).toEqual([]);
  await clock.advance(29 * DAY_MS);
  expect(slugs(finder.popular())).toEqual([]);
});

it('counts once an hour: nobody sees his neighbour in it', async () => {
  received('shiye', 5, 1);
  expect(slugs(finder.popular())).toEqual(['shiye']);
  received('gaoling', 6, 0);
  expect(slugs(finder.popular())).toEqual(['shiye']);
  await clock.advance(HOUR_MS);
  expect(slugs(finder.popular())).toEqual(['gaoling', 'shiye']);
});
