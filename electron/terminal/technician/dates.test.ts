import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { coreConfig } from '../../../tests/support/terminal-core.ts';
import { newAuthority } from '../../../tests/support/certificates.ts';
import { withDoor } from '../../../tests/support/signed-in.ts';
import { dateBounds, datesAt, type DatesPorts } from './dates.ts';

const DAY_MS = 86_400_000;
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-dates-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const now = Date.now();
const ports = (): DatesPorts => ({
  config: withDoor(coreConfig(1)),
  dataDir,
  dataKeySinceMs: () => now - DAY_MS,
});
const of = (what: string, atMs = now) => datesAt(atMs, ports()).find((dated) => dated.what === what);

it('tells a door that has no certificate yet, and keys that were never made', () => {
  expect(of('door-certificate')).toMatchObject({
    tone: 'late',
    fault: { code: 'technician.file-unreadable' },
  });
  expect(of('device-key')).toMatchObject({ tone: 'late', sinceMs: null, fault: null });
  expect(of('hub-authority')).toBeUndefined();
});

it('is yellow thirty days before a certificate ends and red seven, behind its end, and before its beginning', async () => {
  const issued = await (await newAuthority()).issue({ name: 'localhost', validDays: [-1, 100] });
  mkdirSync(join(dataDir, 'lan'));
  writeFileSync(join(dataDir, 'lan', 'server.pem'), issued.cert);
  for (const [days, tone] of [
    [0, 'good'],
    [69, 'good'],
    [71, 'soon'],
    [92, 'soon'],
    [94, 'late'],
    [101, 'late'],
    [-5, 'late'],
  ] as const)
    expect([days, of('door-certificate', now + days * DAY_MS)?.tone]).toEqual([days, tone]);
  expect(of('door-certificate')?.name).toContain('CN=');
});

it('is yellow and red with the age of a key', () => {
  mkdirSync(join(dataDir, 'keys'));
  const file = join(dataDir, 'keys', 'identity.json');
  writeFileSync(file, '{}');
  for (const [days, tone] of [
    [1, 'good'],
    [dateBounds.deviceKeySoon + 1, 'soon'],
    [dateBounds.deviceKeyLate + 1, 'late'],
  ] as const) {
    utimesSync(file, new Date(now), new Date(now - days * DAY_MS));
    expect([days, of('device-key')?.tone]).toEqual([days, tone]);
  }
  const { rotateDays } = coreConfig(1).sealing;
  for (const [days, tone] of [
    [rotateDays, 'good'],
    [rotateDays + dateBounds.dataKeySoon + 1, 'soon'],
    [rotateDays + dateBounds.dataKeyLate + 1, 'late'],
  ] as const)
    expect([days, of('data-key', now - DAY_MS + days * DAY_MS)?.tone]).toEqual([days, tone]);
});

it('tells a file that is no certificate, and does not fall over it', () => {
  mkdirSync(join(dataDir, 'lan'));
  writeFileSync(
    join(dataDir, 'lan', 'server.pem'),
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  );
  expect(of('door-certificate')?.fault?.code).toBe('technician.file-unreadable');
});
