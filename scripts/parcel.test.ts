import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-parcel-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function parcel(...words: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'parcel.ts'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stderr };
}

it('a package signed with the public key, or with no key at all, is not made, and the file is named', () => {
  expect(parcel('key', folder).status).toBe(0);
  writeFileSync(join(folder, 'empty.yaml'), '{}\n');
  const make = (key: string) =>
    parcel(
      'make',
      'configuration',
      '--version',
      '2026.1',
      '--file',
      'empty.yaml',
      '--key',
      key,
      '--out',
      'out',
    );
  for (const key of ['parcel-key.pub', 'empty.yaml'])
    expect(make(key)).toEqual({
      status: 1,
      stderr: expect.stringContaining(`${key} is no private Ed25519 key`) as string,
    });
  expect(existsSync(join(folder, 'out'))).toBe(false);
  expect(make('parcel-key.pem').status).toBe(0);
});
