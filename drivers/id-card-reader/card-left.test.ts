import { describe, expect, it } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { CardReader, cardReaderDelays } from './driver.ts';
import { cardReaderProfile, cardReaderProfiles, SAM_V } from './profiles.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE, type ModuleHabits } from './simulator.ts';
import { syntheticPerson } from './synthetic-people.ts';

const ZHANG = syntheticPerson('zhang-jianguo');
const LI = syntheticPerson('li-xiumei');
const { cardLeftAfterMs, presenceCheckMs, pollMs } = cardReaderDelays;
/** A look, and those that make sure. */
const UNTIL_SEEN_MS = presenceCheckMs + 4 * cardReaderDelays.presenceConfirmMs + 1_000;

/** Those that can tell, each over a module that answers them. */
const telling = ['sam-v', 'sam-v-manage-info'] as const;

async function bench(profileId: string, habits: ModuleHabits = FRANK_MODULE) {
  const profile = cardReaderProfile(profileId);
  if (profile === null) throw new Error(profileId);
  const clock = new SimulatedClock();
  const simulator = new CardReaderSimulator({ clock, samId: EXAMPLE_SAM_ID, baudRate: 115_200, habits });
  const line = new MemoryLine(simulator, clock);
  const states: DeviceState[] = [];
  const cards: IdentityDocument[] = [];
  const faults: Fault[] = [];
  const reader = new CardReader({
    clock,
    open: line.open,
    profile,
    onStatus: (status) => states.push(status),
    onCard: (document) => cards.push(document),
    onCardFault: (reason) => faults.push(reason),
  });
  reader.start();
  await clock.advance(200);
  expect(reader.status.state).toBe('ready');
  return {
    clock,
    simulator,
    line,
    states,
    cards,
    faults,
    reader,
    isAlarmed: () => reader.status.state === 'attention' && reader.status.needs.includes('card-left'),
    /** As the terminal does: the watch ends with the reading. */
    async visitOf(person: IdentityDocument) {
      simulator.placeCard(person);
      reader.watch(true);
      await clock.advance(1_000);
      reader.watch(false);
      expect(cards).toEqual([person]);
      cards.length = 0;
    },
  };
}

describe.each(telling)('a card that is left behind (%s)', (profile) => {
  it('is no alarm while the page may still speak of it, and is one afterwards, until it is taken', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    await at.clock.advance(cardLeftAfterMs - 2_000);
    expect(at.isAlarmed()).toBe(false);
    await at.clock.advance(2_000);
    expect(at.isAlarmed()).toBe(true);
    await at.clock.advance(600_000);
    expect(at.isAlarmed()).toBe(true);
    at.simulator.takeCard();
    await at.clock.advance(UNTIL_SEEN_MS);
    expect(at.reader.status.state).toBe('ready');
  });

  it('is a steady alarm: it does not come and go with each look', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    await at.clock.advance(cardLeftAfterMs + 1_000);
    at.states.length = 0;
    await at.clock.advance(60_000);
    at.reader.watch(true);
    await at.clock.advance(60_000);
    expect(at.states).toEqual([]);
  });

  it('is no alarm when it was taken in time, and then nothing more is asked', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    at.simulator.takeCard();
    await at.clock.advance(cardLeftAfterMs + UNTIL_SEEN_MS);
    expect(at.states.some((status) => status.state === 'attention')).toBe(false);
    const asked = () => ['10ff', '2001', '3005'].map((command) => at.simulator.requestCount(command));
    const before = asked();
    await at.clock.advance(60_000);
    expect(asked()).toEqual(before);
  });

  it('is never read outside of a watch', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    const reads = at.simulator.requestCount('3001');
    await at.clock.advance(120_000);
    expect(at.simulator.requestCount('3001')).toBe(reads);
  });

  it.each([0, 5_000, 60_000])('is not the reading of a visit that begins %i ms later', async (pauseMs) => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    await at.clock.advance(pauseMs);
    at.reader.watch(true);
    await at.clock.advance(60_000);
    expect(at.cards).toEqual([]);
    expect(at.faults).toEqual([]);
    expect(at.isAlarmed()).toBe(true);
  });

  it('does not keep the next card from being read, as soon as it lies there', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    await at.clock.advance(30_000);
    at.reader.watch(true);
    await at.clock.advance(5_100);
    at.simulator.takeCard();
    await at.clock.advance(3 * pollMs);
    at.simulator.placeCard(LI);
    await at.clock.advance(3 * pollMs + 400);
    expect(at.cards).toEqual([LI]);
    expect(at.isAlarmed()).toBe(false);
  });

  it.each([0, 500, 1_000, 1_500])(
    'that gives way to another card in one movement, %i ms after a look, is not taken for it',
    async (offsetMs) => {
      const at = await bench(profile);
      await at.visitOf(ZHANG);
      at.reader.watch(true);
      await at.clock.advance(30_000 + offsetMs);
      at.simulator.takeCard();
      at.simulator.placeCard(LI);
      await at.clock.advance(presenceCheckMs + 1_000);
      expect(at.cards).toEqual([LI]);
      expect(at.isAlarmed()).toBe(false);
    },
  );

  it('is read for its owner, who takes it up and puts it there again', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    at.reader.watch(true);
    await at.clock.advance(30_000);
    at.simulator.takeCard();
    await at.clock.advance(UNTIL_SEEN_MS);
    expect(at.isAlarmed()).toBe(false);
    at.simulator.placeCard(ZHANG);
    await at.clock.advance(1_000);
    expect(at.cards).toEqual([ZHANG]);
  });

  it('is read for its owner who lifts it for a second, and who is told to lift it again where a look fell on that', async () => {
    let missed = 0;
    for (let offsetMs = 0; offsetMs < presenceCheckMs; offsetMs += 100) {
      const at = await bench(profile);
      await at.visitOf(ZHANG);
      at.reader.watch(true);
      await at.clock.advance(30_000 + offsetMs);
      expect(at.cards).toEqual([]);
      const lift = async () => {
        at.simulator.takeCard();
        await at.clock.advance(1_000);
        at.simulator.placeCard(ZHANG);
        await at.clock.advance(1_000);
      };
      await lift();
      for (let again = 0; again < 2 && at.cards.length === 0; again += 1) {
        missed += 1;
        expect(at.isAlarmed()).toBe(true);
        // A person reads the sentence first.
        await at.clock.advance(1_700);
        await lift();
      }
      expect(at.cards, `lifted ${offsetMs} ms later`).toEqual([ZHANG]);
      expect(at.isAlarmed()).toBe(false);
    }
    // Of twenty moments.
    expect(missed).toBeLessThanOrEqual(4);
  });

  it('whose owner comes back later with the same card is a reading again', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    await at.clock.advance(3_000);
    at.simulator.takeCard();
    await at.clock.advance(300_000);
    await at.visitOf(ZHANG);
  });

  it('in a visit that goes on is said in that visit', async () => {
    const at = await bench(profile);
    at.simulator.placeCard(ZHANG);
    at.reader.watch(true);
    await at.clock.advance(cardLeftAfterMs + presenceCheckMs + 1_000);
    expect(at.cards).toEqual([ZHANG]);
    expect(at.isAlarmed()).toBe(true);
    at.simulator.takeCard();
    await at.clock.advance(UNTIL_SEEN_MS);
    expect(at.isAlarmed()).toBe(false);
  });

  it('is remembered when the reading ends after its visit', async () => {
    const at = await bench(profile);
    at.simulator.placeCard(ZHANG);
    at.reader.watch(true);
    await at.clock.advance(60);
    expect(at.reader.status.state).toBe('busy');
    at.reader.watch(false);
    await at.clock.advance(cardLeftAfterMs + 1_000);
    expect(at.cards).toEqual([]);
    expect(at.isAlarmed()).toBe(true);
    at.reader.watch(true);
    await at.clock.advance(10_000);
    expect(at.cards).toEqual([]);
  });

  it('keeps nobody from switching the reader off, and leaves no timer behind', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    await at.clock.advance(cardLeftAfterMs + 1_000);
    await at.reader.close();
    await at.clock.advance(10_000);
    expect(at.clock.pendingTimers).toBe(0);
    expect(at.line.isOpen).toBe(false);
  });

  it('is nothing but an alarm: heartbeat and reader go on', async () => {
    const at = await bench(profile);
    await at.visitOf(ZHANG);
    await at.clock.advance(cardLeftAfterMs + 1_000);
    at.simulator.setFault({ kind: 'module-unauthorised', during: 'any' });
    await at.clock.advance(30_000);
    expect(at.reader.status).toMatchObject({ state: 'attention' });
    at.simulator.setFault(null);
    at.line.unplug(fault('device.port-missing'));
    await at.clock.advance(100);
    expect(at.reader.status.state).toBe('lost');
  });
});

describe.each(cardReaderProfiles.map(({ id }) => id))(
  'a reader whose power is cut with its cable (%s)',
  (id) => {
    it('does not hand the card that was left to the next visit, and says that it lies there', async () => {
      const at = await bench(id);
      await at.visitOf(ZHANG);
      at.line.unplug(fault('device.port-missing'));
      at.simulator.restart();
      await at.clock.advance(20_000);
      at.line.plug();
      await at.clock.advance(cardReaderDelays.reopenMaxMs + 1_000);
      at.reader.watch(true);
      await at.clock.advance(5_000);
      expect(at.cards).toEqual([]);
      expect(at.isAlarmed()).toBe(true);
      at.simulator.takeCard();
      await at.clock.advance(UNTIL_SEEN_MS);
      at.simulator.placeCard(LI);
      await at.clock.advance(1_000);
      expect(at.cards).toEqual([LI]);
      expect(at.isAlarmed()).toBe(false);
    });
  },
);

describe('a process that dies over a card that was left', () => {
  it('leaves it to the next one, which does not hand it to the next visit either', async () => {
    const at = await bench('sam-v');
    await at.visitOf(ZHANG);
    await at.clock.advance(cardLeftAfterMs + 1_000);
    await at.reader.close();
    const cards: IdentityDocument[] = [];
    const next = new CardReader({
      clock: at.clock,
      open: at.line.open,
      profile: SAM_V,
      onStatus: () => undefined,
      onCard: (document) => cards.push(document),
      onCardFault: () => undefined,
    });
    next.start();
    await at.clock.advance(2_000);
    next.watch(true);
    await at.clock.advance(30_000);
    expect(cards).toEqual([]);
    expect(next.status).toMatchObject({ state: 'attention', needs: ['card-left'] });
    at.simulator.takeCard();
    await at.clock.advance(UNTIL_SEEN_MS);
    at.simulator.placeCard(ZHANG);
    await at.clock.advance(1_000);
    expect(cards).toEqual([ZHANG]);
    expect(next.status.state).toBe('ready');
  });
});

describe('a card that was tried and could not be read', () => {
  it('is not tried again for the next person, in any profile, and is an alarm until it is gone', async () => {
    for (const { id } of cardReaderProfiles) {
      const at = await bench(id);
      at.simulator.setFault({ kind: 'wrong-checksum', during: 'read' });
      at.simulator.placeCard(ZHANG);
      at.reader.watch(true);
      await at.clock.advance(5_000);
      at.reader.watch(false);
      // The try that is under way fails too.
      await at.clock.advance(1_000);
      at.simulator.setFault(null);
      at.reader.watch(true);
      await at.clock.advance(30_000);
      expect(at.cards).toEqual([]);
      expect(at.isAlarmed()).toBe(true);
      at.simulator.takeCard();
      await at.clock.advance(5 * pollMs);
      expect(at.isAlarmed()).toBe(false);
      at.simulator.placeCard(LI);
      await at.clock.advance(1_000);
      expect(at.cards).toEqual([LI]);
    }
  });

  it('is an alarm outside of a visit too', async () => {
    const at = await bench('sam-v-no-presence');
    at.simulator.setFault({ kind: 'not-an-id-card', during: 'read' });
    at.simulator.placeCard(ZHANG);
    at.reader.watch(true);
    await at.clock.advance(5_000);
    at.reader.watch(false);
    await at.clock.advance(cardLeftAfterMs + 1_000);
    expect(at.isAlarmed()).toBe(true);
    at.simulator.takeCard();
    await at.clock.advance(UNTIL_SEEN_MS);
    expect(at.isAlarmed()).toBe(false);
  });
});

describe('a module that does not do what its profile says', () => {
  const habits = { ...FRANK_MODULE, forgetsOnReset: false, answersAfterRead: false };

  it.each(telling)('raises no alarm and hands the card to nobody (%s)', async (profile) => {
    const at = await bench(profile, habits);
    await at.visitOf(ZHANG);
    await at.clock.advance(120_000);
    at.reader.watch(true);
    await at.clock.advance(30_000);
    expect(at.cards).toEqual([]);
    expect(at.states.some((status) => status.state === 'attention')).toBe(false);
    at.simulator.takeCard();
    at.simulator.placeCard(LI);
    await at.clock.advance(1_000);
    expect(at.cards).toEqual([LI]);
  });

  it('or refuses the question is asked three times, and stays ready', async () => {
    const at = await bench('sam-v-manage-info', habits);
    await at.visitOf(ZHANG);
    await at.clock.advance(120_000);
    expect(at.simulator.requestCount('3005')).toBe(3);
    expect(at.reader.status.state).toBe('ready');
  });
});

describe('a module that is blind for a second after a reset', () => {
  it('does not make the card that was left a new one', async () => {
    const at = await bench('sam-v', { ...FRANK_MODULE, blindAfterResetMs: 1_000 });
    await at.visitOf(ZHANG);
    await at.clock.advance(60_000);
    expect(at.isAlarmed()).toBe(true);
    at.reader.watch(true);
    await at.clock.advance(60_000);
    expect(at.cards).toEqual([]);
    expect(at.isAlarmed()).toBe(true);
    at.simulator.takeCard();
    await at.clock.advance(UNTIL_SEEN_MS);
    expect(at.isAlarmed()).toBe(false);
  });
});

describe('a module that does not answer a reset', () => {
  it('is asked three times and left in peace: the reader is not lost by it', async () => {
    const at = await bench('sam-v');
    await at.visitOf(ZHANG);
    const isReset = (bytes: Uint8Array) => bytes[7] === 0x10;
    at.line.swallow(isReset);
    at.states.length = 0;
    await at.clock.advance(120_000);
    expect(at.line.written.filter(isReset)).toHaveLength(3);
    expect(at.states).toEqual([]);
  });
});

describe('a reader whose profile does not know', () => {
  it('asks nothing about the card, raises no alarm, and still hands it to nobody', async () => {
    const at = await bench('sam-v-no-presence');
    await at.visitOf(ZHANG);
    await at.clock.advance(120_000);
    expect(at.simulator.requestCount('10ff') + at.simulator.requestCount('3005')).toBe(0);
    at.reader.watch(true);
    await at.clock.advance(30_000);
    expect(at.cards).toEqual([]);
    at.simulator.takeCard();
    at.simulator.placeCard(LI);
    await at.clock.advance(1_000);
    expect(at.cards).toEqual([LI]);
    expect(at.states.some((status) => status.state === 'attention')).toBe(false);
  });

  it('has seen it lie there after a power cut, and takes that back at the end of the visit', async () => {
    const at = await bench('sam-v-no-presence');
    await at.visitOf(ZHANG);
    at.line.unplug(fault('device.port-missing'));
    at.simulator.restart();
    at.line.plug();
    at.reader.watch(true);
    await at.clock.advance(3_000);
    expect(at.isAlarmed()).toBe(true);
    at.reader.watch(false);
    expect(at.isAlarmed()).toBe(false);
  });
});

it('a profile is found by its name only', () => {
  expect(cardReaderProfile('sam-v')?.cardPresence).toBe('reset-and-find');
  expect(cardReaderProfile('generic-80')).toBeNull();
});
