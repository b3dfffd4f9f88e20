import { expect, describe, it } from 'vitest';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import type { DeviceState } from '#contract/devices.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { sleep } from '#contract/ports.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { CardReader, cardReaderDelays } from './driver.ts';
import { SAM_V } from './profiles.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from './simulator.ts';
import { syntheticPerson } from './synthetic-people.ts';

const ZHANG = syntheticPerson('zhang-jianguo');

/** A port takes a moment to open, and so the state can be struck. */
const OPENING_MS = 50;

function bench() {
  const clock = new SimulatedClock();
  const simulator = new CardReaderSimulator({
    clock,
    samId: EXAMPLE_SAM_ID,
    baudRate: 115_200,
    habits: FRANK_MODULE,
  });
  const line = new MemoryLine(simulator, clock);
  const states: DeviceState[] = [];
  const cards: IdentityDocument[] = [];
  const faults: Fault[] = [];
  const reader = new CardReader({
    clock,
    open: async (events) => {
      await sleep(clock, OPENING_MS);
      return line.open(events);
    },
    profile: SAM_V,
    onStatus: (status) => states.push(status),
    onCard: (document) => cards.push(document),
    onCardFault: (reason) => faults.push(reason),
  });
  return { clock, simulator, line, states, cards, faults, reader };
}
type Bench = ReturnType<typeof bench>;

const strikes = {
  unplugged: (at: Bench) => at.line.unplug(fault('device.port-missing')),
  silent: (at: Bench) => at.simulator.setFault({ kind: 'silent', during: 'any' }),
  garbage: (at: Bench) => at.simulator.setFault({ kind: 'garbage', during: 'any' }),
  'half a frame': (at: Bench) => at.simulator.setFault({ kind: 'half-frame', during: 'any' }),
  'slow bytes': (at: Bench) => at.simulator.setFault({ kind: 'slow-bytes', during: 'any' }),
} as const;
type Misfortune = keyof typeof strikes;

/** Brings the reader to where the misfortune finds it. */
const states = {
  idle: async (at: Bench) => {
    at.reader.start();
    await at.clock.advance(200);
    expect(at.reader.status.state).toBe('ready');
  },
  opening: async (at: Bench) => {
    at.reader.start();
    await at.clock.advance(OPENING_MS / 2);
    expect(at.reader.status.state).toBe('opening');
  },
  identifying: async (at: Bench) => {
    at.reader.start();
    await at.clock.advance(OPENING_MS);
    expect(at.reader.status.state).toBe('identifying');
  },
  watching: async (at: Bench) => {
    at.reader.start();
    at.reader.watch(true);
    await at.clock.advance(1_000);
    expect(at.reader.status.state).toBe('ready');
  },
  reading: async (at: Bench) => {
    at.reader.start();
    await at.clock.advance(200);
    at.simulator.placeCard(ZHANG);
    at.reader.watch(true);
    await at.clock.advance(50);
    expect(at.reader.status.state).toBe('busy');
  },
} as const;
type Moment = keyof typeof states;

interface Expected {
  /** What the status comes to within 12 s, and the fault in it. */
  readonly state: DeviceState['state'];
  readonly code: FaultCode | null;
  /** What the visit is told, in order; each once. */
  readonly told: readonly FaultCode[];
}

const away = (
  state: 'lost' | 'unidentified',
  code: FaultCode,
  told: readonly FaultCode[] = [],
): Expected => ({
  state,
  code,
  told,
});
const well: Expected = { state: 'ready', code: null, told: [] };

const table: readonly (readonly [Misfortune, Moment, Expected])[] = [
  ['unplugged', 'idle', away('lost', 'device.lost')],
  ['unplugged', 'opening', away('lost', 'device.port-missing')],
  ['unplugged', 'identifying', away('lost', 'device.lost')],
  ['unplugged', 'watching', away('lost', 'device.lost')],
  ['unplugged', 'reading', away('lost', 'device.lost', ['device.lost'])],
  ['silent', 'idle', away('lost', 'device.silent')],
  ['silent', 'opening', away('unidentified', 'device.silent')],
  ['silent', 'identifying', away('unidentified', 'device.silent')],
  ['silent', 'watching', away('lost', 'device.silent', ['device.silent'])],
  ['silent', 'reading', away('lost', 'device.silent', ['device.silent'])],
  ['garbage', 'idle', away('lost', 'device.garbled')],
  ['garbage', 'opening', away('unidentified', 'device.garbled')],
  ['garbage', 'identifying', away('unidentified', 'device.garbled')],
  ['garbage', 'watching', away('lost', 'device.garbled', ['device.garbled'])],
  ['garbage', 'reading', away('lost', 'device.garbled', ['device.garbled'])],
  ['half a frame', 'idle', away('lost', 'device.garbled')],
  ['half a frame', 'opening', away('unidentified', 'device.garbled')],
  ['half a frame', 'identifying', away('unidentified', 'device.garbled')],
  ['half a frame', 'watching', away('lost', 'device.garbled', ['device.garbled'])],
  ['half a frame', 'reading', away('lost', 'device.garbled', ['device.garbled'])],
  ['slow bytes', 'idle', well],
  ['slow bytes', 'opening', well],
  ['slow bytes', 'identifying', well],
  ['slow bytes', 'watching', well],
  ['slow bytes', 'reading', well],
];

describe('a card reader that meets', () => {
  it.each(table)('%s while %s says so, and heals by itself', async (misfortune, moment, expected) => {
    const at = bench();
    await states[moment](at);
    at.states.length = 0;
    strikes[misfortune](at);
    const isReached = () => JSON.stringify(at.states).includes(`"state":"${expected.state}"`);
    for (let waited = 0; waited < 12_000 && !isReached(); waited += 50) await at.clock.advance(50);
    await at.clock.advance(1);
    const reached = at.states.find((status) => status.state === expected.state) ?? at.reader.status;
    expect(reached.state).toBe(expected.state);
    expect('fault' in reached ? reached.fault.code : null).toBe(expected.code);
    expect(at.faults.map(({ code }) => code)).toEqual(expected.told);
    const isAway = at.states.some(({ state }) => state === 'lost' || state === 'unidentified');
    expect(isAway).toBe(expected.code !== null);

    at.line.plug();
    at.simulator.setFault(null);
    at.simulator.takeCard();
    at.reader.watch(true);
    await at.clock.advance(cardReaderDelays.reopenMaxMs + 6_000);
    expect(at.reader.status.state).toBe('ready');
    at.cards.length = 0;
    at.simulator.placeCard(syntheticPerson('li-xiumei'));
    await at.clock.advance(1_000);
    expect(at.cards).toEqual([syntheticPerson('li-xiumei')]);
  });

  it('leaves out no misfortune and no state', () => {
    const met = table.map(([misfortune, moment]) => `${misfortune} ${moment}`);
    const all = Object.keys(strikes).flatMap((misfortune) =>
      Object.keys(states).map((moment) => `${misfortune} ${moment}`),
    );
    expect([...met].sort()).toEqual(all.sort());
  });
});
