import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }));

/** Names that a file imports from electron as values; types vanish. */
function electronValues(text: string): readonly string[] {
  const [, names = ''] = /^import \{([^}]*)\} from 'electron';$/m.exec(text) ?? [];
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .sort();
}

test('three files import values from electron, and none of them shell, clipboard or contextBridge', () => {
  const importers = Object.fromEntries(
    sources.flatMap(({ name, text }) => {
      const values = electronValues(text);
      return values.length === 0 ? [] : [[name, values]];
    }),
  );
  expect(importers).toEqual({
    'main.ts': ['Menu', 'app', 'protocol', 'safeStorage', 'session', 'utilityProcess'],
    'open-kiosk.ts': ['BrowserWindow', 'MessageChannelMain', 'ipcMain'],
    'preload.ts': ['ipcRenderer'],
  });
});

test('Electron’s version is pinned exactly, so that a release names the Chromium it ships', () => {
  const { devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  );
  expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
});

test('the README answers all 20 items, with tests that exist', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| (\d+) +\|.*\|(.*)\|$/gm)];
  expect(rows.map((row) => Number(row[1]))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  const root = join(import.meta.dirname, '../..');
  for (const [, , tests = ''] of rows) {
    const named = [...tests.matchAll(/`([^`]+)`/g)].flatMap((match) => match[1] ?? []);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) {
      const path = name.includes('/') ? join(root, name) : join(import.meta.dirname, name);
      expect(readFileSync(path, 'utf8')).toContain('test(');
    }
  }
});
