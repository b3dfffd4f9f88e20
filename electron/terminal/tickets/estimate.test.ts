import { describe, expect, it } from 'vitest';
import { playDay, type DayPlan } from '../../../tests/support/played-day.ts';
import { estimateWait } from './estimate.ts';
import { MINUTE_MS, queueForTests, type QueueUnderTest } from './for-tests.ts';

const ordinaryDay: Omit<DayPlan, 'seed'> = {
  hours: 8,
  windows: [['A'], ['A', 'B'], ['B']],
  perHour: [22, 24, 20, 12, 14, 20, 16, 8],
  minutes: { A: 6, B: 9 },
  spread: 0.7,
  priorityPart: 0.15,
  missPart: 0.05,
  transferPart: 0.04,
  pause: null,
};

const days: Readonly<Record<string, Omit<DayPlan, 'seed'>>> = {
  ordinary: ordinaryDay,
  'a rush in the morning': { ...ordinaryDay, perHour: [45, 30, 12, 8, 10, 12, 10, 6] },
  'one window': { ...ordinaryDay, windows: [['A']], perHour: [9, 10, 9, 7, 9] },
  'ten windows': {
    ...ordinaryDay,
    windows: [['A'], ['A'], ['A'], ['A'], ['A', 'B'], ['A', 'B'], ['B'], ['B'], ['B'], ['B']],
    perHour: [80, 85, 75],
    hours: 3,
  },
  'many of a better class': { ...ordinaryDay, priorityPart: 0.4 },
  'one window, and many of a better class': {
    ...ordinaryDay,
    windows: [['A']],
    perHour: [9, 10, 9, 7, 9],
    priorityPart: 0.4,
  },
  'a pause at noon': { ...ordinaryDay, pause: { fromWindow: 2, from: 180, to: 215 } },
  'times that vary wildly': { ...ordinaryDay, spread: 1.2 },
};

interface Tally {
  /** Of waits that are worth telling: more than "up to five minutes". */
  readonly held: number;
  /** Of those, the ones of ordinary people, whom others overtake. */
  readonly heldOfOrdinary: number;
  readonly heldOfAll: number;
  readonly medianWidthMinutes: number;
  readonly toldPart: number;
}

function tallyOf(plan: Omit<DayPlan, 'seed'>): Tally {
  const seeds = [1, 2, 3, 4, 5, 6];
  const tickets = seeds.flatMap((seed) => [
    ...playDay({ ...plan, seed })
      .day()
      .tickets.values(),
  ]);
  const told = tickets.flatMap(({ told: range, firstCallMs, arrived, ticketClass }) => {
    if (range === null || firstCallMs === null) return [];
    const minutes = (firstCallMs - arrived.atMs) / MINUTE_MS;
    const held = minutes >= range.fromMinutes && minutes <= range.toMinutes;
    return [{ held, width: range.toMinutes - range.fromMinutes, isLong: range.toMinutes > 5, ticketClass }];
  });
  const part = (of: readonly { held: boolean }[]) => of.filter(({ held }) => held).length / of.length;
  const widths = told.map(({ width }) => width).sort((a, b) => a - b);
  return {
    held: part(told.filter(({ isLong }) => isLong)),
    heldOfOrdinary: part(told.filter(({ isLong, ticketClass }) => isLong && ticketClass === 'ordinary')),
    heldOfAll: part(told),
    medianWidthMinutes: widths[Math.floor(widths.length / 2)] ?? Infinity,
    toldPart: told.length / tickets.length,
  };
}

describe('the wait that is told', () => {
  it.each(Object.entries(days))('holds in eight of ten cases, and says something: %s', (_name, plan) => {
    const { held, heldOfOrdinary, heldOfAll, medianWidthMinutes, toldPart } = tallyOf(plan);
    expect(held).toBeGreaterThanOrEqual(0.8);
    expect(heldOfOrdinary).toBeGreaterThanOrEqual(0.8);
    expect(heldOfAll).toBeGreaterThanOrEqual(0.8);
    expect(medianWidthMinutes).toBeLessThanOrEqual(30);
    expect(toldPart).toBeGreaterThan(0.7);
  });
});

function tell(queue: QueueUnderTest) {
  return estimateWait(queue.day(), 'A', 'ordinary', queue.nowMs(), queue.settings);
}

function serveOne(queue: QueueUnderTest, minutes: number): void {
  queue.pass(5000);
  queue.next('1');
  queue.pass(minutes * MINUTE_MS);
  const ticketId = queue.day().windows.get('1')?.ticketId ?? '';
  queue.must({ verb: 'finish', window: '1', ticketId });
}

/** Eight are served in the last hour, of the class; then six ordinary ones wait. */
function afterAnHourOf(ticketClass: 'ordinary' | 'care'): QueueUnderTest {
  const queue = queueForTests();
  queue.open('1', 'A');
  for (let person = 0; person < 8; person += 1) {
    queue.take('A', ticketClass);
    serveOne(queue, 5);
  }
  for (let person = 0; person < 6; person += 1) queue.take('A');
  return queue;
}

it('a wait counts on people of a better class who will still come', () => {
  const [among, alone] = [tell(afterAnHourOf('care')), tell(afterAnHourOf('ordinary'))];
  expect(among.ahead).toBe(alone.ahead);
  expect(among.expectedMs).toBeGreaterThan((alone.expectedMs ?? 0) * 1.5);
});

it('of however many of a better class, no more are counted than the turn of the ordinary lets pass', () => {
  const queue = afterAnHourOf('ordinary');
  const alone = tell(queue).expectedMs ?? 0;
  for (let person = 0; person < 40; person += 1) queue.take('A', 'care');
  // Six ordinary ones and one's own turn, each behind two others.
  expect(tell(queue).expectedMs).toBeLessThanOrEqual((alone / 6) * 7 * 3);
});

describe('nothing is told', () => {
  it('before three have been served', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    for (let person = 0; person < 9; person += 1) queue.take('A');
    serveOne(queue, 5);
    serveOne(queue, 6);
    expect(tell(queue)).toEqual({ ahead: 7, expectedMs: null, range: null });
    serveOne(queue, 7);
    expect(tell(queue)).toMatchObject({ ahead: 6, range: { fromMinutes: 20 } });
  });

  it('while no window serves the line, or the only one pauses', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    for (let person = 0; person < 9; person += 1) queue.take('A');
    for (let person = 0; person < 4; person += 1) serveOne(queue, 5);
    expect(tell(queue).range).not.toBeNull();
    queue.must({ verb: 'pause-window', window: '1' });
    expect(tell(queue).range).toBeNull();
    expect(estimateWait(queue.day(), 'B', 'ordinary', queue.nowMs(), queue.settings).range).toBeNull();
  });

  it('when what was told did not hold', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    for (let person = 0; person < 9; person += 1) queue.take('A');
    for (let person = 0; person < 4; person += 1) serveOne(queue, 5);
    const toldRange = tell(queue).range;
    const { ticketId } = queue.take('A');
    expect(queue.day().tickets.get(ticketId)?.told).toEqual(toldRange);
    queue.pass(300 * MINUTE_MS);
    while (queue.day().tickets.get(ticketId)?.state.name === 'waiting') serveOne(queue, 1);
    expect(queue.day().toldTruly.at(-1)).toBe(false);
    const after = (held: number) => {
      const toldTruly = Array.from({ length: 10 }, (_none, index) => index < held);
      return estimateWait({ ...queue.day(), toldTruly }, 'A', 'ordinary', queue.nowMs(), queue.settings)
        .range;
    };
    expect([after(4), after(5)]).toEqual([null, { fromMinutes: 0, toMinutes: 5 }]);
  });

  it('of a time that nobody can have been served: who forgot to press "finish" is cut', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    for (let person = 0; person < 9; person += 1) queue.take('A');
    for (const minutes of [5, 5, 5, 5, 600]) serveOne(queue, minutes);
    // Four of five minutes and one of twenty: four people wait, and nobody is served.
    expect(tell(queue).expectedMs).toBeLessThan(45 * MINUTE_MS);
  });
});
