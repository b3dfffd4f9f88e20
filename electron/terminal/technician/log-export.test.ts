import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logFileName, writeLogTo } from './log-export.ts';

const file = { name: logFileName('999901-001-01', Date.UTC(2026, 10, 22, 8, 30)), text: '{}\n' };
let folder: string;
let sticks: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-export-'));
  sticks = join(folder, 'media');
  mkdirSync(join(sticks, 'usb'), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('writes a file that says of which terminal and when it is, and never over another', () => {
  const written = writeLogTo(join(sticks, 'usb'), file, [sticks]);
  const path = join(sticks, 'usb', 'yizhan-log-999901-001-01-2026-11-22T08-30-00.jsonl');
  expect(written).toEqual({ ok: true, value: { file: path } });
  expect(readFileSync(path, 'utf8')).toBe('{}\n');
  expect(writeLogTo(join(sticks, 'usb'), file, [sticks])).toMatchObject({
    fault: { code: 'technician.not-written' },
  });
});

it('writes nowhere but to a stick', () => {
  for (const elsewhere of ['media/usb', folder, join(sticks, '..', 'x'), `${sticks}-other`, '/etc', '', '.'])
    expect(writeLogTo(elsewhere, file, [sticks])).toMatchObject({
      fault: { code: 'technician.folder-refused' },
    });
});

it('does not follow a link that leads off the stick', () => {
  mkdirSync(join(folder, 'secret'));
  symlinkSync(join(folder, 'secret'), join(sticks, 'link'));
  expect(writeLogTo(join(sticks, 'link'), file, [sticks])).toMatchObject({
    fault: { code: 'technician.folder-refused' },
  });
});

it('says so when there is no such folder, or a file in its place', () => {
  writeFileSync(join(sticks, 'file'), '');
  for (const name of ['gone', 'file'])
    expect(writeLogTo(join(sticks, name), file, [sticks])).toMatchObject({
      fault: { code: 'technician.not-written' },
    });
});
