import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault } from '#contract/fault.ts';
import type { RegionAnswer } from '#contract/region-table.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import type { LogLine } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { createRegions, type Regions } from './regions.ts';

function table(...rows: [string, string][]): Extract<RegionAnswer, { state: 'table' }> {
  const regions = rows.map(([code, name]) => ({ code, name }));
  const sha256 = createHash('sha256').update(canonicalJson(regions)).digest('hex');
  return { state: 'table', table: { sha256, regions } };
}
const first = table(
  ['980000', '另一省'],
  ['990000', '示例省'],
  ['999900', '示例市'],
  ['999901', '示例区'],
  ['999901001', '示例街道'],
  ['999901001001', '和平社区'],
);

let dataDir: string;
let store: Store;
let regions: Regions;
let answer: Result<RegionAnswer>;
/** Which table the terminal said that it has, by question. */
let known: (string | null)[];
let logged: LogLine[];

function open(): void {
  store = expectValue(openStore(dataDir));
  regions = createRegions({
    area: { region: '示例区', street: '示例街道', communities: ['和平社区'] },
    store,
    client: {
      getRegions: (hash) => {
        known.push(hash);
        return Promise.resolve(answer);
      },
    },
    clock: new SimulatedClock(),
    log: (line) => logged.push(line),
  });
}

function reopen(): void {
  regions.close();
  store.close();
  open();
}

const names = (code: string | null) => regions.levels(code).children.map(({ name }) => name);

beforeEach(() => {
  dataDir = newDataDir();
  answer = ok(first);
  known = [];
  logged = [];
  open();
});
afterEach(() => {
  regions.close();
  store.close();
  removeDataDir(dataDir);
});

test('before a table has come there is no level to choose, and no fault', () => {
  expect(regions.levels(null)).toEqual({ path: [], children: [], own: null });
});

test('a table that has come is there without the platform, and over a restart', async () => {
  await regions.refresh();
  answer = err(fault('platform.unreachable'));
  reopen();
  await regions.refresh();
  expect(names('999901')).toEqual(['示例街道']);
  expect(logged).toEqual([{ level: 'warn', event: 'regions.not-refreshed', code: 'platform.unreachable' }]);
});

test('the platform is told which table is here, and what it says to that changes nothing', async () => {
  await regions.refresh();
  answer = ok({ state: 'same' });
  await regions.refresh();
  answer = ok({ state: 'none' });
  await regions.refresh();
  expect(known).toEqual([null, first.table.sha256, first.table.sha256]);
  expect(names(null)).toEqual(['示例省', '另一省']);
});

test('another table takes the place of the one before', async () => {
  await regions.refresh();
  answer = ok(table(['970000', '新省']));
  await regions.refresh();
  expect(names(null)).toEqual(['新省']);
  reopen();
  expect(names(null)).toEqual(['新省']);
});

test('a table that is not what its hash says is refused, and the one before stays', async () => {
  await regions.refresh();
  const other = table(['970000', '新省']);
  answer = ok({ ...other, table: { ...other.table, sha256: 'a'.repeat(64) } });
  await regions.refresh();
  expect(names(null)).toEqual(['示例省', '另一省']);
  expect(logged).toEqual([{ level: 'error', event: 'regions.refused', code: 'regions.broken' }]);
});

test('the station’s own places come first, and its street is known by its name', async () => {
  await regions.refresh();
  expect(regions.levels(null)).toMatchObject({
    own: '999901001',
    children: [{ name: '示例省' }, { name: '另一省' }],
  });
  expect(regions.levels('999901001001').path.map(({ name }) => name)).toEqual([
    '示例省',
    '示例市',
    '示例区',
    '示例街道',
    '和平社区',
  ]);
});

test('a code that the table has not (any more) leads to the top', async () => {
  await regions.refresh();
  expect(regions.levels('123456')).toEqual(regions.levels(null));
});

test('a row of a release that wrote another table is asked for anew, and stops nothing', async () => {
  await regions.refresh();
  store.transaction(() => {
    store.sql('UPDATE region_table SET body = ?').run('{"regions":"of tomorrow"}');
    return null;
  });
  reopen();
  expect(names(null)).toEqual([]);
  await regions.refresh();
  expect(known).toEqual([null, null]);
  expect(names('999901')).toEqual(['示例街道']);
});

test('an answer that comes after the end is nobody’s', async () => {
  const asked = regions.refresh();
  regions.close();
  await asked;
  expect(names(null)).toEqual([]);
});
