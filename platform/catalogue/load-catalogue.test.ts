import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  expect(items.size).toBe(12);
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
