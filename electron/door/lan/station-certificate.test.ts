import { X509Certificate } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#terminal/system-ports.ts';
import { newAuthority } from '../../../tests/support/certificates.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { stationCertificate, type StationCertificate } from './station-certificate.ts';

const DAY_MS = 86_400_000;
let dataDir: string;
let laterByMs: number;

beforeEach(() => {
  dataDir = newDataDir();
  laterByMs = 0;
});
afterEach(() => {
  removeDataDir(dataDir);
});

const clock = { ...systemClock, now: () => systemClock.now() + laterByMs };
const ask = (names: string[], certificate: { certFile: string; keyFile: string } | null = null) =>
  stationCertificate({ names, certificate }, { dataDir, clock, randomBytes });

async function own(...names: string[]): Promise<StationCertificate> {
  return expectValue(await ask(names));
}

it('makes an authority of its own and a certificate for each name, and keeps both', async () => {
  const made = await own('192.168.1.10', 'hub.station');
  const server = new X509Certificate(made.cert);
  expect(server.checkIP('192.168.1.10')).toBe('192.168.1.10');
  expect(server.checkHost('hub.station')).toBe('hub.station');
  expect(server.checkHost('other.station')).toBeUndefined();
  expect(server.ca).toBe(false);
  expect(made.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(statSync(join(dataDir, 'lan', 'authority.key')).mode & 0o777).toBe(0o600);
  expect(await own('192.168.1.10', 'hub.station')).toEqual(made);
});

it('makes another certificate by the same authority for another name, and before the old one ends', async () => {
  const first = await own('192.168.1.10');
  const renamed = await own('192.168.1.11');
  expect(renamed.cert).not.toBe(first.cert);
  expect(renamed.fingerprint).toBe(first.fingerprint);
  laterByMs = 360 * DAY_MS;
  expect(await own('192.168.1.11')).toEqual(renamed);
  laterByMs = 368 * DAY_MS;
  const renewed = await own('192.168.1.11');
  expect(renewed.cert).not.toBe(renamed.cert);
  expect(renewed.fingerprint).toBe(first.fingerprint);
});

it('makes anew what a power cut or a hand has spoilt', async () => {
  const first = await own('192.168.1.10');
  writeFileSync(join(dataDir, 'lan', 'server.key'), '');
  const again = await own('192.168.1.10');
  expect(again.cert).not.toBe(first.cert);
  expect(again.fingerprint).toBe(first.fingerprint);
});

const clockSetTo = (iso: string): void => {
  laterByMs = Date.parse(iso) - systemClock.now();
};
const sayWhy = async (): Promise<string | undefined> => {
  const asked = await ask(['192.168.1.10']);
  return asked.ok ? undefined : `${asked.fault.code}: ${asked.fault.detail ?? ''}`;
};

it('keeps its authority whatever the clock says: nothing is served by a clock that cannot be right, and all goes on behind it', async () => {
  clockSetTo('2026-11-22T00:00:00Z');
  const first = await own('192.168.1.10');
  clockSetTo('1970-01-01T00:00:00Z');
  expect(await sayWhy()).toMatch(/^lan\.certificate-unusable: .*1970.*not in force before Jan {2}1 .* 2026/);
  clockSetTo('2090-01-01T00:00:00Z');
  expect(await sayWhy()).toMatch(/^lan\.certificate-unusable: .*in force until/);
  clockSetTo('2026-11-23T00:00:00Z');
  expect(await own('192.168.1.10')).toEqual(first);
});

it('makes at a first start in 1970 an authority that is good when the clock is put right', async () => {
  clockSetTo('1970-01-01T00:00:00Z');
  expect(await sayWhy()).toContain('lan.certificate-unusable');
  const made = readFileSync(join(dataDir, 'lan', 'authority.pem'), 'utf8');
  clockSetTo('2026-11-22T00:00:00Z');
  expect((await own('192.168.1.10')).fingerprint).toBe(new X509Certificate(made).fingerprint256);
});

it('makes its certificate anew, and not its authority, behind a clock that was years ahead', async () => {
  clockSetTo('2030-01-01T00:00:00Z');
  const ahead = await own('192.168.1.10');
  clockSetTo('2026-11-22T00:00:00Z');
  const now = await own('192.168.1.10');
  expect(now.cert).not.toBe(ahead.cert);
  expect(now.fingerprint).toBe(ahead.fingerprint);
});

it.each(['authority.key', 'authority.pem'])(
  'makes an authority anew whose %s is gone or spoilt, and not one that cannot be read just now',
  async (file) => {
    const path = join(dataDir, 'lan', file);
    const prints = new Set([(await own('192.168.1.10')).fingerprint]);
    rmSync(path);
    prints.add((await own('192.168.1.10')).fingerprint);
    writeFileSync(path, '');
    prints.add((await own('192.168.1.10')).fingerprint);
    expect(prints.size).toBe(3);
    rmSync(path);
    // Reading it fails otherwise than by its absence, as on a failing disk.
    mkdirSync(path);
    expect(await sayWhy()).toContain('lan.certificate-unusable: EISDIR');
  },
);

it('takes the district’s own, and says what is wrong with one that nobody could use', async () => {
  const authority = await newAuthority();
  const files = { certFile: join(dataDir, 'c.pem'), keyFile: join(dataDir, 'k.pem') };
  const put = (issued: { cert: string; key: string }): void => {
    writeFileSync(files.certFile, issued.cert);
    writeFileSync(files.keyFile, issued.key);
  };
  const good = await authority.issue({ name: 'hub.station', validDays: [-1, 30] });
  const other = await authority.issue({ name: 'hub.station', validDays: [-1, 30] });
  put(good);
  expect(await ask(['hub.station'], files)).toMatchObject({ ok: true, value: { authorityFile: null } });
  const said = async (): Promise<string | undefined> => {
    const asked = await ask(['hub.station'], files);
    return asked.ok ? undefined : `${asked.fault.code}: ${asked.fault.detail ?? ''}`;
  };
  put({ cert: good.cert, key: other.key });
  expect(await said()).toBe('lan.certificate-unusable: the key is of another certificate');
  put(await authority.issue({ name: 'hub.station', validDays: [-9, -1] }));
  expect(await said()).toContain('it was in force until');
  put(await authority.issue({ name: 'other.station', validDays: [-1, 30] }));
  expect(await said()).toContain('it is not for hub.station');
  // It would end the process when the door is opened with it.
  put(await authority.issue({ name: 'hub.station', validDays: [-1, 30], weak: true }));
  expect(await said()).toMatch(/^lan\.certificate-unusable: .*key too small/);
  put({ cert: 'x', key: 'y' });
  expect(await said()).toContain('no PEM');
  expect(await ask(['hub.station'], { certFile: '/none', keyFile: '/none' })).toMatchObject({
    fault: { code: 'lan.certificate-unusable' },
  });
});
