import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { publishedSchema } from '#contract/published-norm.ts';
import { catalogueDir, loadCatalogue } from './load-catalogue.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yizhan-catalogue-'));
  cpSync(catalogueDir, dir, { recursive: true });
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

test('every delivered item is served', () => {
  const { items, refused } = loadCatalogue(catalogueDir);
  expect(refused).toEqual([]);
  expect(items.size).toBe(15);
});

test('broken files are refused by name with the reason, and the rest is served', () => {
  writeFileSync(join(dir, 'items', 'broken.json'), '{');
  writeFileSync(join(dir, 'items', 'empty.json'), '{}');
  writeFileSync(join(dir, 'items', 'huge.json'), ' '.repeat(1_000_001));
  cpSync(join(catalogueDir, 'items', 'elderly-allowance.json'), join(dir, 'items', 'second.json'));
  const { items, refused } = loadCatalogue(dir);
  expect(items.size).toBe(loadCatalogue(catalogueDir).items.size);
  expect(refused).toEqual([
    { file: 'broken.json', reason: 'is not JSON' },
    { file: 'empty.json', reason: expect.stringContaining('schemaVersion') },
    { file: 'huge.json', reason: 'larger than 1000000 bytes' },
    { file: 'second.json', reason: 'slug elderly-allowance is already taken' },
  ]);
});

const themesIn = (folder: string): string[] => [
  ...new Set([...loadCatalogue(folder).items.values()].map(({ item }) => item.theme.code)),
];

test('items stand in the order of life events that the platform declares, and within one by their files', () => {
  expect(themesIn(catalogueDir)).toEqual([
    'life-birth',
    'life-marriage',
    'life-residence',
    'life-job',
    'life-socialsec',
    'life-medins',
    'life-aid',
    'life-disability',
    'life-elder',
    'life-speak-up',
  ]);
  const elderly = [...loadCatalogue(catalogueDir).items.values()].filter(
    ({ item }) => item.theme.code === 'life-elder',
  );
  expect(elderly.map(({ item }) => item.slug)).toEqual(['elderly-allowance', 'senior-card']);
});

test('a district orders its start page otherwise; what it does not name comes behind', () => {
  writeFileSync(
    join(dir, 'themes.json'),
    JSON.stringify({ source: 'ours', themes: ['life-elder', 'life-aid'] }),
  );
  expect(themesIn(dir).slice(0, 2)).toEqual(['life-elder', 'life-aid']);
  expect(themesIn(dir)).toHaveLength(10);
});

test('a broken order stops the start, and names its file', () => {
  writeFileSync(join(dir, 'themes.json'), JSON.stringify({ themes: 'life-elder' }));
  expect(() => loadCatalogue(dir)).toThrow('themes.json');
});

test('what is published is valid under the published norm', () => {
  const { items, chains } = loadCatalogue(catalogueDir);
  const norm = z.fromJSONSchema(publishedSchema('item'));
  for (const { item, document } of items.values()) {
    expect(norm.safeParse(document).success, item.slug).toBe(true);
    expect(norm.safeParse({ ...document, caseType: '7' }).success, item.slug).toBe(false);
  }
  expect(z.fromJSONSchema(publishedSchema('chains')).safeParse(chains).success).toBe(true);
});

test('every step of a chain that names an item names one that is published, and waits for steps that exist', () => {
  const { items, chains } = loadCatalogue(catalogueDir);
  const codes = [...items.values()].map(({ item }) => item.shortCode);
  expect(chains.map(({ id }) => id)).toEqual([
    'marriage-childbirth',
    'newborn',
    'comprehensive-aid',
    'vulnerable',
  ]);
  for (const { id, steps } of chains) {
    const orders = steps.map(({ order }) => order);
    for (const step of steps) {
      if (step.item !== undefined) expect(codes, `${id} ${String(step.order)}`).toContain(step.item);
      expect(orders).toEqual(expect.arrayContaining(step.needs));
    }
  }
});

test('an item carries the lists that it names, and a list that changes changes its hash', () => {
  const before = loadCatalogue(dir).items.get('newborn-one-thing');
  expect(Object.keys(before?.item.lists ?? {}).sort()).toEqual(['banks', 'gbt3304', 'hospitals']);
  const list = { id: 'hospitals', source: 'x', options: [{ value: 'h9', label: { zh: '新院', en: 'New' } }] };
  writeFileSync(join(dir, 'lists', 'hospitals.json'), JSON.stringify(list));
  const after = loadCatalogue(dir).items;
  expect(after.get('newborn-one-thing')?.sha256).not.toBe(before?.sha256);
  expect(after.get('senior-card')?.sha256).toBe(loadCatalogue(catalogueDir).items.get('senior-card')?.sha256);
});
