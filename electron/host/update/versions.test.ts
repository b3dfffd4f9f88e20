/** The delivered install.sh over a folder in the place of /, and one that hangs. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ok } from '#contract/result.ts';
import { versionsOf, type VersionPorts } from './versions.ts';

let root: string;
let ports: VersionPorts;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yizhan-versions-'));
  const programs = join(root, 'opt/yizhan');
  mkdirSync(programs, { recursive: true });
  ports = {
    ...{ root, programs, config: join(root, 'terminal.yaml'), node: process.execPath },
    installer: join(import.meta.dirname, '../packaging/install.sh'),
  };
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function lay(version: string, mark = '') {
  const stage = join(root, 'stage/yizhan');
  mkdirSync(stage, { recursive: true });
  writeFileSync(join(stage, 'package.json'), JSON.stringify({ version, mark }));
  const tarball = join(root, 'yizhan.tar.gz');
  expect(spawnSync('tar', ['-czf', tarball, '-C', join(root, 'stage'), 'yizhan']).status).toBe(0);
  const sha256 = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  return versionsOf(ports).layOut({ tarball, sha256, version });
}
const at = (name: string): string => join(ports.programs, name);

test('an installer whose child hangs is killed with it, and says so', async () => {
  const installer = join(root, 'hangs.sh');
  writeFileSync(installer, 'echo it hangs >&2; sleep 600 & wait\n');
  const versions = versionsOf({ ...ports, installer, withinMs: 300 });
  const laid = await versions.layOut({ tarball: '', sha256: '', version: '2.0.0' });
  expect(laid).toMatchObject({ ok: false, fault: { code: 'update.not-whole' } });
});

test('what a kill left is swept, what another process lays out is not, and a version is replaced whole', async () => {
  const gone = spawnSync('true').pid;
  const others = `.new-${String(process.pid)}`;
  for (const name of [`.new-${String(gone)}`, `.new-old-${String(gone)}`, others]) mkdirSync(at(name));
  expect(await lay('2.0.0', 'first')).toEqual(ok(null));
  expect(await lay('2.0.0', 'second')).toEqual(ok(null));
  expect(readFileSync(join(at('2.0.0'), 'package.json'), 'utf8')).toContain('second');
  expect(readdirSync(ports.programs).toSorted()).toEqual([others, '2.0.0']);
});

test('what is the updater itself is not replaced, until another one is kept', async () => {
  expect(await lay('2.0.0')).toEqual(ok(null));
  symlinkSync('1.0.0', at('current'));
  symlinkSync('2.0.0', at('updater'));
  const laid = await lay('2.0.0', 'second');
  expect(laid).toMatchObject({ ok: false, fault: { detail: expect.stringContaining('--keep 1.0.0') } });
  expect(readFileSync(join(at('2.0.0'), 'package.json'), 'utf8')).not.toContain('second');
  unlinkSync(at('updater'));
  expect(await lay('2.0.0', 'second')).toEqual(ok(null));
  expect(existsSync(at('2.0.0'))).toBe(true);
});
