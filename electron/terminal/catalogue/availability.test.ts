import { expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { Opening } from '#contract/calendar.ts';
import type { Clock } from '#contract/ports.ts';
import { coreItem } from '../../../tests/support/terminal-core.ts';
import { createAvailability } from './availability.ts';

const item = coreItem();
/** The simulated clock stands at a Friday, 16:00 in China. */
const opening: Opening = { weekdays: [1, 2, 3, 4, 5], closedOn: [], openOn: [], from: '09:00', to: '16:30' };
const MINUTE_MS = 60_000;

function at(minutes: number, isOnline: boolean) {
  const start = new SimulatedClock();
  const clock: Clock = {
    now: () => start.now() + minutes * MINUTE_MS,
    monotonicMs: () => 0,
    after: (delayMs, callback) => start.after(delayMs, callback),
  };
  return createAvailability({ clock, timeZone: 'Asia/Shanghai', isOnline: () => isOnline });
}

it('an item without hours is open whenever the terminal is', () => {
  expect(at(0, false)(item)).toEqual({ as: 'open' });
});

it('one with hours says when it opens next', () => {
  expect(at(29, true)({ ...item, opening })).toEqual({ as: 'open' });
  expect(at(30, true)({ ...item, opening })).toEqual({
    as: 'closed',
    opens: '2027-01-18T09:00',
  });
});

it('one that needs the line says so while it is cut', () => {
  const online = { ...item, offline: { ...item.offline, mode: 'none' as const } };
  expect(at(0, true)(online)).toEqual({ as: 'open' });
  expect(at(0, false)(online)).toEqual({ as: 'needs-line' });
});

it('one that is only explained here is never begun here', () => {
  const explained = { ...item, channels: { ...item.channels, terminal: 'guide' as const } };
  expect(at(0, true)(explained)).toEqual({ as: 'guide-only' });
});
