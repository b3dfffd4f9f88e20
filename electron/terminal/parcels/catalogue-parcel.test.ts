import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '#contract/ports.ts';
import { ok } from '#contract/result.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { testParcel, testVerifyWith } from '#platform/parcels/for-tests.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { createCatalogue, type CataloguePorts } from '../catalogue/catalogue.ts';
import type { LogLine } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { carryOut, type StoredChange } from '../store/stored-change.ts';
import {
  catalogueInForce,
  putCatalogueInForce,
  readCatalogue,
  type PackagedCatalogue,
} from './catalogue-parcel.ts';
import { layOnShelf } from './for-tests.ts';
import { shelfOf } from './shelf.ts';
import { verifyBy } from './verify-parcel.ts';

const clock: Clock = { now: () => 0, monotonicMs: () => 0, after: () => () => undefined };
const delivered = loadCatalogue(catalogueDir);
const documents = [...delivered.items.values()].map(({ document }) => document);
const [first = {}, second = {}] = documents;
const { chains } = delivered;
const fileOf = (items: readonly unknown[], more: object = {}): string =>
  JSON.stringify({ format: 'yizhan-catalogue-1', items, chains, ...more });
const read = (text: string) => readCatalogue(Buffer.from(text), 'c2');

let dataDir: string;
let store: Store;
let logged: LogLine[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-catalogue-'));
  logged = [];
  store = expectValue(openStore(dataDir));
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('the delivered catalogue is one, whole, in its order', () => {
  const catalogue = read(fileOf(documents));
  if (!catalogue.ok) throw new Error(catalogue.fault.detail);
  expect([...catalogue.value.items.keys()]).toEqual([...delivered.items.keys()]);
  expect(catalogue.value.chains).toEqual(chains);
});

describe('one thing that is wrong, and none of it is taken; the first is told', () => {
  const others = documents.slice(1);
  test.each<[string, string, RegExp]>([
    ['no JSON', '{"format":', /./],
    ['another format', fileOf(documents, { format: 'yizhan-catalogue-2' }), /format/],
    ['something else in it', fileOf(documents, { script: 'x' }), /script/],
    ['no item', fileOf([]), /items/],
    ['an item that is none', fileOf([...others, { slug: 'x' }]), /./],
    [
      'an item whose form asks for nothing',
      fileOf([{ ...first, form: { sections: [] } }, ...others]),
      /form/,
    ],
    ['an item twice', fileOf([...documents, first]), /stands twice/],
    [
      'a short code twice',
      fileOf([...documents, { ...first, slug: 'another-name' }]),
      /short code is another item/,
    ],
    [
      'a chain without one of its items',
      fileOf(documents.filter((one) => !isInChain(one))),
      /chain .*: step/,
    ],
  ])('%s', (_what, text, says) => {
    const refused = read(text);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'parcel.catalogue-refused' } });
    expect(refused.ok ? '' : refused.fault.detail).toMatch(says);
  });

  function isInChain(document: Record<string, unknown>): boolean {
    return chains.some(({ steps }) => steps.some(({ item }) => item === document['shortCode']));
  }
});

test('at a start: what was damaged since is not used, and told; a state without its bytes names nothing', () => {
  const verify = verifyBy(testVerifyWith);
  const inForce = () => catalogueInForce(dataDir, verify, (line) => logged.push(line))?.version ?? null;
  const folder = layOnShelf(dataDir, testParcel('catalogue', 'c2', fileOf(documents)));
  expect(inForce()).toBeNull();
  putCatalogueInForce(dataDir, folder);
  expect(inForce()).toBe('c2');
  const shelf = shelfOf(dataDir, 'catalogue');
  writeFileSync(join(shelf, folder, 'content'), fileOf([first]));
  expect(inForce()).toBeNull();
  expect(logged).toMatchObject([{ event: 'parcels.catalogue-unusable', code: 'parcel.damaged' }]);
  writeFileSync(join(shelf, 'state.json'), '');
  expect(inForce()).toBeNull();
});

describe('with a package in force', () => {
  const slugOf = (document: Record<string, unknown>): string => String(document['slug']);
  let listed: string[];
  let asked: string[];
  let answer: (slug: string) => Promise<Record<string, unknown>>;
  const client: CataloguePorts['client'] = {
    listItems: () => Promise.resolve(ok(listed.map((slug) => ({ slug, version: 'as the platform has it' })))),
    getItem: async (slug) => {
      asked.push(slug);
      return ok(await answer(slug));
    },
  };
  const open = (packaged: PackagedCatalogue | null = null, over: Store = store) =>
    createCatalogue({ store: over, client, clock, log: (line) => logged.push(line), packaged });
  const packageOf = (version: string, items: readonly unknown[]): PackagedCatalogue => {
    return expectValue(readCatalogue(Buffer.from(fileOf(items, { chains: [] })), version));
  };
  const newer = packageOf('c2', [{ ...first, version: '99.0' }]);

  beforeEach(() => {
    listed = [slugOf(first), slugOf(second)];
    asked = [];
    answer = (slug) => Promise.resolve(documents.find((one) => slugOf(one) === slug) ?? {});
  });
  const versions = (catalogue: ReturnType<typeof open>): string[] =>
    catalogue.items().map(({ slug, version }) => `${slug} ${version}`);

  test('the platform says which items are offered, the package what they are; also behind a restart', async () => {
    const catalogue = open();
    await catalogue.refresh();
    expect(catalogue.items()).toHaveLength(2);
    expect(carryOut(store, [catalogue.usingPackage(newer)]).ok).toBe(true);
    expect(versions(catalogue)).toEqual([`${slugOf(first)} 99.0`]);
    asked = [];
    await catalogue.refresh();
    expect(asked).toEqual([]);
    expect(catalogue.freshness()).toBe('fresh');
    catalogue.close();
    const after = open(newer);
    expect([versions(after), after.packageVersion()]).toEqual([[`${slugOf(first)} 99.0`], 'c2']);
  });

  test('an item of the platform that was on its way does not come over it', async () => {
    const catalogue = open();
    await catalogue.refresh();
    let come: (document: Record<string, unknown>) => void = () => undefined;
    answer = () => new Promise((resolve) => (come = resolve));
    listed = [slugOf(first)];
    // The platform has a newer version than is here, and takes its time.
    const refreshing = catalogue.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    carryOut(store, [catalogue.usingPackage(newer)]);
    come({ ...first, version: '50.0' });
    await refreshing;
    expect(versions(catalogue)).toEqual([`${slugOf(first)} 99.0`]);
  });

  test('a disk that refuses the chains behind the items: all stays as it was', async () => {
    const catalogue = open();
    await catalogue.refresh();
    const before = versions(catalogue);
    const full = Object.assign(new Error('database or disk is full'), {
      code: 'ERR_SQLITE_ERROR',
      errcode: 13,
    });
    const chains: StoredChange = {
      write: () => {
        throw full;
      },
      swap: () => undefined,
    };
    const used = carryOut(store, [catalogue.usingPackage(newer), chains]);
    expect(used).toMatchObject({ ok: false, fault: { code: 'store.full' } });
    expect([versions(catalogue), catalogue.packageVersion()]).toEqual([before, null]);
    catalogue.close();
    expect(versions(open())).toEqual(before);
  });
});
