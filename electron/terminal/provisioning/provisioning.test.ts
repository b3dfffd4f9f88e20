import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import type { DeviceKind } from '#contract/devices.ts';
import type { ReadinessItem } from '#contract/provisioning.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { FakeDeviceHost } from '../../../tests/support/fake-device-host.ts';
import { systemRandomBytes } from '../system-ports.ts';
import { readBare } from './own-config.ts';
import { progressFile } from './progress.ts';
import { startProvisioning, type Provisioning } from './provisioning.ts';

let dataDir: string;
let host: FakeDeviceHost;
let provisioning: Provisioning;
let logged: string[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-provisioning-'));
  const places = { bare: join(dataDir, 'station.yaml'), own: join(dataDir, 'terminal.yaml') };
  // Ports of the loopback at which nobody listens; the devices are the test's own.
  const parts = { cardReaderPort: 9, printerPort: 10, displayPort: 11, platformUrl: 'http://127.0.0.1:9' };
  writeFileSync(places.bare, demoConfig(parts));
  const read = readBare(places);
  if (!read.ok) throw new Error(JSON.stringify(read.fault));
  host = new FakeDeviceHost();
  logged = [];
  provisioning = startProvisioning({
    bare: read.value,
    places,
    dataDir,
    masterKey: systemRandomBytes(32),
    clock: new SimulatedClock(),
    randomBytes: systemRandomBytes,
    buildMs: 0,
    spawnDeviceHost: () => host,
    log: ({ event }) => logged.push(event),
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

const waitsFor = () => provisioning.snapshot().underWay?.waitsFor;

function deviceOf(kind: DeviceKind) {
  const device = provisioning.snapshot().devices.find((each) => each.kind === kind);
  if (device === undefined) throw new Error(`there is no ${kind}`);
  return device;
}

async function displaySeen(): Promise<void> {
  const display = deviceOf('queue-display');
  provisioning.do({ do: 'identify', device: display.id });
  await expect.poll(waitsFor).toBe('display-seen');
  provisioning.do({ do: 'saw-display', window: display.window });
  await provisioning.settled();
}

/** The printer is identified, and what is printed from now on ends with `endPrint`. */
async function slowPrinter(): Promise<void> {
  provisioning.do({ do: 'identify', device: deviceOf('receipt-printer').id });
  await expect.poll(waitsFor).toBe('print-seen');
  provisioning.do({ do: 'saw-print', seen: true });
  host.outcome = null;
}

function endPrint(): void {
  const jobId = host.printed.at(-1)?.jobId ?? '';
  host.emit({ type: 'print-ended', jobId, outcome: { end: 'printed', proof: 'in-order-status' } });
}

/** The number on the displays has been seen, and their line is slow: none is dark yet. */
async function displaysGoingDark(): Promise<void> {
  await displaySeen();
  provisioning.do({ do: 'test', test: 'display' });
  await expect.poll(waitsFor).toBe('display-seen');
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

test('what was said of displays that cannot be kept on a full disk is said to be lost, ends nobody and holds up nothing; it is kept with the next step that is', async () => {
  await displaysGoingDark();
  rmSync(dataDir, { recursive: true });
  writeFileSync(dataDir, 'no folder any more');
  host.endShows();
  await provisioning.settled();
  expect(logged).toEqual(['provisioning.failed']);
  expect(provisioning.snapshot()).toMatchObject({ underWay: null, notKept: { code: 'store.failed' } });
  expect(provisioning.do({ do: 'check-network' })).toBe('done');
  await provisioning.settled();
  // As it stands on the page it is not on the disk: the word stays until it is.
  expect(state('display')).toBe('green');
  expect(provisioning.do({ do: 'go', step: 'sound' })).toBe('done');
  expect(provisioning.snapshot().notKept).not.toBeNull();
  rmSync(dataDir);
  expect(provisioning.do({ do: 'go', step: 'camera' })).toBe('done');
  expect(provisioning.snapshot().notKept).toBeNull();
  expect(progressFile(dataDir).read().results).toContainEqual(
    expect.objectContaining({ item: 'display', device: null, state: 'green' }),
  );
});

test('a page that is printed when whoever began it has gone on is asked about by nobody', async () => {
  await slowPrinter();
  const before = host.printed.length;
  provisioning.do({ do: 'test', test: 'printer' });
  await expect.poll(() => host.printed.length).toBe(before + 1);
  provisioning.do({ do: 'go', step: 'camera' });
  expect(provisioning.snapshot().underWay).not.toBeNull();
  endPrint();
  await provisioning.settled();
  expect(provisioning.snapshot().underWay).toBeNull();
});

test('displays that are lit when whoever began it has gone on go dark again', async () => {
  await displaySeen();
  host.heldShows = [];
  provisioning.do({ do: 'test', test: 'display' });
  await expect.poll(() => host.heldShows?.length).toBe(1);
  provisioning.do({ do: 'go', step: 'camera' });
  host.endShows();
  await provisioning.settled();
  expect(host.shown.at(-1)?.content).toBeNull();
  expect(provisioning.snapshot().underWay).toBeNull();
});

test('no card, code or slip is waited for when whoever began it has gone on at once', async () => {
  provisioning.do({ do: 'terminal', region: '999901', station: '001', number: '01' });
  for (const command of [
    { do: 'test', test: 'card' },
    { do: 'scan-code', on: true },
    ...provisioning.snapshot().devices.map(({ id }) => ({ do: 'identify', device: id }) as const),
  ] as const) {
    expect(provisioning.do(command)).toBe('done');
    provisioning.do({ do: 'go', step: 'camera' });
    await provisioning.settled();
    expect(provisioning.snapshot().underWay).toBeNull();
  }
  expect(host.printed).toEqual([]);
});

test('a report that is overtaken while it is printed does not come back', async () => {
  await slowPrinter();
  const before = host.printed.length;
  provisioning.do({ do: 'report' });
  await expect.poll(() => host.printed.length).toBe(before + 1);
  expect(provisioning.snapshot().report).not.toBeNull();
  provisioning.do({ do: 'judge', test: 'camera', good: true, fault: null });
  endPrint();
  await provisioning.settled();
  expect(provisioning.snapshot()).toMatchObject({ underWay: null, report: null });
});
