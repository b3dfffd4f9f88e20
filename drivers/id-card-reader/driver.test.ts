import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { CardReader, cardReaderDelays } from './driver.ts';
import { SAM_V } from './profiles.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE, type CardReaderFaultKind } from './simulator.ts';
import { syntheticPerson } from './synthetic-people.ts';

const ZHANG = syntheticPerson('zhang-jianguo');
const LI = syntheticPerson('li-xiumei');
const POLL_MS = cardReaderDelays.pollMs;

let clock: SimulatedClock;
let simulator: CardReaderSimulator;
let line: MemoryLine;
let reader: CardReader;
let states: DeviceState[];
let cards: IdentityDocument[];
let faults: Fault[];

beforeEach(() => {
  clock = new SimulatedClock();
  simulator = new CardReaderSimulator({
    clock,
    samId: EXAMPLE_SAM_ID,
    baudRate: 115_200,
    habits: FRANK_MODULE,
  });
  line = new MemoryLine(simulator, clock);
  states = [];
  cards = [];
  faults = [];
  reader = new CardReader({
    clock,
    open: line.open,
    profile: SAM_V,
    onStatus: (status) => states.push(status),
    onCard: (document) => cards.push(document),
    onCardFault: (reason) => faults.push(reason),
  });
});

async function makeReady(): Promise<void> {
  reader.start();
  await clock.advance(200);
  expect(reader.status.state).toBe('ready');
}

describe('a card reader that works', () => {
  it('is ready once it has answered by its SAM id', async () => {
    await makeReady();
    expect(states.map((status) => status.state)).toEqual(['opening', 'identifying', 'ready']);
    expect(reader.status).toEqual({ state: 'ready', identity: '05.01-20110511-0123456789-0987654321' });
  });

  it('looks for cards only while it is watched', async () => {
    await makeReady();
    const atStart = simulator.requestCount('2001');
    simulator.placeCard(ZHANG);
    await clock.advance(60_000);
    expect(simulator.requestCount('2001')).toBe(atStart);
    expect(simulator.requestCount('3001')).toBe(0);
    reader.watch(true);
    await clock.advance(1_000);
    expect(cards).toEqual([ZHANG]);
    reader.watch(false);
    simulator.takeCard();
    await clock.advance(60_000);
    const finds = simulator.requestCount('2001');
    simulator.placeCard(LI);
    await clock.advance(60_000);
    expect(simulator.requestCount('2001')).toBe(finds);
  });

  it('reads a card within one poll and the time its bytes take on the wire', async () => {
    await makeReady();
    reader.watch(true);
    await clock.advance(2_000);
    simulator.placeCard(LI);
    await clock.advance(POLL_MS + 160);
    expect(cards).toEqual([LI]);
  });

  it('reads every card in the order find, select, read', async () => {
    await makeReady();
    line.written.length = 0;
    simulator.placeCard(ZHANG);
    reader.watch(true);
    await clock.advance(300);
    expect(line.written.slice(0, 3).map((bytes) => `${bytes[7]},${bytes[8]}`)).toEqual([
      '32,1',
      '32,2',
      '48,1',
    ]);
  });

  it('does not report the same card again until it is watched anew', async () => {
    await makeReady();
    reader.watch(true);
    for (let turn = 0; turn < 3; turn += 1) {
      simulator.placeCard(ZHANG);
      await clock.advance(1_000);
      simulator.takeCard();
      await clock.advance(1_000);
    }
    expect(cards).toEqual([ZHANG]);
    simulator.placeCard(LI);
    await clock.advance(1_000);
    expect(cards).toEqual([ZHANG, LI]);
    reader.watch(false);
    reader.watch(true);
    simulator.placeCard(LI);
    await clock.advance(1_000);
    expect(cards).toEqual([ZHANG, LI, LI]);
  });

  it('reads a card whose bytes come one at a time', async () => {
    await makeReady();
    simulator.setFault({ kind: 'slow-bytes', during: 'read' });
    simulator.placeCard(ZHANG);
    reader.watch(true);
    await clock.advance(4_000);
    expect(cards).toEqual([ZHANG]);
  });

  it('gives a name with a surrogate pair whole', async () => {
    await makeReady();
    simulator.placeCard(syntheticPerson('rare-name'));
    reader.watch(true);
    await clock.advance(1_000);
    expect(cards[0]?.name).toBe('𠮷㛃犇');
  });
});

describe('a card that cannot be read gets its own fault, once', () => {
  it.each([
    ['wrong-checksum', 'device.garbled'],
    ['garbage', 'device.garbled'],
    ['half-frame', 'device.garbled'],
    ['frame-too-long', 'device.frame-too-long'],
    ['length-past-limit', 'device.frame-too-long'],
    ['silent', 'device.silent'],
    ['not-an-id-card', 'card.not-id-card'],
    ['suspicious-card', 'card.suspicious'],
    ['card-pulled', 'card.read-failed'],
    ['torn-text', 'card.unreadable-text'],
    ['reads-nothing', 'device.garbled'],
  ] as const)('%s is %s', async (kind, code) => {
    await makeReady();
    simulator.placeCard(ZHANG);
    simulator.setFault({ kind, during: 'read' });
    reader.watch(true);
    await clock.advance(30_000);
    expect(faults.map((reason) => reason.code)).toEqual([code]);
    expect(cards).toEqual([]);

    simulator.setFault(null);
    simulator.takeCard();
    await clock.advance(1_000);
    simulator.placeCard(ZHANG);
    await clock.advance(3_000);
    expect(cards).toEqual([ZHANG]);
    expect(reader.status.state).toBe('ready');
  });

  it('and the fault’s detail holds nothing of the card', async () => {
    await makeReady();
    simulator.placeCard(ZHANG);
    simulator.setFault({ kind: 'card-pulled', during: 'read' });
    reader.watch(true);
    await clock.advance(5_000);
    const said = JSON.stringify(faults);
    for (const value of Object.values(ZHANG)) {
      if (value !== undefined && value.length > 3) expect(said).not.toContain(value);
    }
  });

  it('reads at the second attempt what noise spoilt at the first', async () => {
    await makeReady();
    simulator.placeCard(ZHANG);
    simulator.setFault({ kind: 'wrong-checksum', during: 'read' });
    reader.watch(true);
    await clock.advance(200);
    simulator.setFault(null);
    await clock.advance(2_000);
    expect(cards).toEqual([ZHANG]);
    expect(faults).toEqual([]);
  });
});

describe('a reader that is not there, or not a reader', () => {
  it.each([
    ['device.port-missing', 'lost'],
    ['device.port-busy', 'lost'],
    ['device.open-failed', 'lost'],
  ] as const)('%s shows as %s and is tried again with growing waits', async (code, state) => {
    line.unplug(fault(code));
    reader.start();
    await clock.advance(100);
    expect(reader.status).toEqual({ state, fault: { code }, retryInMs: 500 });
    await clock.advance(60_000);
    expect(line.openCount).toBeGreaterThan(5);
    expect(line.openCount).toBeLessThan(14);
    line.plug();
    await clock.advance(cardReaderDelays.reopenMaxMs + 500);
    expect(reader.status.state).toBe('ready');
  });

  it.each([
    ['silent', 'device.silent'],
    ['garbage', 'device.garbled'],
    ['half-frame', 'device.garbled'],
    ['wrong-checksum', 'device.garbled'],
    ['frame-too-long', 'device.frame-too-long'],
    ['length-past-limit', 'device.frame-too-long'],
    ['module-unauthorised', 'device.refused'],
  ] as const satisfies readonly (readonly [CardReaderFaultKind, string])[])(
    'that answers the handshake with %s is unidentified by %s, and its port is let go',
    async (kind, code) => {
      simulator.setFault({ kind, during: 'any' });
      reader.start();
      for (let waited = 0; reader.status.state !== 'unidentified' && waited < 10_000; waited += 100) {
        await clock.advance(100);
      }
      expect(reader.status).toMatchObject({ state: 'unidentified', fault: { code } });
      expect(line.isOpen).toBe(false);
      simulator.setFault(null);
      await clock.advance(10_000);
      expect(reader.status.state).toBe('ready');
    },
  );
});

describe('a reader that lies', () => {
  it('that it works, with a dead aerial, looks like an empty field: nothing is made up, and it reads when mended', async () => {
    await makeReady();
    simulator.setFault({ kind: 'finds-nothing', during: 'any' });
    simulator.placeCard(ZHANG);
    reader.watch(true);
    await clock.advance(30_000);
    expect({ cards, faults, state: reader.status.state }).toEqual({ cards: [], faults: [], state: 'ready' });
    simulator.setFault(null);
    await clock.advance(1_000);
    expect(cards).toEqual([ZHANG]);
  });
});

describe('a reader that is unplugged', () => {
  it('while idle is lost, and comes back by itself', async () => {
    await makeReady();
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(reader.status).toMatchObject({ state: 'lost', fault: { code: 'device.lost' } });
    line.plug();
    await clock.advance(2_000);
    expect(reader.status.state).toBe('ready');
  });

  it('while identifying is lost', async () => {
    reader.start();
    await clock.advance(1);
    expect(reader.status.state).toBe('identifying');
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(reader.status).toMatchObject({ state: 'lost', fault: { code: 'device.lost' } });
  });

  it('while reading is lost, the read ends at once, and the card is read after it is back', async () => {
    await makeReady();
    simulator.placeCard(ZHANG);
    reader.watch(true);
    await clock.advance(50);
    expect(reader.status.state).toBe('busy');
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(reader.status.state).toBe('lost');
    expect(faults.map((reason) => reason.code)).toEqual(['device.lost']);
    line.plug();
    simulator.placeCard(ZHANG);
    await clock.advance(5_000);
    expect(cards).toEqual([ZHANG]);
  });

  it('while it looks for a card that nobody has put there says nothing of a card', async () => {
    await makeReady();
    reader.watch(true);
    // The question is on the wire, and its answer is not back.
    await clock.advance(0);
    line.unplug(fault('device.port-missing'));
    await clock.advance(1_000);
    line.plug();
    await clock.advance(5_000);
    expect(reader.status.state).toBe('ready');
    expect(faults).toEqual([]);
  });

  it('without the line noticing is found out by two heartbeats', async () => {
    await makeReady();
    simulator.setFault({ kind: 'silent', during: 'any' });
    await clock.advance(cardReaderDelays.heartbeatMs + 2_100);
    expect(reader.status).toMatchObject({ state: 'lost', fault: { code: 'device.silent' } });
    simulator.setFault(null);
    await clock.advance(5_000);
    expect(reader.status.state).toBe('ready');
  });
});

describe('a reader that is switched off', () => {
  it('frees its port, does nothing, and can be switched on', async () => {
    await makeReady();
    await reader.disable();
    expect(reader.status).toEqual({ state: 'disabled' });
    expect(line.isOpen).toBe(false);
    await clock.advance(60_000);
    expect(line.openCount).toBe(1);
    reader.start();
    await clock.advance(500);
    expect(reader.status.state).toBe('ready');
  });

  it('closes twice as once, and leaves no timer behind', async () => {
    await makeReady();
    reader.watch(true);
    await clock.advance(1_000);
    await reader.close();
    await reader.close();
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
    expect(line.isOpen).toBe(false);
  });
});
