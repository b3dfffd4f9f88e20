import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deviceSettingsSchema, type DeviceState } from '#contract/devices.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { FakeDeviceHost } from '../../../tests/support/fake-device-host.ts';
import { noDeviceMemory } from '../../../tests/support/no-device-memory.ts';
import {
  coreItem,
  startOfflineCore,
  submitTo,
  type TerminalCore,
} from '../../../tests/support/terminal-core.ts';
import { expectOk, newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createDevices, type Devices } from '../devices/devices.ts';
import { FRESH_PRINT_MS } from '../intake/open-intake.ts';
import { createPrintQueue } from './print-queue.ts';

const DAY_MS = 86_400_000;
const nearEnd: DeviceState = { state: 'attention', identity: 'fake', needs: ['paper-near-end'] };

/** A clock whose date is set, by a power cut or by hand, while its timers run on. */
class DatedClock extends SimulatedClock {
  #shiftMs = 0;

  override now(): number {
    return super.now() + this.#shiftMs;
  }

  leap(ms: number): void {
    this.#shiftMs += ms;
  }
}

let dataDir: string;
let clock: DatedClock;
let core: TerminalCore;
let host: FakeDeviceHost;
let devices: Devices;

beforeEach(async () => {
  dataDir = newDataDir();
  clock = new DatedClock();
  core = startOfflineCore({
    dataDir,
    masterKey: randomBytes(32),
    clock,
    atEndOfTurn: (end) => queueMicrotask(end),
  });
  host = new FakeDeviceHost();
  devices = createDevices({
    settings: [
      deviceSettingsSchema.parse({
        id: 'printer',
        kind: 'receipt-printer',
        channel: 'tcp:127.0.0.1:1',
        baudRate: 115_200,
        profile: 'generic-80',
        enabled: true,
      }),
    ],
    spawn: () => host,
    clock,
    log: () => undefined,
    newId: core.newId,
    ...noDeviceMemory,
  });
  await clock.advance(0);
});

afterEach(async () => {
  devices.close();
  await core.forwarder.stop();
  core.store.close();
  removeDataDir(dataDir);
});

/** What a restarted terminal does once its printer is there. */
async function feed(): Promise<void> {
  createPrintQueue({ jobs: core.printJobs, devices, log: () => undefined, onChange: () => undefined }).kick();
  await clock.advance(0);
}

async function queued(): Promise<string> {
  const applicationId = core.newId();
  expectOk(await submitTo(core, coreItem(), applicationId, ''));
  return applicationId;
}

const endOf = (applicationId: string) => core.printJobs.latest(applicationId)?.state;
const nobodysAnyMore = { state: 'failed', fault: { code: 'device.not-ready' } };

it('a slip that was queued when the terminal ended comes out in the minutes behind it', async () => {
  const first = await queued();
  clock.leap(FRESH_PRINT_MS - 1_000);
  expectOk(core.printJobs.recover());
  host.setState('printer', nearEnd);
  await feed();
  expect(endOf(first)).toEqual({ state: 'printed' });
});

it('a slip that was fresh at the start does not come out days later, in front of the next resident', async () => {
  const first = await queued();
  clock.leap(60_000);
  expectOk(core.printJobs.recover());
  clock.leap(3 * DAY_MS);
  const second = await queued();
  await feed();
  expect(endOf(first)).toEqual(nobodysAnyMore);
  expect(endOf(second)).toEqual({ state: 'printed' });
  expect(host.printed).toHaveLength(1);
});

it.each([
  ['1970', -DAY_MS * 365 * 50],
  ['an hour ago', -3_600_000],
])('a slip from before a clock that says %s is no fresh one', async (_, ms) => {
  const first = await queued();
  clock.leap(ms);
  expectOk(core.printJobs.recover());
  expect(endOf(first)).toEqual(nobodysAnyMore);
  await feed();
  expect(host.printed).toEqual([]);
});

it('a slip that was given up so is printed when somebody asks for it, as a copy', async () => {
  const first = await queued();
  clock.leap(DAY_MS);
  expectOk(core.printJobs.recover());
  expectOk(core.printJobs.addCopy(first, { actor: 'resident' }));
  await feed();
  expect(endOf(first)).toEqual({ state: 'printed' });
  expect(core.printJobs.latest(first)).toMatchObject({ isCopy: true });
  expect(JSON.stringify(host.printed)).toContain('补打');
});

it('a slip of no application that was given up so is erased', async () => {
  const document = receiptDocumentSchema.parse({ nodes: [{ type: 'text', text: '办理进度' }] });
  const added = core.printJobs.addLoose(document);
  if (!added.ok) throw new Error(added.fault.code);
  clock.leap(DAY_MS);
  await feed();
  expect(core.printJobs.stateOf(added.value)).toEqual(nobodysAnyMore);
  const row = core.store.sql('SELECT sealed_document AS slip FROM print_job').get();
  expect(row).toEqual({ slip: null });
});

it('a slip that is being printed may take its time, and the one behind it is fresh when its turn comes', async () => {
  host.outcome = null;
  const first = await queued();
  const queue = createPrintQueue({
    jobs: core.printJobs,
    devices,
    log: () => undefined,
    onChange: () => undefined,
  });
  queue.kick();
  const second = await queued();
  // As long as a refill may take with all its doubts.
  await clock.advance(110_000);
  queue.kick();
  expect(endOf(first)).toEqual({ state: 'printing' });
  expect(endOf(second)).toEqual({ state: 'queued' });
  host.emit({
    type: 'print-ended',
    jobId: host.printed[0]?.jobId ?? '',
    outcome: { end: 'printed', proof: 'process-id' },
  });
  await clock.advance(0);
  expect(endOf(first)).toEqual({ state: 'printed' });
  expect(endOf(second)).toEqual({ state: 'printing' });
});

it('says of a terminal that ended in the middle of a slip that it did', async () => {
  const first = await queued();
  expect(core.printJobs.recover()).toEqual({ ok: true, value: { wasPrinting: false } });
  expectOk(core.printJobs.takeNext());
  expect(core.printJobs.recover()).toEqual({ ok: true, value: { wasPrinting: true } });
  expect(endOf(first)).toMatchObject({ state: 'unknown', fault: { code: 'printer.unconfirmed' } });
});
