/** A technician types a terminal's command as root, or as himself: what root writes there the terminal could not open. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const HOST = join(import.meta.dirname, '../../electron/host');
const EXIT_STORE = 4;
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-other-user-'));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['main.ts', []],
  ['outbox-cli.ts', ['list']],
  ['hub-cli.ts', ['take-over']],
  ['station-key.ts', ['exchange']],
  ['enrol.ts', ['--rotate']],
] as const)('%s touches no folder of another user, and says whose it is', (program, words) => {
  // Whoever is not root has no folder to give away: the system's own, which is root's.
  const dataDir = isRoot ? folder : '/';
  const before = readdirSync(dataDir);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(HOST, program), ...words, '--config', '/none.yaml', '--data', dataDir],
    { encoding: 'utf8', timeout: 60_000 },
  );
  expect(stderr).toContain(`store.other-user: ${dataDir} is of user ${String(isRoot ? NOBODY : 0)}`);
  expect(status).toBe(EXIT_STORE);
  expect(readdirSync(dataDir)).toEqual(before);
});
