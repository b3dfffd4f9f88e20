import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStale } from './freshness.ts';

const target = { sources: ['src', 'lock.json'], products: ['out/a.html', 'out/b.html'] };
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yizhan-fresh-'));
  for (const folder of ['src/deep', 'out']) mkdirSync(join(root, folder), { recursive: true });
  for (const source of ['src/deep/one.ts', 'lock.json']) touch(source, 100);
  for (const product of target.products) touch(product, 200);
});

afterEach(() => rmSync(root, { recursive: true }));

test('products younger than every source are fresh', () => {
  expect(isStale(root, target)).toBe(false);
});

test('a source changed later, however deep, makes them stale', () => {
  touch('src/deep/one.ts', 300);
  expect(isStale(root, target)).toBe(true);
});

test('one product missing, or older than the sources, makes them stale', () => {
  touch('out/b.html', 50);
  expect(isStale(root, target)).toBe(true);
  rmSync(join(root, 'out/b.html'));
  expect(isStale(root, target)).toBe(true);
});

function touch(path: string, atSeconds: number): void {
  writeFileSync(join(root, path), '');
  utimesSync(join(root, path), atSeconds, atSeconds);
}
