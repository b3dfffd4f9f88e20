import { beforeEach, describe, expect, it } from 'vitest';
import type { IdentityDocument } from '#contract/identity.ts';
import { fault, type FaultCode } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { CardReader } from './driver.ts';
import { SAM_V } from './profiles.ts';
import { baudRates } from './protocol.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from './simulator.ts';
import { syntheticPerson } from './synthetic-people.ts';

const ZHANG = syntheticPerson('zhang-jianguo');
const ADDRESS = '测试省示范市二街2号';

let clock: SimulatedClock;
let simulator: CardReaderSimulator;
let line: MemoryLine;
let reader: CardReader;
let cards: IdentityDocument[];

beforeEach(async () => {
  clock = new SimulatedClock();
  simulator = new CardReaderSimulator({
    clock,
    samId: EXAMPLE_SAM_ID,
    baudRate: 115_200,
    habits: FRANK_MODULE,
  });
  line = new MemoryLine(simulator, clock);
  cards = [];
  reader = new CardReader({
    clock,
    open: line.open,
    profile: SAM_V,
    onStatus: () => undefined,
    onCard: (document) => cards.push(document),
    onCardFault: () => undefined,
  });
  reader.start();
  await clock.advance(200);
  expect(reader.status.state).toBe('ready');
});

async function readWatched(addedAddresses: readonly string[]): Promise<void> {
  simulator.placeCardWith(ZHANG, { addedAddresses, fingerprintBytes: 0 });
  reader.watch(true);
  await clock.advance(1_000);
  expect(cards).toEqual([ZHANG]);
}

async function settled<T>(asked: Promise<Result<T>>): Promise<Result<T>> {
  await clock.advance(5_000);
  return asked;
}

function codeOf(result: Result<unknown>): FaultCode | null {
  return result.ok ? null : result.fault.code;
}

describe('added addresses of the card that lies there', () => {
  it('are given, and are none for most cards', async () => {
    await readWatched([ADDRESS]);
    expect(await settled(reader.readAddedAddresses())).toEqual({ ok: true, value: [ADDRESS] });
    simulator.placeCard(ZHANG);
    await clock.advance(1_000);
    expect(await settled(reader.readAddedAddresses())).toEqual({ ok: true, value: [] });
  });

  it('are refused when no card was selected', async () => {
    expect(codeOf(await settled(reader.readAddedAddresses()))).toBe('device.refused');
  });

  it.each([
    ['silent', 'device.silent'],
    ['wrong-checksum', 'device.garbled'],
    ['half-frame', 'device.garbled'],
    ['frame-too-long', 'device.frame-too-long'],
  ] as const)('end as a fault when the answer is %s', async (kind, code) => {
    await readWatched([ADDRESS]);
    reader.watch(false);
    simulator.setFault({ kind, during: 'read' });
    const result = await settled(reader.readAddedAddresses());
    expect(codeOf(result)).toBe(code);
    expect(JSON.stringify(result)).not.toContain(ADDRESS);
  });
});

describe('manage info', () => {
  it('is 28 bytes of the card that lies there', async () => {
    await readWatched([]);
    const info = await settled(reader.readManageInfo());
    expect(info.ok && info.value).toHaveLength(28);
  });
});

describe('a card read with its fingerprint block', () => {
  it.each([1024, 512, 0])('of %i bytes', async (fingerprintBytes) => {
    simulator.placeCardWith(ZHANG, { addedAddresses: [], fingerprintBytes });
    const read = await settled(reader.readWithFingerprint());
    expect(read.ok && read.value.document).toEqual(ZHANG);
    expect(read.ok && read.value.fingerprint).toHaveLength(fingerprintBytes);
    expect(simulator.requestCount('3001')).toBe(0);
  });

  it('is a failed read when no card lies there', async () => {
    expect(codeOf(await settled(reader.readWithFingerprint()))).toBe('card.read-failed');
  });

  it('is never read by a watch', async () => {
    await readWatched([]);
    expect(simulator.requestCount('3010')).toBe(0);
  });

  it('ends at once when the line is unplugged in the middle', async () => {
    simulator.placeCardWith(ZHANG, { addedAddresses: [], fingerprintBytes: 1024 });
    const asked = reader.readWithFingerprint();
    await clock.advance(50);
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(codeOf(await asked)).toBe('device.lost');
  });
});

describe('a technician’s commands', () => {
  it('reset the module, which then finds the card that lies there again', async () => {
    simulator.placeCard(ZHANG);
    expect((await settled(reader.readWithFingerprint())).ok).toBe(true);
    expect(codeOf(await settled(reader.readWithFingerprint()))).toBe('card.read-failed');
    expect(await settled(reader.resetModule())).toEqual({ ok: true, value: undefined });
    expect((await settled(reader.readWithFingerprint())).ok).toBe(true);
  });

  it.each(baudRates)('set the rate %i', async (baudRate) => {
    expect((await settled(reader.setBaud(baudRate))).ok).toBe(true);
    expect(simulator.askedBaudRate).toBe(baudRate);
  });

  it.each([0x50, 0x58] as const)('set the size %i of an exchange with the card', async (maxRfBytes) => {
    expect((await settled(reader.setMaxRf(maxRfBytes))).ok).toBe(true);
    expect(simulator.askedMaxRfBytes).toBe(maxRfBytes);
  });

  it('are refused by a module that is not authorised, and the status says which', async () => {
    simulator.setFault({ kind: 'module-unauthorised', during: 'any' });
    expect(await settled(reader.resetModule())).toEqual({
      ok: false,
      fault: { code: 'device.refused', detail: 'status 66: the module is not authorised' },
    });
  });

  it('need a reader that is there', async () => {
    await reader.disable();
    expect(codeOf(await settled(reader.resetModule()))).toBe('device.disabled');
  });
});
