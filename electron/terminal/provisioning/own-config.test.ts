import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { idOf, ownConfigText, problemsOf, readBare, writeOwnConfig } from './own-config.ts';
import { noProgress, progressFile, type Progress } from './progress.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-own-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const example = join(import.meta.dirname, '../../../kiosk-config/example/station.yaml');
const places = () => ({ bare: example, own: join(folder, 'terminal.yaml') });
const done: Progress = {
  ...noProgress,
  step: 'report',
  terminal: { region: '999901', station: '001', number: '01' },
  screen: { widthMm: 270, heightMm: 480 },
  devices: [{ id: 'printer', channel: 'serial:/dev/ttyS4', identity: 'usb:067B:2303:A1', isLeftOut: false }],
};

function bareOf(where = places()) {
  const bare = readBare(where);
  if (!bare.ok) throw new Error(JSON.stringify(bare.fault));
  return bare.value;
}

test('a station’s file is a bare configuration; what it writes is read by the terminal as what was decided', () => {
  const where = places();
  // The hub of the example: its door is what the station's blocks need.
  const bare = join(folder, 'bare.yaml');
  writeFileSync(bare, `extends: ${example}\nlan: { names: [kiosk-01] }\n`);
  const own = { ...where, bare };
  const text = ownConfigText(bareOf(own), own, done);
  expect(problemsOf(text, own)).toEqual([]);
  writeOwnConfig(text, own);
  const loaded = loadConfig(own.own);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.fault));
  expect(loaded.value.terminal).toEqual({
    id: '999901-001-01',
    region: '999901',
    station: '001',
    number: '01',
  });
  expect(loaded.value.screen).toEqual({ widthMm: 270, heightMm: 480 });
  expect(loaded.value.devices.find(({ id }) => id === 'printer')).toMatchObject({
    channel: 'serial:/dev/ttyS4',
    identity: 'usb:067B:2303:A1',
    baudRate: 115200,
  });
  // Beside each other they can be moved together.
  expect(readFileSync(own.own, 'utf8')).toContain('extends: bare.yaml');
});

test('two devices at one port are told by file, line and key, and nothing is written', () => {
  const twice = [
    ...done.devices,
    { id: 'scanner', channel: 'serial:/dev/ttyS4', identity: null, isLeftOut: false },
  ];
  const text = ownConfigText(bareOf(), places(), { ...done, devices: twice });
  expect(problemsOf(text, places())).toContainEqual(
    expect.stringMatching(/terminal\.yaml:\d+: devices\.2\.channel: /),
  );
});

test('a bare file with a mistake stops before the first page, with its place', () => {
  const bare = join(folder, 'bare.yaml');
  writeFileSync(bare, `extends: ${example}\nplatform: { url: ftp://x }\n`);
  const read = readBare({ bare, own: join(folder, 'terminal.yaml') });
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.fault[0]).toMatchObject({ file: bare, line: 2, key: 'platform.url' });
});

test('a name that the station’s file gives stays', () => {
  const bare = join(folder, 'bare.yaml');
  writeFileSync(bare, `extends: ${example}\nterminal: { id: hall-left }\n`);
  const own = { bare, own: join(folder, 'terminal.yaml') };
  expect(ownConfigText(bareOf(own), own, done)).toContain('id: hall-left');
  expect(idOf({ region: '999901', station: '001', number: '02' })).toBe('999901-001-02');
});

test('progress that does not read is put aside, and the wizard begins again', () => {
  const file = progressFile(folder);
  file.write(done);
  expect(progressFile(folder).read()).toEqual(done);
  writeFileSync(join(folder, 'provisioning.json'), '{"version":2}');
  expect(progressFile(folder).read()).toEqual(noProgress);
  expect(readFileSync(join(folder, 'provisioning.json.unreadable'), 'utf8')).toBe('{"version":2}');
});
