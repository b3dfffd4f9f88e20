import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeConfigFault, loadConfig } from './load.ts';

/** The delivered example: a hub over its station over a profile of its hardware. */
const here = import.meta.dirname;
const station = 'example/station.yaml';
const hub = 'example/terminal-01.yaml';
const member = 'example/terminal-02.yaml';
const profile = 'profiles/upright-21.yaml';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-broken-'));
  for (const part of ['example', 'profiles'])
    cpSync(join(here, part), join(folder, part), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the start of `start` says when one line of `file` is written otherwise. */
function saidAfter(
  file: string,
  change: (lines: readonly string[]) => readonly string[],
  start: string,
): string[] {
  const path = join(folder, file);
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, change(whole.split('\n')).join('\n'));
  try {
    const loaded = loadConfig(join(folder, start));
    return loaded.ok
      ? []
      : loaded.fault.map((problem) => describeConfigFault(problem).replaceAll(`${folder}/`, ''));
  } finally {
    writeFileSync(path, whole);
  }
}

/** The 0-based line of each key and list item, by indentation and nothing else: `queue.lines.1.letter`. */
function linesOf(file: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const above: { indent: number; key: string }[] = [];
  const lines = readFileSync(join(here, file), 'utf8').split('\n');
  const note = (indent: number, name: string, at: number) => {
    while ((above.at(-1)?.indent ?? -1) >= indent) above.pop();
    above.push({ indent, key: name });
    found.set(above.map(({ key }) => key).join('.'), at);
  };
  const items = new Map<string, number>();
  lines.forEach((line, at) => {
    const [, spaces = '', dash, name] = /^( *)(- )?(\w+):/.exec(line) ?? [];
    if (name === undefined) return;
    const indent = spaces.length;
    if (dash !== undefined) {
      while ((above.at(-1)?.indent ?? -1) >= indent) above.pop();
      const list = above.map(({ key }) => key).join('.');
      const index = items.get(list) ?? 0;
      items.set(list, index + 1);
      note(indent, String(index), at);
    }
    note(dash === undefined ? indent : indent + 2, name, at);
  });
  return found;
}

function lineOf(file: string, key: string): number {
  const at = linesOf(file).get(key);
  if (at === undefined) throw new Error(`${key} does not stand in ${file}`);
  return at;
}

type Code = 'wrong-type' | 'wrong-value' | 'unknown-key' | 'missing-key' | 'syntax';
type Row = readonly [
  file: string,
  key: string,
  bad: string,
  code: Code,
  expected: string | RegExp,
  /** Where it is told, when what is wrong is not this key alone. */
  told?: readonly [file: string, key: string],
];

const whole = (least: number, most: number) => `expected a whole number, ${least} to ${most}`;
const number = (least: number, most: number) => `expected a number, ${least} to ${most}`;
const quoted = 'expected text: put it in quotation marks';

/** Whole numbers: one too little, one too much, a fraction, words, and what only looks like one. */
function integers(file: string, key: string, least: number, most: number): Row[] {
  return [
    [file, key, String(least - 1), 'wrong-value', whole(least, most)],
    [file, key, String(most + 1), 'wrong-value', whole(least, most)],
    [file, key, `${least}.5`, 'wrong-type', whole(least, most)],
    [file, key, 'many', 'wrong-type', whole(least, most)],
    [file, key, `"${least}"`, 'wrong-type', whole(least, most)],
  ];
}

const rows: readonly Row[] = [
  ...integers(station, 'idle.warnAfterSeconds', 20, 900),
  ...integers(station, 'idle.graceSeconds', 20, 120),
  ...integers(station, 'platform.timeoutSeconds', 1, 120),
  ...integers(station, 'platform.checkSeconds', 1, 600),
  ...integers(station, 'forwarding.concurrency', 1, 32),
  ...integers(station, 'sealing.rotateDays', 1, 3650),
  ...integers(station, 'storage.reserveMb', 10, 100_000),
  ...integers(station, 'retention.payloadDays', 0, 365),
  ...integers(station, 'queue.priorityInARow', 1, 10),
  ...integers(station, 'queue.raiseEveryMinutes', 5, 240),
  ...integers(station, 'queue.recallEverySeconds', 5, 120),
  ...integers(station, 'queue.mostRecalls', 1, 10),
  ...integers(station, 'queue.keepDays', 1, 3650),
  ...integers(hub, 'lan.port', 0, 65_535),
  ...integers(hub, 'lan.idleMinutes', 5, 720),
  ...integers(hub, 'lan.longestHours', 1, 24),
  ...integers(profile, 'camera.widthPx', 640, 8000),
  ...integers(profile, 'camera.heightPx', 480, 8000),
  [station, 'forwarding.backoffBaseSeconds', '0', 'wrong-value', number(0.1, 60)],
  [station, 'forwarding.backoffBaseSeconds', '.inf', 'wrong-type', number(0.1, 60)],
  [station, 'forwarding.backoffBaseSeconds', '.nan', 'wrong-type', number(0.1, 60)],
  [station, 'forwarding.backoffCapSeconds', '3601', 'wrong-value', number(1, 3600)],
  [station, 'forwarding.backoffCapSeconds', '5 minutes', 'wrong-type', number(1, 3600)],
  [station, 'queue.board.widthMm', '99', 'wrong-value', number(100, 5000)],
  [station, 'queue.board.heightMm', '68 cm', 'wrong-type', number(100, 5000)],
  [station, 'queue.board.readFromMetres', '31', 'wrong-value', number(1, 30)],
  [station, 'queue.board.readFromMetres', '-8', 'wrong-value', number(1, 30)],

  // YAML takes 001 for the number 1: what has leading zeros is written in quotation marks.
  [hub, 'terminal.region', '999901', 'wrong-type', quoted],
  [hub, 'terminal.station', '001', 'wrong-type', quoted],
  [hub, 'terminal.number', '01', 'wrong-type', quoted],
  [station, 'station.phone', '12345', 'wrong-type', quoted],
  [station, 'station.phone', 'true', 'wrong-type', quoted],
  [hub, 'terminal.region', '"99990"', 'wrong-value', 'expected six digits (GB/T 2260)'],
  [hub, 'terminal.region', '"九九九九〇一"', 'wrong-value', 'expected six digits (GB/T 2260)'],
  [hub, 'terminal.station', '"1"', 'wrong-value', 'expected three digits'],
  [hub, 'terminal.station', '"00a"', 'wrong-value', 'expected three digits'],
  [hub, 'terminal.number', '"1"', 'wrong-value', 'expected two digits'],
  [hub, 'terminal.number', 'null', 'wrong-type', 'expected text such as "01"'],
  [hub, 'terminal.number', '', 'wrong-type', 'expected text such as "01"'],
  [hub, 'terminal.id', '和平一号', 'wrong-value', 'expected text such as 999901-001-01'],
  [hub, 'terminal.id', 'a b', 'wrong-value', 'expected text such as 999901-001-01'],
  [hub, 'terminal.id', '[x]', 'wrong-type', 'expected text such as 999901-001-01'],
  [hub, 'terminal.id', '{ a: 1 }', 'wrong-type', 'expected text such as 999901-001-01'],

  [station, 'station.name.zh', '""', 'wrong-value', 'expected text, at most 2000 characters'],
  [station, 'station.name.en', '7', 'wrong-type', quoted],
  [station, 'station.helpDesk.zh', 'null', 'wrong-type', 'expected text'],
  [station, 'station.phone', `"${'1'.repeat(41)}"`, 'wrong-value', 'expected text, at most 40 characters'],
  [station, 'station.area.street', '[]', 'wrong-type', 'expected text'],
  [station, 'station.area.communities', '和平社区', 'wrong-type', 'expected a list, at most 40'],
  [station, 'timeZone', 'Beijing', 'wrong-value', 'expected an IANA time zone such as Asia/Shanghai'],
  [station, 'timeZone', 'UTC+8', 'wrong-value', 'expected an IANA time zone such as Asia/Shanghai'],
  [station, 'timeZone', '8', 'wrong-type', quoted],
  [station, 'languages', '[]', 'wrong-value', 'expected a list, at least 1 of zh or en or ug'],
  [station, 'languages', '[zh, zh]', 'wrong-value', 'expected each language once'],
  [station, 'languages', 'zh', 'wrong-type', 'expected a list, at least 1 of zh or en or ug'],
  [station, 'languages', '[zh, de]', 'wrong-value', 'expected zh or en or ug'],
  [station, 'platform.url', 'platform.example', 'wrong-value', 'expected an http:// or https:// address'],
  [
    station,
    'platform.url',
    'ftp://platform.example',
    'wrong-value',
    'expected an http:// or https:// address',
  ],
  [station, 'platform.url', 'https://', 'wrong-value', 'expected an http:// or https:// address'],
  [
    station,
    'platform.url',
    'https://me:secret@platform.example',
    'wrong-value',
    'secrets are never in this file',
  ],
  [station, 'platform.caFile', '""', 'wrong-value', 'expected a whole path'],
  [station, 'platform.caFile', 'platform-ca.pem', 'wrong-value', 'expected a whole path'],
  [station, 'platform.caFile', './platform-ca.pem', 'wrong-value', 'expected a whole path'],
  [station, 'platform.caFile', 'D:platform-ca.pem', 'wrong-value', 'expected a whole path'],
  [station, 'platform.caFile', '"D:/\\temp"', 'wrong-value', 'expected a whole path'],
  [station, 'storage.backupDir', '"D:\\backup"', 'wrong-value', 'expected a whole path'],
  [station, 'storage.backupDir', '"/srv\\new"', 'wrong-value', 'expected a whole path'],
  [station, 'platform.caFile', 'false', 'wrong-type', quoted],
  [station, 'sealing.suite', 'aes', 'wrong-value', 'expected aes-256-gcm or sm4-cbc-hmac-sm3'],
  [station, 'sealing.suite', 'AES-256-GCM', 'wrong-value', 'expected aes-256-gcm or sm4-cbc-hmac-sm3'],
  [station, 'storage.backupDir', '""', 'wrong-value', 'expected a whole path'],
  [station, 'storage.backupDir', '[]', 'wrong-type', 'expected text such as /srv/yizhan-backup'],

  [hub, 'lan.host', 'localhost', 'wrong-value', 'expected an IPv4 address of this machine, or 0.0.0.0'],
  [hub, 'lan.host', '999.1.1.1', 'wrong-value', 'expected an IPv4 address of this machine, or 0.0.0.0'],
  [hub, 'lan.names', '[]', 'wrong-value', 'expected a list, at least 1, at most 8'],
  [
    hub,
    'lan.names',
    '[Kiosk-01]',
    'wrong-value',
    'expected a name or an IPv4 address in small letters, without port',
  ],
  [hub, 'lan.names', '[kiosk:8443]', 'wrong-value', 'without port'],
  [hub, 'lan.names', '["https://kiosk"]', 'wrong-value', 'without port'],
  [hub, 'lan.certificate.certFile', '""', 'wrong-value', 'expected a whole path'],
  [hub, 'lan.certificate.keyFile', '7', 'wrong-type', quoted],

  [station, 'queue.lines.0.letter', 'I', 'wrong-value', 'expected a letter other than I and O'],
  [station, 'queue.lines.0.letter', 'a', 'wrong-value', 'expected a letter other than I and O'],
  [station, 'queue.lines.0.letter', '1', 'wrong-type', quoted],
  [station, 'queue.lines.1.items', 'elderly-allowance', 'wrong-type', 'expected a list, at most 500'],
  [station, 'queue.lines.1.items', '[高龄津贴]', 'wrong-value', /expected/],
  [station, 'queue.windows.0.window', '1', 'wrong-type', quoted],
  [station, 'queue.windows.0.lines', '[]', 'wrong-value', 'expected a list, at least 1'],
  [station, 'queue.hours.0.from', '8:30', 'wrong-value', 'expected text such as "08:30"'],
  [station, 'queue.hours.0.to', '"08:30"', 'wrong-value', 'expected a time of day behind from'],
  [station, 'queue.hours.0.to', '"07:00"', 'wrong-value', 'expected a time of day behind from'],
  [station, 'queue.windows.1.lines', '[A, C]', 'wrong-value', 'expected the letter of one of queue.lines'],
  [station, 'queue.hours.0.to', '"24:00"', 'wrong-value', 'expected text such as "12:00"'],
  [station, 'queue.hours.0.weekdays', '[0]', 'wrong-value', whole(1, 7)],
  [station, 'queue.hours.0.weekdays', '[Monday]', 'wrong-type', whole(1, 7)],
  [station, 'queue.hours.0.closedOn', '["2026-02-30"]', 'wrong-value', 'expected a day such as 2026-10-01'],
  [station, 'queue.hours.0.openOn', '["10.10.2026"]', 'wrong-value', 'expected a day such as 2026-10-01'],
  [
    station,
    'queue.blocks.0.from',
    '900',
    'wrong-value',
    'expected a block that ends behind its beginning',
    [station, 'queue.blocks.0'],
  ],
  [station, 'queue.blocks.0.to', '1000', 'wrong-value', whole(1, 999)],
  [station, 'queue.blocks.0.terminal', '02', 'wrong-type', quoted],

  [profile, 'camera.facing', 'front', 'wrong-value', 'expected user or environment or null'],
  [profile, 'camera.label', '""', 'wrong-value', 'expected text, at most 100 characters or null'],
  [
    profile,
    'devices.0.kind',
    'card-reader',
    'wrong-value',
    'expected id-card-reader or receipt-printer or scanner or queue-display',
  ],
  [
    profile,
    'devices.0.profile',
    'sam-x',
    'wrong-value',
    'expected sam-v or sam-v-manage-info or sam-v-no-presence',
  ],
  [profile, 'devices.1.profile', 'epson', 'wrong-value', 'expected generic-80 or epson-80'],
  [profile, 'devices.2.profile', 'generic-80', 'wrong-value', 'expected newland or register'],
  [
    profile,
    'devices.1.channel',
    'COM3',
    'wrong-value',
    'expected serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port',
  ],
  [
    profile,
    'devices.1.channel',
    'usb:1',
    'wrong-value',
    'expected serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port',
  ],
  [profile, 'devices.1.channel', 'tcp:192.168.1.30', 'wrong-value', 'tcp:host:port'],
  [
    profile,
    'devices.1.baudRate',
    '9601',
    'wrong-value',
    'expected 9600 or 19200 or 38400 or 57600 or 115200',
  ],
  [
    profile,
    'devices.1.baudRate',
    'fast',
    'wrong-value',
    'expected 9600 or 19200 or 38400 or 57600 or 115200',
  ],
  [profile, 'devices.1.enabled', 'yes', 'wrong-type', 'expected true or false'],
  [profile, 'devices.1.enabled', '1', 'wrong-type', 'expected true or false'],
  [profile, 'devices.1.id', 'Printer', 'wrong-value', 'expected text such as card-reader'],
  // The terminal's own reader joins the profile's by this name, and is nothing without it.
  [hub, 'devices.1.display.screen', '65534', 'wrong-value', whole(0, 65_533)],
  [hub, 'devices.1.display.widthPx', '190', 'wrong-value', 'expected a multiple of 8'],
  [hub, 'devices.1.display.panel', 'rgb', 'wrong-value', 'expected one-colour or red-green'],
  [
    hub,
    'devices.1.display.profile',
    'bx-7',
    'wrong-value',
    'expected bx-5k or bx-5k-yy or bx-6k or bx-6k-yy',
  ],
  [hub, 'devices.1.display.answersCarryScreen', '"true"', 'wrong-type', 'expected true or false'],
  [hub, 'devices.1.display.protocol', 'onbom', 'wrong-value', 'expected onbon or modbus or line or template'],
  [hub, 'devices.1.window', '一', 'wrong-value', 'expected up to eight capital letters and digits'],
  [hub, 'devices.1.window', '1', 'wrong-type', quoted],
  [
    hub,
    'devices.1.channel',
    'serial:/dev/ttyUSB1',
    'wrong-value',
    'expected a value that devices.1.channel does not have already',
  ],
  [
    hub,
    'lan',
    'null',
    'wrong-value',
    'expected lan, the door through which terminal 02 reaches this hub',
    [station, 'queue.blocks'],
  ],
];

const isTold = (
  said: readonly string[],
  place: string,
  key: string,
  code: Code,
  expected: string | RegExp,
) => {
  const one = said.find((line) => line.startsWith(`${place}: ${key}`) && line.endsWith(`(config.${code})`));
  expect(one, said.join('\n') || 'it was taken').toBeDefined();
  if (typeof expected === 'string') expect(one).toContain(expected);
  else expect(one).toMatch(expected);
};

/** In what starts, devices are counted over all files: those of the profile come first. */
const keyAtStart = (file: string, key: string) =>
  file === hub ? key.replace('devices.1', 'devices.3') : key;

/** The line, and what stands below it, written as `text`; without a text both are gone. */
function written(
  file: string,
  key: string,
  text: string | null,
): (lines: readonly string[]) => readonly string[] {
  const at = lineOf(file, key);
  return (lines) => {
    const line = lines[at] ?? '';
    const last = key.split('.').at(-1) ?? '';
    const head = line.slice(0, line.indexOf(`${last}:`));
    const inner = ' '.repeat(head.length + 1);
    const next = lines.findIndex(
      (other, index) => index > at && other.trim() !== '' && !other.startsWith(inner),
    );
    return [
      ...lines.slice(0, at),
      ...(text === null ? [] : [`${head}${last}: ${text}`]),
      ...lines.slice(next),
    ];
  };
}

const changes = rows.map(([file, key, bad, code, expected, told]) => ({
  file,
  key,
  bad,
  code,
  expected,
  told: told ?? ([file, key] as const),
}));

it.each(changes)(
  '$file with $key: $bad stops the start ($code)',
  ({ file, key, bad, code, expected, told }) => {
    const said = saidAfter(file, written(file, key, bad), hub);
    isTold(said, `${told[0]}:${lineOf(...told) + 1}`, keyAtStart(...told), code, expected);
    // The value never stands in the sentence: it may be a secret in the wrong line.
    expect(said.join('\n')).not.toContain('secret@');
  },
);

/** A key that nobody knows, before the first one of its map, and what it was taken for. */
const unknown: readonly (readonly [file: string, before: string, name: string, meant: string])[] = [
  [station, 'station', 'colour', ''],
  [station, 'timeZone', 'timezone', '; did you mean timeZone?'],
  [station, 'timeZone', 'time_zone', '; did you mean timeZone?'],
  [station, 'idle', 'Idle', '; did you mean idle?'],
  [station, 'platform', 'plattform', '; did you mean platform?'],
  [hub, 'extends', 'extend', '; did you mean extends?'],
  [hub, 'lan', 'lans', '; did you mean lan?'],
  [hub, 'terminal', '__proto__', ''],
  [hub, 'terminal', 'constructor', ''],
  [hub, 'terminal.id', 'name', ''],
  [hub, 'terminal.id', 'terminalId', ''],
  [station, 'station.name', 'fax', ''],
  [station, 'station.name.zh', 'de', ''],
  [station, 'station.name.zh', 'cn', ''],
  [station, 'station.address.zh', 'ug', ''],
  [station, 'station.area.region', 'city', ''],
  [station, 'idle.warnAfterSeconds', 'warnAfter', ''],
  [station, 'idle.warnAfterSeconds', 'graceSecond', '; did you mean graceSeconds?'],
  [station, 'platform.url', 'token', ''],
  [station, 'platform.url', 'password', ''],
  [station, 'platform.url', 'urls', '; did you mean url?'],
  [station, 'forwarding.concurrency', 'concurency', '; did you mean concurrency?'],
  [station, 'sealing.suite', 'key', ''],
  [station, 'storage.backupDir', 'backupdir', '; did you mean backupDir?'],
  [station, 'retention.payloadDays', 'days', ''],
  [hub, 'lan.host', 'ports', '; did you mean port?'],
  [hub, 'lan.certificate.certFile', 'passphrase', ''],
  [station, 'queue.lines', 'line', '; did you mean lines?'],
  [station, 'queue.board.widthMm', 'widthCm', '; did you mean widthMm?'],
  [profile, 'camera.label', 'lable', '; did you mean label?'],
  [hub, 'devices.1.display.screen', 'unit', ''],
  [hub, 'devices.1.display.screen', 'volumes', '; did you mean volume?'],
];

it.each(unknown)(
  '%s with a key before %s that nobody knows, %s, stops the start',
  (file, before, name, meant) => {
    const at = lineOf(file, before);
    const said = saidAfter(
      file,
      (lines) => {
        const indent = /^ */.exec(lines[at] ?? '')?.[0] ?? '';
        return [...lines.slice(0, at), `${indent}${name}: x`, ...lines.slice(at)];
      },
      hub,
    );
    const key = keyAtStart(file, [...before.split('.').slice(0, -1), name].join('.'));
    isTold(said, `${file}:${at + 1}`, `${key}: there is no such key here${meant} `, 'unknown-key', '');
  },
);

/** A key that must be there, the line of what it is missed in, and what is expected. */
const missing: readonly (readonly [
  file: string,
  key: string,
  where: readonly [string, string] | string,
  expected: string,
])[] = [
  [hub, 'terminal', hub, 'expected keys below it: id, region, station, number'],
  [hub, 'terminal.id', [hub, 'terminal'], 'expected text such as 999901-001-01'],
  [hub, 'terminal.region', [hub, 'terminal'], 'expected text such as "999901"'],
  [hub, 'terminal.station', [hub, 'terminal'], 'expected text such as "001"'],
  [hub, 'terminal.number', [hub, 'terminal'], 'expected text such as "01"'],
  [station, 'station', hub, 'expected keys below it: name, address'],
  [station, 'station.name', [station, 'station'], 'expected keys below it: zh, en'],
  [station, 'station.name.zh', [station, 'station.name'], 'expected text'],
  [station, 'station.phone', [station, 'station'], 'expected text'],
  [station, 'station.helpDesk.en', [station, 'station.helpDesk'], 'expected text'],
  [station, 'station.area', [station, 'station'], 'expected keys below it: region, street, communities'],
  [station, 'station.area.communities', [station, 'station.area'], 'expected a list, at most 40'],
  [station, 'platform', hub, 'expected keys below it: url'],
  [station, 'platform.url', [station, 'platform'], 'expected an address such as https://platform.example'],
  [hub, 'lan.names', [hub, 'lan'], 'expected a list, at least 1, at most 8'],
  [hub, 'lan.certificate.keyFile', [hub, 'lan.certificate'], 'expected text'],
  [station, 'queue.lines', [station, 'queue'], 'expected a list, at least 1'],
  [station, 'queue.hours.0.to', [station, 'queue.hours.0'], 'expected text such as "12:00"'],
  [profile, 'camera.widthPx', [profile, 'camera'], whole(640, 8000)],
  [profile, 'devices.1.kind', [profile, 'devices.1'], 'expected id-card-reader or receipt-printer'],
  [profile, 'devices.1.baudRate', [profile, 'devices.1'], 'expected 9600 or 19200'],
  [profile, 'devices.2.profile', [profile, 'devices.2'], 'expected newland or register'],
  [hub, 'devices.1.window', [hub, 'devices.1'], 'expected text such as "3" or A'],
  [hub, 'devices.1.display.panel', [hub, 'devices.1.display'], 'expected one-colour or red-green'],
];

it.each(missing)('%s without %s stops the start', (file, key, where, expected) => {
  const place = typeof where === 'string' ? where : `${where[0]}:${lineOf(...where) + 1}`;
  const said = saidAfter(file, written(file, key, null), hub);
  isTold(said, place, `${keyAtStart(file, key)}: this key is missing: `, 'missing-key', expected);
});

it.each([
  ['a tab before a key', '\tcolour: red', 3, 'config.syntax'],
  ['a key twice', 'extends: station.yaml', 3, 'config.syntax'],
  ['a key without a colon', 'colour', 3, 'config.syntax'],
  ['an open bracket', 'languages: [zh', 3, 'config.syntax'],
  ['an open quotation mark', 'timeZone: "Asia/Shanghai', 3, 'config.syntax'],
  ['an alias', 'languages: *other', 3, 'config.syntax'],
  ['a tag', 'languages: !!js/function x', 3, 'config.syntax'],
  ['a map as key', '? { a: 1 }\n: 2', 3, 'config.syntax'],
  ['a second document', '---', 3, 'config.syntax'],
  ['a colon in what is not quoted', 'timeZone: a: b', 3, 'config.syntax'],
])('%s stops the start with the line of it', (_, text, line, code) => {
  const said = saidAfter(hub, (lines) => [...lines.slice(0, 2), text, ...lines.slice(2)], hub);
  expect(said[0]).toMatch(new RegExp(`^${hub}:${line}(:|\\b).*\\(${code}\\)$`));
});

it.each([
  '!hunter2',
  '!!hunter2',
  '!<hunter2>',
  '!h!hunter2 x',
  '!!str/hunter2 [x]',
  '}hunter2',
  ']hunter2',
  '|hunter2',
  '>hunter2',
  '%hunter2',
  '@hunter2',
  '*hunter2',
  '"\\xhunter2"',
  '"hunter2',
  '[hunter2',
  'a: hunter2',
  'x\n%hunter2',
  'x\n---\n%hunter2',
])('a password: %s in the wrong line stays out of the sentences', (value) => {
  const said = saidAfter(
    hub,
    (lines) => [...lines.slice(0, 2), `password: ${value}`, ...lines.slice(2)],
    hub,
  );
  expect(said.length).toBeGreaterThan(0);
  expect(said.join('\n')).not.toContain('hunter2');
});

it('of a file with thousands of mistakes the first fifty are told', () => {
  const twice = Array.from({ length: 3_000 }, () => 'a: 1');
  expect(saidAfter(hub, (lines) => [...lines, ...twice], hub)).toHaveLength(50);
  const nobodyKnows = Array.from({ length: 3_000 }, (_, index) => `k${index}: 1`);
  expect(saidAfter(hub, (lines) => [...lines, ...nobodyKnows], hub)).toHaveLength(50);
});

it('the member is as whole as the hub, and without its block it does not start', () => {
  expect(saidAfter(member, (lines) => lines, member)).toEqual([]);
  const said = saidAfter(station, written(station, 'queue.blocks', '[]'), member);
  isTold(
    said,
    `${station}:${lineOf(station, 'queue.blocks') + 1}`,
    'queue.blocks',
    'wrong-value',
    'expected a block of terminal 02',
  );
});

it('there are two hundred of them', () => {
  expect(rows.length + unknown.length + missing.length).toBeGreaterThanOrEqual(200);
});
