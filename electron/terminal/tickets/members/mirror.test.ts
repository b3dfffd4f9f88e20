import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import { expectValue } from '../../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../../tests/support/terminal-under-test.ts';
import { openStore, type Store } from '../../store/store.ts';
import { ticketIdOf } from '../for-tests.ts';
import { createNumberLedger } from '../number-ledger.ts';
import { createMirror } from './mirror.ts';

const DAY = '2026-11-22';

let dataDir: string;
let store: Store;
beforeEach(() => {
  dataDir = newDataDir();
  store = expectValue(openStore(dataDir));
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

const taken = (count: number, number: string): QueueEvent => {
  const stamp = { atMs: count, counter: 0, terminal: '01' };
  return {
    type: 'taken',
    stamp,
    ticket: {
      ticketId: ticketIdOf(count),
      number,
      line: 'A',
      slug: null,
      ticketClass: 'ordinary',
      source: 'kiosk',
      bookingId: null,
      arrived: stamp,
      local: false,
      told: null,
      instead: null,
    },
  };
};

it('a hub that says a day ten years ahead erases nothing of today; a day on which somebody comes does', () => {
  const ledger = createNumberLedger(dataDir);
  const mirror = createMirror({ store, clock: new SimulatedClock(), ledger, keepDays: 30 }, DAY);
  const nothing = (): void => undefined;
  mirror.append(0, [taken(1, 'A001')], nothing);
  ledger.note(DAY, ['A900']);
  mirror.begin('2036-11-22');
  mirror.begin(DAY);
  expect(mirror.day().given).toEqual(new Set(['A001', 'A900']));
  mirror.begin('2027-01-15');
  mirror.append(0, [taken(2, 'A001')], nothing);
  mirror.begin('2027-01-16');
  expect([mirror.events(DAY), ledger.of(DAY)]).toEqual([[], []]);
});
