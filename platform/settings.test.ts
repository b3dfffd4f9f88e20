import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const token = 'terminal-token-for-tests-01';
const good = {
  YIZHAN_PLATFORM_DATA: '/srv/yizhan',
  YIZHAN_TERMINAL_TOKENS: JSON.stringify({ [token]: 'T-01' }),
  YIZHAN_DESK_TOKEN: 'desk-token-for-tests-0000',
};

test('tokens come from the setting itself or from the file that it names', () => {
  const dir = mkdtempSync(join(tmpdir(), 'yizhan-settings-'));
  writeFileSync(join(dir, 'tokens.json'), good.YIZHAN_TERMINAL_TOKENS);
  const inline = readSettings(good);
  const named = readSettings({ ...good, YIZHAN_TERMINAL_TOKENS: join(dir, 'tokens.json') });
  rmSync(dir, { recursive: true });
  expect(inline).toMatchObject({
    ok: true,
    value: { host: '127.0.0.1', port: 0, terminalTokens: { [token]: 'T-01' } },
  });
  expect(named).toEqual(inline);
});

test('the district’s database goes before one of our own', () => {
  const url = 'postgres://platform@db.example/yizhan';
  expect(readSettings({ ...good, DATABASE_URL: url })).toMatchObject({
    value: { database: { kind: 'url', url } },
  });
  expect(readSettings(good)).toMatchObject({
    value: { database: { kind: 'embedded', dataDir: '/srv/yizhan' } },
  });
});

test.each<[string, Record<string, string | undefined>]>([
  ['YIZHAN_DESK_TOKEN', { YIZHAN_DESK_TOKEN: 'short' }],
  ['YIZHAN_DESK_TOKEN', { YIZHAN_DESK_TOKEN: undefined }],
  ['YIZHAN_PLATFORM_PORT', { YIZHAN_PLATFORM_PORT: '99999' }],
  ['YIZHAN_PLATFORM_PORT', { YIZHAN_PLATFORM_PORT: 'eighty' }],
  ['YIZHAN_TERMINAL_TOKENS', { YIZHAN_TERMINAL_TOKENS: '/no/such/file' }],
  ['YIZHAN_TERMINAL_TOKENS', { YIZHAN_TERMINAL_TOKENS: '{"short":"T-01"}' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://user:a-secret@db' }],
  ['YIZHAN_PLATFORM_DATA', { YIZHAN_PLATFORM_DATA: undefined }],
])('a wrong %s is named, and no secret is quoted: %j', (key, changes) => {
  const result = readSettings({ ...good, ...changes });
  expect(result).toMatchObject({ ok: false, fault: { detail: expect.stringContaining(key) } });
  expect(JSON.stringify(result)).not.toMatch(/a-secret|terminal-token/);
});
