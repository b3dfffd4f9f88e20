import { chmodSync, chownSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { otherUsersFolder } from './folder-owner.ts';

const NOBODY = 65_534;
const own = process.getuid?.() ?? 0;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-owner-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('lets in whose folder it is', () => {
  expect(otherUsersFolder(folder, own)).toBeNull();
});

it('says nothing of a folder that is not there yet', () => {
  expect(otherUsersFolder(join(folder, 'none'), own + 1)).toBeNull();
});

it('lets another user in, but root, where the folder is shared', () => {
  chmodSync(folder, 0o777);
  expect(otherUsersFolder(folder, own + 1)).toBeNull();
});

it('refuses root at another user’s folder, and says how to run it as that user', () => {
  if (own === 0) chownSync(folder, NOBODY, NOBODY);
  const owner = own === 0 ? NOBODY : own;
  const refused = otherUsersFolder(folder, 0);
  expect(refused?.code).toBe('store.other-user');
  expect(refused?.detail).toContain(`--reuid=${String(owner)} `);
});

it('says to whoever is not root that the folder may be the wrong one', () => {
  const refused = otherUsersFolder(folder, own + 1, () => false);
  expect(refused?.detail).toContain(`as root: chown -R ${String(own + 1)} ${folder}`);
});

it('names a folder that this user cannot even look at', () => {
  // A link in a circle, since root, as whom a test may run, is let in everywhere else.
  symlinkSync('circle', join(folder, 'circle'));
  expect(otherUsersFolder(join(folder, 'circle', 'data'), own + 1)?.code).toBe('store.other-user');
});
