import { expect, vi } from 'vitest';
import type { Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { CardReader } from '#drivers/id-card-reader/driver.ts';
import { SAM_V } from '#drivers/id-card-reader/profiles.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { askHand, hardwareHarness, hardwareTarget, simulatorHarnesses, type Harness } from './bench.ts';
import { describeDeviceContract, DONE, expectLostWhileSilent, type Unit } from './device-contract.ts';
import { HeardSimulator } from './heard-simulator.ts';
import { Mail } from './status-log.ts';

/** What a hand does at a card reader. */
export interface CardReaderHands {
  placeCard(): void;
  takeCard(): void;
  /** Simulators only. */
  readonly simulator: CardReaderSimulator | null;
}

interface CardReaderUnit extends Unit {
  readonly driver: CardReader;
  readonly outcomes: Mail<IdentityDocument | Fault>;
}

const PERSON = syntheticPerson('zhang-jianguo');

/** `YIZHAN_HARDWARE_ID_CARD=serial:/dev/ttyUSB0@115200/sam-v` adds the reader that hangs there. */
export function cardReaderHarnesses(): Harness<CardReaderHands>[] {
  const target = hardwareTarget('YIZHAN_HARDWARE_ID_CARD', () => false);
  const hardware =
    target === null
      ? []
      : [
          hardwareHarness<CardReaderHands>('id-card reader', target, {
            placeCard: () => void askHand('id-card reader: place a card'),
            takeCard: () => void askHand('id-card reader: take the card away'),
            simulator: null,
          }),
        ];
  const simulated = simulatorHarnesses<CardReaderHands>(() => {
    const simulator = new CardReaderSimulator({
      clock: systemClock,
      samId: EXAMPLE_SAM_ID,
      baudRate: null,
      habits: FRANK_MODULE,
    });
    return {
      simulator: new HeardSimulator(simulator),
      hands: {
        placeCard: () => simulator.placeCard(PERSON),
        takeCard: () => simulator.takeCard(),
        simulator,
      },
    };
  });
  return [...simulated, ...hardware];
}

/** The command find, as the simulator counts it, and more of them than the driver needs to know a field empty. */
const FIND = '2001';
const FINDS_UNTIL_EMPTY = 6;
const PATIENCE_MS = 30_000;

export function describeCardReaderContract(harness: Harness<CardReaderHands>): void {
  describeDeviceContract<CardReaderHands, CardReaderUnit>('id-card reader', harness, {
    identity: /^\d\d\.\d\d-\d{8,10}-\d{10}-\d{10}$/,
    answers: true,
    isBusyAtWork: true,
    create: (open, onStatus, patienceMs) => {
      const outcomes = new Mail<IdentityDocument | Fault>(patienceMs);
      const driver = new CardReader({
        clock: systemClock,
        open,
        profile: SAM_V,
        onStatus,
        onCard: outcomes.put,
        onCardFault: outcomes.put,
      });
      return { driver, outcomes };
    },
    work: async (unit, { hands }) => {
      const outcome = await read(unit, hands);
      unit.driver.watch(false);
      hands.takeCard();
      return outcome;
    },
    inTurn: {
      run: async (unit, { hands }) => {
        expect(await read(unit, hands)).toBe(DONE);
        // Of the card that was read and lies there.
        const done: string[] = [];
        await Promise.all([
          unit.driver.readManageInfo().then((result) => done.push(`info ${result.ok}`)),
          unit.driver.readAddedAddresses().then((result) => done.push(`addresses ${result.ok}`)),
        ]);
        unit.driver.watch(false);
        hands.takeCard();
        return done;
      },
      expected: ['info true', 'addresses true'],
    },
    longWork: harness.isHardware
      ? null // A card is read in 150 ms, and no hand is as quick.
      : {
          begin: (unit, { hands }) => {
            hands.simulator?.setFault({ kind: 'slow-bytes', during: 'read' });
            return read(unit, hands);
          },
          after: ({ hands }) => {
            hands.simulator?.setFault(null);
            hands.takeCard();
          },
          // Whoever pulled the cable may have left the card: another is read when the field was seen empty.
          healed: async ({ hands }) => {
            const before = hands.simulator?.requestCount(FIND) ?? 0;
            await vi.waitUntil(
              () => (hands.simulator?.requestCount(FIND) ?? 0) - before >= FINDS_UNTIL_EMPTY,
              { timeout: PATIENCE_MS },
            );
          },
        },
    honesty: [
      {
        title: 'is lost when it falls silent, and ready when it speaks again',
        needsSimulator: true,
        run: async (unit, { hands }, log) => {
          // While a visit waits for a card it is asked all the time.
          unit.driver.watch(true);
          await expectLostWhileSilent(log, (isSilent) =>
            hands.simulator?.setFault(isSilent ? { kind: 'silent', during: 'any' } : null),
          );
        },
      },
    ],
  });
}

async function read(unit: CardReaderUnit, hands: CardReaderHands): Promise<string> {
  unit.outcomes.clear();
  unit.driver.watch(false);
  unit.driver.watch(true);
  hands.placeCard();
  const outcome = await unit.outcomes.next('card');
  return 'code' in outcome ? outcome.code : DONE;
}
