import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tell } from '#config/command.ts';
import { demoConfig } from '#config/demo/demo-config.ts';
import { configurationStateFile, readConfigurationState } from '#config/parcel-layer.ts';
import { testParcel, testVerifyWith } from '#platform/parcels/for-tests.ts';
import {
  configurationBeside,
  configurationInForce,
  lacksHere,
  tryAtNextStart,
  withPackage,
} from './configuration-in-force.ts';
import { layOnShelf } from './for-tests.ts';
import { layerBeside } from './layer-beside.ts';
import { shelfFiles, shelfOf } from './shelf.ts';

const ID = '01995b00-0000-4000-8000-000000000001';
let dataDir: string;
let file: string;
let logged: string[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-layer-'));
  file = join(dataDir, 'terminal.yaml');
  logged = [];
  const station = parse(
    demoConfig({ cardReaderPort: 1, printerPort: 2, platformUrl: 'http://127.0.0.1:9' }),
  ) as {
    terminal: object;
    idle: object;
  }; // of the demo
  writeFileSync(
    join(dataDir, 'station.yaml'),
    stringify({ ...station, terminal: undefined, idle: undefined, parcels: { verifyWith: testVerifyWith } }),
  );
  // What the technician wrote by hand.
  writeFileSync(file, stringify({ extends: 'station.yaml', terminal: station.terminal, languages: ['zh'] }));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function start() {
  const started = configurationInForce({ file, dataDir }, ({ event, code }) =>
    logged.push(`${event} ${code ?? ''}`),
  );
  if (!started.ok) throw new Error(JSON.stringify(started.fault));
  return started.value;
}
const ask = (...argv: string[]) => tell(argv, 'config', layerBeside);
const layer = (version: string, yaml: string): string =>
  layOnShelf(dataDir, testParcel('configuration', version, yaml));
const tryIt = (folder: string, commandId = ID) => tryAtNextStart(dataDir, folder, commandId, () => undefined);
function inForce(version: string, yaml: string): string {
  const folder = layer(version, yaml);
  tryIt(folder);
  start().confirm();
  return folder;
}

test('a package lies over the station’s file and under the terminal’s own, and explain says from where a value came', () => {
  inForce('k1', 'station: { phone: "12399" }\nlanguages: [en]\n');
  const { config, version } = start();
  expect([version, config.station.phone, config.languages]).toEqual(['k1', '12399', ['zh']]);
  const said = (key: string): string => ask('explain', key, file, '--data', dataDir).out.at(-1) ?? '';
  expect(said('station.phone')).toMatch(/"12399" {2}\(.*configuration\/k1-[0-9a-f]{12}\/content:1\)/);
  expect(said('languages')).toMatch(/terminal\.yaml/);
  expect(ask('explain', 'station.phone', file).out.at(-1)).toMatch(/station\.yaml/);
});

describe('config … --data', () => {
  const phone = (): string => ask('explain', 'station.phone', file, '--data', dataDir).out.at(-1) ?? '';
  const content = (folder: string): string =>
    join(shelfOf(dataDir, 'configuration'), folder, shelfFiles.content);

  test.each([
    [
      'changed on the disk',
      'parcel.damaged',
      (folder: string) => writeFileSync(content(folder), 'station: { phone: "12399" }\n'),
    ],
    [
      'signed by another',
      'parcel.signature-wrong',
      (folder: string) =>
        writeFileSync(
          join(content(folder), '..', shelfFiles.signature),
          Buffer.alloc(64, 1).toString('base64'),
        ),
    ],
  ])('passes over a package that was %s, as the terminal does, and says so', (_how, code, spoil) => {
    inForce('k1', 'station: { phone: "12301" }\n');
    const folder = inForce('k2', 'station: { phone: "12302" }\n');
    expect(phone()).toContain('"12302"');
    expect(ask('check', file, '--data', dataDir)).toMatchObject({ code: 0, problems: [] });
    spoil(folder);
    expect(phone()).toContain('"12301"');
    expect(phone()).toContain(`"${start().config.station.phone ?? ''}"`);
    for (const [verb, exit] of [
      ['check', 1],
      ['show', 0],
    ] as const)
      expect(ask(verb, file, '--data', dataDir)).toMatchObject({
        code: exit,
        problems: [expect.stringMatching(new RegExp(`package ${folder}.*${code}.*passed over`))],
      });
  });

  test('says of a package that waits to be tried that it does not count yet, which is no fault', () => {
    tryIt(layer('k2', 'station: { phone: "12302" }\n'));
    expect(phone()).not.toContain('"12302"');
    const { code, problems } = ask('check', file, '--data', dataDir);
    expect([code, problems]).toEqual([0, [expect.stringContaining('has not been tried by a start yet')]]);
  });

  test('without a key to prove by, no package counts', () => {
    inForce('k1', 'station: { phone: "12301" }\n');
    const stationFile = join(dataDir, 'station.yaml');
    writeFileSync(stationFile, readFileSync(stationFile, 'utf8').replace(/parcels:\n +verifyWith: .*\n/, ''));
    expect(phone()).not.toContain('"12301"');
    expect(ask('check', file, '--data', dataDir)).toMatchObject({
      code: 1,
      problems: [expect.stringContaining('parcel.no-key')],
    });
  });
});

describe('a command beside the terminal', () => {
  /** The telephone number that it goes by. */
  function beside(): string | null {
    const read = configurationBeside({ file, dataDir }, ({ event, code }) =>
      logged.push(`${event} ${code ?? ''}`),
    );
    if (!read.ok) throw new Error(JSON.stringify(read.fault));
    return read.value.station.phone;
  }
  const state = (): string => readFileSync(configurationStateFile(dataDir), 'utf8');

  test('goes by the package that is in force, as the terminal does', () => {
    expect(beside()).toBe(start().config.station.phone);
    inForce('k1', 'station: { phone: "12301" }\n');
    expect(beside()).toBe('12301');
    expect(logged).toEqual([]);
  });

  test.each([
    ['before it is tried', ''],
    ['behind a start that has not got ready', 'parcel.not-ready'],
  ])('passes over a package on trial %s, says so, and leaves it as it was', (when, code) => {
    inForce('k1', 'station: { phone: "12301" }\n');
    tryIt(layer('k2', 'station: { phone: "12302" }\n'));
    if (when !== 'before it is tried') start();
    const before = state();
    expect(beside()).toBe('12301');
    expect(logged).toEqual([`parcels.configuration-on-trial ${code}`]);
    // The terminal's own next start is what it would have been without the command.
    expect(state()).toBe(before);
  });

  test('passes over a damaged one for the one before, and then for the files of the machine', () => {
    inForce('k1', 'station: { phone: "12301" }\n');
    const first = readConfigurationState(dataDir).inForce;
    const second = inForce('k2', 'station: { phone: "12302" }\n');
    const before = state();
    writeFileSync(join(shelfOf(dataDir, 'configuration'), second, shelfFiles.content), 'station: {}\n');
    expect(beside()).toBe('12301');
    expect(logged).toEqual(['parcels.configuration-unusable parcel.damaged']);
    rmSync(join(shelfOf(dataDir, 'configuration'), first ?? ''), { recursive: true });
    expect(beside()).toBe(start().own.station.phone);
    expect(state()).toBe(before);
  });

  test('is told what is wrong in the files of the machine', () => {
    inForce('k1', 'station: { phone: "12301" }\n');
    writeFileSync(file, 'extends: station.yaml\nlanguages: [xx]\n');
    expect(configurationBeside({ file, dataDir }, () => undefined)).toMatchObject({ ok: false });
  });
});

describe('one that does not get ready is put back by itself, wherever the start was cut off', () => {
  test('before anything was read: the next start tries it', () => {
    tryIt(layer('k2', 'station: { phone: "12399" }\n'));
    expect(start().version).toBe('k2');
  });

  test('while it was on trial: the start after goes by what was in force before, and says so by name', () => {
    inForce('k1', 'station: { phone: "12301" }\n');
    tryIt(layer('k2', 'station: { phone: "12302" }\n'));
    expect(start().version).toBe('k2');
    // No word that it is ready: the process is gone.
    const after = start();
    expect([after.version, after.config.station.phone]).toEqual(['k1', '12301']);
    expect(readConfigurationState(dataDir).settled).toEqual({ commandId: ID, code: 'parcel.not-ready' });
    expect(logged).toContain('parcels.put-back parcel.not-ready');
    expect(start().version).toBe('k1');
  });

  test('the very first one: the files of the machine stand alone again', () => {
    tryIt(layer('k1', 'station: { phone: "12301" }\n'));
    start();
    expect(start().version).toBeNull();
  });

  test('behind the word that it is ready: it stands', () => {
    inForce('k1', 'station: { phone: "12301" }\n');
    expect(start().version).toBe('k1');
    expect(readConfigurationState(dataDir)).toMatchObject({
      trial: null,
      settled: { commandId: ID, code: null },
    });
  });

  test('a state that a cut has left without its bytes names nothing', () => {
    inForce('k1', 'station: { phone: "12301" }\n');
    writeFileSync(configurationStateFile(dataDir), '');
    expect(start().version).toBeNull();
  });

  test('when it cannot be written down that it is tried, it is not', () => {
    const folder = layer('k2', 'station: { phone: "12399" }\n');
    tryIt(folder);
    // The name under which the new state is written first.
    mkdirSync(`${configurationStateFile(dataDir)}.new`);
    expect(start().version).toBeNull();
    expect(logged).toContain('parcels.state-not-written store.failed');
  });
});

test('what was damaged on the disk since is not used: the one before is', () => {
  inForce('k1', 'station: { phone: "12301" }\n');
  const folder = inForce('k2', 'station: { phone: "12302" }\n');
  writeFileSync(
    join(dataDir, 'parcels', 'configuration', folder, 'content'),
    'station: { phone: "66666" }\n',
  );
  const { version, config } = start();
  expect([version, config.station.phone]).toEqual(['k1', '12301']);
  expect(logged).toContain('parcels.configuration-unusable parcel.damaged');
});

describe('what no terminal could start with, or that is another’s, is refused before it is used', () => {
  test.each<[string, string, string, RegExp]>([
    ['no YAML', 'station: {', 'parcel.config-refused', /content:1/],
    ['a key that nobody knows', 'statoin: {}\n', 'parcel.config-refused', /content:1: statoin/],
    [
      'a value that does not fit',
      'idle: { warnAfterSeconds: often }\n',
      'parcel.config-refused',
      /content:1: idle/,
    ],
    [
      'two devices at one port',
      'devices: [{ id: card-reader, channel: "tcp:127.0.0.1:2" }]\n',
      'parcel.config-refused',
      /channel/,
    ],
    ['one that extends files of this machine', 'extends: /etc/passwd\n', 'parcel.config-refused', /extends/],
    ['bytes that are no text', '\uDC00', 'parcel.config-refused', /./],
    ['another terminal’s', 'terminal: { id: demo-02 }\n', 'parcel.not-ours', /^$/],
    ['another station’s', 'terminal: { station: "002" }\n', 'parcel.not-ours', /^$/],
    [
      'another platform',
      'platform: { url: "http://127.0.0.1:10" }\n',
      'parcel.config-refused',
      /platform\.url/,
    ],
    [
      'no time for the next one',
      'platform: { timeoutSeconds: 1 }\n',
      'parcel.config-refused',
      /platform\.timeoutSeconds/,
    ],
    ['another key', `parcels: { verifyWith: ${'A'.repeat(43)} }\n`, 'parcel.config-refused', /parcels/],
  ])('%s', (_what, yaml, code, says) => {
    const { own } = start();
    const content = yaml === '\uDC00' ? Buffer.from([0x6b, 0x3a, 0x20, 0xff]) : Buffer.from(yaml);
    const folder = layOnShelf(dataDir, testParcel('configuration', 'k2', content));
    const refused = withPackage({ file, dataDir }, own, folder);
    expect(refused).toMatchObject({ ok: false, fault: { code } });
    expect(refused.ok ? '' : (refused.fault.detail ?? '')).toMatch(says);
  });

  test('a port and a file that this machine does not have; what was named before may be out', () => {
    const { config } = start();
    const [first, ...rest] = config.devices;
    if (first === undefined) throw new Error('the demo has devices');
    const elsewhere = { ...config, devices: [{ ...first, channel: 'serial:/dev/tty-not-here' }, ...rest] };
    expect(lacksHere(elsewhere, config)).toMatch(/tty-not-here/);
    expect(lacksHere(elsewhere, elsewhere)).toBeNull();
    expect(lacksHere({ ...config, speech: { clipsDir: '/srv/not-here' } }, config)).toMatch(
      /speech\.clipsDir/,
    );
    expect(lacksHere(config, config)).toBeNull();
  });
});
