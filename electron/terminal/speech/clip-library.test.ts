import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_CLIP_BYTES } from '#contract/speech.ts';
import type { LogLine } from '../log.ts';
import { openClipLibrary } from './clip-library.ts';

let folder = '';
let logged: LogLine[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-clips-'));
  logged = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function addPackage(name: string, manifest: unknown, files: Record<string, Uint8Array>): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'clips.json'), JSON.stringify(manifest));
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, name, file), bytes);
}

const open = () => openClipLibrary(folder, (line) => logged.push(line));

test('the station and its services bring packages of their own, which speak together', async () => {
  addPackage(
    'station',
    { language: 'zh', clips: { 'page.home': 'home.ogg' } },
    { 'home.ogg': Uint8Array.of(1) },
  );
  addPackage(
    'allowance',
    { language: 'zh', clips: { 'item.allowance.name': 'name.ogg' } },
    { 'name.ogg': Uint8Array.of(2) },
  );
  const clips = open();
  expect(clips.languages).toEqual(['zh']);
  expect(clips.ids('zh').toSorted()).toEqual(['item.allowance.name', 'page.home']);
  expect(await clips.read('zh', 'item.allowance.name')).toEqual(Uint8Array.of(2));
  expect(await clips.read('ug', 'page.home')).toBeNull();
});

test('a package that is broken is named, and the others speak', () => {
  addPackage('good', { language: 'en', clips: { 'page.home': 'home.ogg' } }, {});
  addPackage('bad', { language: 'en', clips: { 'page.home': '../../etc/passwd' } }, {});
  expect(open().languages).toEqual(['en']);
  expect(logged).toEqual([{ level: 'warn', event: 'speech.package-refused', detail: join(folder, 'bad') }]);
});

test('a file that is gone, too long, or a link out of its package reads as missing', async () => {
  addPackage(
    'station',
    { language: 'zh', clips: { 'page.gone': 'gone.ogg', 'page.long': 'long.ogg', 'page.link': 'link.ogg' } },
    { 'long.ogg': new Uint8Array(MAX_CLIP_BYTES + 1) },
  );
  writeFileSync(join(folder, 'secret'), 'not a clip');
  symlinkSync(join(folder, 'secret'), join(folder, 'station', 'link.ogg'));
  const clips = open();
  for (const id of ['page.gone', 'page.long', 'page.link']) expect(await clips.read('zh', id)).toBeNull();
});

test('a station without a folder of clips has no voice, and starts', () => {
  expect(openClipLibrary(null, () => undefined).languages).toEqual([]);
  expect(openClipLibrary(join(folder, 'absent'), (line) => logged.push(line)).languages).toEqual([]);
  expect(logged).toMatchObject([{ event: 'speech.folder-unreadable' }]);
});
