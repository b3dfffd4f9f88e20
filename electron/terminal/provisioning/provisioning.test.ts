import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import type { ReadinessItem } from '#contract/provisioning.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { FakeDeviceHost } from '../../../tests/support/fake-device-host.ts';
import { systemRandomBytes } from '../system-ports.ts';
import { readBare } from './own-config.ts';
import { startProvisioning, type Provisioning } from './provisioning.ts';

let dataDir: string;
let host: FakeDeviceHost;
let provisioning: Provisioning;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-provisioning-'));
  const places = { bare: join(dataDir, 'station.yaml'), own: join(dataDir, 'terminal.yaml') };
  // Ports of the loopback at which nobody listens; the devices are the test's own.
  const parts = { cardReaderPort: 9, printerPort: 10, displayPort: 11, platformUrl: 'http://127.0.0.1:9' };
  writeFileSync(places.bare, demoConfig(parts));
  const read = readBare(places);
  if (!read.ok) throw new Error(JSON.stringify(read.fault));
  host = new FakeDeviceHost();
  provisioning = startProvisioning({
    bare: read.value,
    places,
    dataDir,
    masterKey: systemRandomBytes(32),
    clock: new SimulatedClock(),
    randomBytes: systemRandomBytes,
    buildMs: 0,
    spawnDeviceHost: () => host,
    log: () => undefined,
    by: 'technician',
    onFinished: () => undefined,
  });
  await provisioning.settled();
});
afterEach(() => {
  provisioning.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const state = (item: ReadinessItem) =>
  provisioning.snapshot().lines.find((line) => line.item === item && line.device === null)?.state;

/** The number on the displays has been seen, and their line is slow: none is dark yet. */
async function displaysGoingDark(): Promise<void> {
  const display = provisioning.snapshot().devices.find(({ kind }) => kind === 'queue-display');
  if (display === undefined) throw new Error('there is no display');
  provisioning.do({ do: 'identify', device: display.id });
  await expect.poll(() => provisioning.snapshot().underWay?.waitsFor).toBe('display-seen');
  provisioning.do({ do: 'saw-display', window: display.window });
  await provisioning.settled();
  provisioning.do({ do: 'test', test: 'display' });
  await expect.poll(() => provisioning.snapshot().underWay?.waitsFor).toBe('display-seen');
  host.heldShows = [];
  expect(provisioning.do({ do: 'judge', test: 'display', good: true, fault: null })).toBe('done');
  provisioning.do({ do: 'go', step: 'camera' });
}

test('what is said of the camera and the sound stands while the displays of the page before go dark', async () => {
  await displaysGoingDark();
  expect(provisioning.do({ do: 'judge', test: 'camera', good: true, fault: null })).toBe('done');
  expect(provisioning.do({ do: 'judge', test: 'sound', good: true, fault: null })).toBe('done');
  host.endShows();
  await provisioning.settled();
  expect([state('display'), state('sound')]).toEqual(['green', 'green']);
  expect(provisioning.snapshot().underWay).toBeNull();
});

test('a report that is asked for while displays go dark is taken behind them, with what was said of them', async () => {
  await displaysGoingDark();
  expect(provisioning.do({ do: 'report' })).toBe('done');
  expect(provisioning.do({ do: 'test', test: 'printer' })).toBe('busy');
  host.endShows();
  await provisioning.settled();
  expect(provisioning.snapshot()).toMatchObject({
    underWay: null,
    report: { takenAtMs: expect.any(Number) },
  });
  expect(state('display')).toBe('green');
});
