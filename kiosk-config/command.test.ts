import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { configCommand, tell } from './command.ts';
import { configSchema, editorSchema, keyRows, type KeySchema } from './keys.ts';

const noLayer = () => ({ layer: null, passedOver: [] });
const runConfigCommand = (argv: readonly string[]) => tell(argv, 'config', noLayer);

const example = (name: string) => join(import.meta.dirname, 'example', name);
const hub = example('terminal-01.yaml');
const member = example('terminal-02.yaml');
const station = example('station.yaml');

it('check tells of each file, and fails when one is wrong', () => {
  expect(runConfigCommand(['check', hub, member])).toEqual({
    code: 0,
    out: [hub, member].map((file) => `${file}: all keys are known and have values that fit`),
    problems: [],
  });
  const told = runConfigCommand(['check', hub, station]);
  expect(told.code).toBe(1);
  expect(told.out).toHaveLength(1);
  expect(told.problems).toEqual([
    `${station}: terminal: this key is missing: expected keys below it: id, region, station, number (config.missing-key)`,
  ]);
});

it('check tells what two files may not have both: a name, a number, the queue of one station', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-together-'));
  const terminal = (name: string, id: string, number: string, more: string) => {
    const file = join(folder, name);
    const own = `{ id: ${id}, region: '999901', station: '001', number: '${number}' }`;
    writeFileSync(file, `extends: ${station}\nterminal: ${own}\n${more}`);
    return file;
  };
  const lan = 'lan: { names: [kiosk] }\n';
  const member = 'hub: { host: kiosk, authorityFile: /etc/yizhan/hub.pem }\n';
  try {
    const one = terminal('a.yaml', 'a', '01', lan);
    const id = terminal('b.yaml', 'A', '02', member);
    const number = terminal('c.yaml', 'c', '02', member);
    const second = terminal('d.yaml', 'd', '02', lan);
    expect(runConfigCommand(['check', one, number, one])).toMatchObject({ code: 0, problems: [] });
    const told = (...files: string[]) => runConfigCommand(['check', ...files]);
    expect(told(one, id)).toMatchObject({ code: 1, problems: [`${id}: terminal.id: ${one} has it already`] });
    expect(told(id, number)).toMatchObject({
      code: 1,
      problems: [`${number}: terminal.number: ${id} has it already`],
    });
    expect(told(one, second)).toMatchObject({
      code: 1,
      problems: [
        `${second}: hub: expected the address of the hub: ${one} keeps the queue of this station already`,
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('explain says what a key means, what it may be, and what holds without it', () => {
  expect(runConfigCommand(['explain', 'idle.graceSeconds']).out).toEqual([
    'idle.graceSeconds: Seconds to answer the warning',
    '    a whole number, 20 to 120; without it 30',
  ]);
  expect(runConfigCommand(['explain', 'idle']).out).toHaveLength(6);
});

it.each(['devices[card-reader].channel', 'devices[].channel', 'devices.0.channel'])(
  'explain of %s is of every device',
  (key) => {
    expect(runConfigCommand(['explain', key]).out[0]).toMatch(/^devices\[\]\.channel: /);
  },
);

it('explain with a file says the value and where it stands: in the last file that says it', () => {
  const told = (key: string) => runConfigCommand(['explain', key, hub]).out.at(-1);
  const profile = join(import.meta.dirname, 'profiles', 'upright-21.yaml');
  expect(told('devices[card-reader].channel')).toBe(
    `devices[card-reader].channel: "serial:/dev/ttyS0"  (${hub}:${lineOf(hub, 'ttyS0')})`,
  );
  expect(told('devices[printer].channel')).toBe(
    `devices[printer].channel: "serial:/dev/ttyUSB1"  (${profile}:${lineOf(profile, 'ttyUSB1')})`,
  );
  for (const key of ['devices.1.channel', 'devices[1].channel'])
    expect(told(key)).toBe(
      `devices[printer].channel: "serial:/dev/ttyUSB1"  (${profile}:${lineOf(profile, 'ttyUSB1')})`,
    );
  for (const key of ['queue.lines.1.letter', 'queue.lines[1].letter'])
    expect(told(key)).toBe(`queue.lines[1].letter: "B"  (${station}:${lineOf(station, 'letter: B')})`);
  expect(told('queue.lines.7.letter')).toBe(`${hub}: it does not stand here`);
  expect(told('speech.clipsDir')).toBe('speech.clipsDir: null  (default)');
  expect(told('hub')).toBe('hub: null  (default)');
  expect(told('hub.host')).toBe(`${hub}: it does not stand here`);
});

it('explain of what there is not says what it might have been', () => {
  expect(runConfigCommand(['explain', 'widthmm'])).toEqual({
    code: 1,
    out: [],
    problems: ['widthmm: there is no such key; there are screen.widthMm, queue.board.widthMm'],
  });
  expect(runConfigCommand(['explain', 'xyz']).problems).toEqual(['xyz: there is no such key']);
});

it('diff shows in what two terminals differ, and where each says it', () => {
  expect(runConfigCommand(['diff', hub, hub])).toEqual({ code: 0, out: [], problems: [] });
  const { code, out } = runConfigCommand(['diff', hub, member]);
  expect(code).toBe(1);
  expect(out.join('\n')).toContain(
    `terminal.number\n  - "01"  (${hub}:${lineOf(hub, 'number:')})\n  + "02"  (${member}:${lineOf(member, 'number:')})`,
  );
  expect(out).toContain('devices[display-1].channel');
  expect(out.join('\n')).not.toContain('screen.widthMm');
});

it('show has every value once', () => {
  const keys = runConfigCommand(['show', hub]).out.map((line) => line.split(': ')[0]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toContain('queue.lines[0].letter');
});

it.each([
  [[]],
  [['check']],
  [['diff', hub]],
  [['explain']],
  [['show', hub, hub]],
  [['mend', hub]],
  [['schema', hub]],
])('%s is answered with the usage', (argv) => {
  expect(runConfigCommand(argv)).toMatchObject({
    code: 2,
    problems: [expect.stringContaining('check FILE')],
  });
});

it('what is told is printed: what is wrong apart from the rest', () => {
  const written = { stdout: '', stderr: '' };
  const to = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (written[name] += text) });
  const code = configCommand(['check', hub, station], 'config', noLayer, {
    stdout: to('stdout'),
    stderr: to('stderr'),
  });
  expect(code).toBe(1);
  expect(written.stdout).toMatch(/fit\n$/);
  expect(written.stderr).toMatch(/\(config\.missing-key\)\n$/);
});

it('a file that is wrong is told by every verb', () => {
  for (const argv of [
    ['show', station],
    ['diff', hub, station],
    ['explain', 'idle', station],
  ]) {
    expect(runConfigCommand(argv)).toMatchObject({
      code: 1,
      problems: [expect.stringContaining('terminal')],
    });
  }
});

it('no key is without a sentence, and no map takes what it does not know', () => {
  expect(
    keyRows()
      .filter(({ doc }) => doc === '')
      .map(({ key }) => key),
  ).toEqual([]);
  const open: string[] = [];
  const look = (schema: KeySchema, path: string): void => {
    if (schema.properties !== undefined && schema.additionalProperties !== false) open.push(path);
    for (const [key, inner] of Object.entries(schema.properties ?? {})) look(inner, `${path}.${key}`);
    for (const inner of [
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
      ...(schema.items ? [schema.items] : []),
    ])
      look(inner, path);
  };
  look(configSchema, '');
  expect(open).toEqual([]);
});

it('nothing that is a secret has a key: what names one names its file', () => {
  const secrets = keyRows().filter(({ key }) => /password|passphrase|token|secret|\bkey$/i.test(key));
  expect(secrets).toEqual([]);
});

it('the schema for editors fits each file of the example, and not a wrong one', () => {
  const told = runConfigCommand(['schema']).out.join('\n');
  expect(JSON.parse(told)).toEqual(JSON.parse(JSON.stringify(editorSchema())));
  const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(told) as object);
  for (const file of [hub, member, station, join(import.meta.dirname, 'profiles', 'upright-21.yaml')]) {
    expect(fits(parse(readFileSync(file, 'utf8'))), JSON.stringify(fits.errors)).toBe(true);
  }
  expect(fits({ idle: { graceSeconds: 5 } })).toBe(false);
  expect(fits({ devices: [{ id: 'a', kind: 'scanner', display: {} }] })).toBe(false);
  expect(fits({ colour: 'red' })).toBe(false);
});

function lineOf(file: string, part: string): number {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(part)) + 1
  );
}
