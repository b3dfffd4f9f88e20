import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceOwner, takeDataFolder } from './data-owner.ts';
import { processIdentity } from './processes.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-owner-'));
  path = join(folder, 'owner.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const gone = { pid: 4_000_000, identity: 'of a process that is over' };
const living = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
const write = (owner: object) => writeFileSync(path, JSON.stringify(owner));
const owner = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

it('an owner that is gone is replaced, and the folder is free again behind its release', () => {
  write(gone);
  const taken = takeDataFolder(folder);
  expect(taken.ok).toBe(true);
  expect(owner()).toEqual(living);
  expect(takeDataFolder(folder)).toMatchObject({ ok: false, fault: { code: 'store.failed' } });
  if (taken.ok) taken.value.release();
  expect(readdirSync(folder)).toEqual([]);
});

it('of two who saw the same owner gone, the second leaves the first one his folder', () => {
  // The first has been faster, between the second one's look and its replacing.
  write(living);
  expect(replaceOwner(path, { pid: process.ppid, identity: processIdentity(process.ppid) ?? '' })).toBe(
    false,
  );
  expect(owner()).toEqual(living);
  expect(readdirSync(folder)).toEqual(['owner.json']);
});

it('a file that was torn by a power cut is nobody’s', () => {
  writeFileSync(path, '{"pid":');
  expect(replaceOwner(path, living)).toBe(true);
  expect(owner()).toEqual(living);
});
