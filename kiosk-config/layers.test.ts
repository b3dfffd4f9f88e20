import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadWithPlaces, type ConfigFault } from './load.ts';
import { readLayers } from './layers.ts';
import { plain } from './tree.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-layers-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function read(path: string): unknown {
  const layers = readLayers(path);
  return layers.ok ? plain(layers.value) : layers.fault.map(short);
}

const short = ({ code, file: where, line, expected }: ConfigFault): string =>
  `${where.slice(folder.length + 1)}:${String(line)} ${code} ${expected}`;

it('joins maps key by key, and puts a value or a list in the place of what was there', () => {
  file(
    'below.yaml',
    'idle: { warnAfterSeconds: 60, graceSeconds: 20 }\nlanguages: [zh, en]\ncamera: { label: x }\n',
  );
  const top = file(
    'top.yaml',
    'extends: below.yaml\nidle: { graceSeconds: 40 }\nlanguages: [zh]\ncamera: null\n',
  );
  expect(read(top)).toEqual({
    idle: { warnAfterSeconds: 60, graceSeconds: 40 },
    languages: ['zh'],
    camera: null,
  });
});

it('lays the later of several over the earlier, from the folder of the file that names them', () => {
  file('profiles/a.yaml', 'screen: { widthMm: 1, heightMm: 2 }\n');
  file('profiles/b.yaml', 'screen: { widthMm: 3 }\n');
  file('station/station.yaml', 'extends:\n  - ../profiles/a.yaml\n  - ../profiles/b.yaml\n');
  const top = file('terminal.yaml', 'extends: station/station.yaml\n');
  expect(read(top)).toEqual({ screen: { widthMm: 3, heightMm: 2 } });
});

it('joins devices by their id, adds others behind, and takes one of another kind instead', () => {
  file(
    'hardware.yaml',
    'devices:\n  - { id: a, kind: scanner, baudRate: 9600 }\n  - { id: b, kind: scanner, baudRate: 9600 }\n',
  );
  const top = file(
    'own.yaml',
    'extends: hardware.yaml\ndevices:\n  - { id: c, kind: scanner }\n  - { id: b, baudRate: 19200 }\n  - { id: a, kind: receipt-printer }\n',
  );
  expect(read(top)).toEqual({
    devices: [
      { id: 'a', kind: 'receipt-printer' },
      { id: 'b', kind: 'scanner', baudRate: 19200 },
      { id: 'c', kind: 'scanner' },
    ],
  });
});

it('two devices of one name in one file stay two, and are told as a mistake', () => {
  const top = file('twice.yaml', 'devices:\n  - { id: a, kind: scanner }\n  - { id: a, kind: scanner }\n');
  expect(read(top)).toEqual({
    devices: [
      { id: 'a', kind: 'scanner' },
      { id: 'a', kind: 'scanner' },
    ],
  });
});

it('two devices of one name stay two also when a lower file has that one', () => {
  file('one.yaml', 'devices:\n  - { id: a, kind: scanner, baudRate: 9600 }\n');
  const top = file(
    'upper-twice.yaml',
    'extends: one.yaml\ndevices:\n  - { id: a, baudRate: 19200 }\n  - { id: a, channel: x }\n',
  );
  expect(read(top)).toEqual({
    devices: [
      { id: 'a', kind: 'scanner', baudRate: 19200 },
      { id: 'a', channel: 'x' },
    ],
  });
});

it('blames each mistake on the file and line where it stands', () => {
  file('wrong.yaml', '\nidle:\n  graceSeconds: 5\n');
  const top = file('blamed.yaml', 'extends: wrong.yaml\ncolour: red\n');
  const loaded = loadWithPlaces(top);
  const problems = loaded.ok ? [] : loaded.fault.map(short);
  expect(problems).toContain('wrong.yaml:3 config.wrong-value expected a whole number, 20 to 120');
  expect(problems).toContain('blamed.yaml:2 config.unknown-key there is no such key here');
});

it.each([
  [
    'a file that is not there',
    'extends: none.yaml\n',
    /^x\.yaml:1 config\.wrong-value .*expected a file that this user can read/,
  ],
  [
    'itself',
    'extends: x.yaml\n',
    /^x\.yaml:1 config\.wrong-value expected a file that does not lead back to x\.yaml/,
  ],
  [
    'itself by another',
    'a: 1\nextends: [loop.yaml]\n',
    /^loop\.yaml:1 config\.wrong-value expected a file that does not lead back to x\.yaml/,
  ],
  ['a number', '\nextends: 7\n', /^x\.yaml:2 config\.wrong-type expected the name of a file/],
  ['a list with no name in it', 'extends:\n  - []\n', /^x\.yaml:2 config\.wrong-type/],
  ['a folder', 'extends: .\n', /^x\.yaml:1 config\.wrong-value .*expected a file that this user can read/],
  ['a file that is no YAML', 'extends: no-yaml.yaml\n', /^no-yaml\.yaml:\d config\.syntax/],
  [
    'a file that is no UTF-8',
    'extends: latin.yaml\n',
    /^x\.yaml:1 config\.wrong-value .*expected UTF-8 text/,
  ],
  [
    'more files than a station has',
    `extends: [${Array.from({ length: 20 }, () => 'many.yaml').join(', ')}]\n`,
    /^x\.yaml:1 config\.wrong-value expected at most 16 files/,
  ],
])('that extends %s is refused', (_, text, expected) => {
  file('loop.yaml', 'extends: x.yaml\n');
  file('no-yaml.yaml', 'a: [\n');
  file('latin.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe9, 0x0a));
  file('many.yaml', 'languages: [zh]\n');
  const problems = read(file('x.yaml', text));
  expect(problems).toEqual([expect.stringMatching(expected)]);
});
