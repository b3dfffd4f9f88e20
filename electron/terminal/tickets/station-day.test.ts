import { beforeEach, expect, it } from 'vitest';
import { durationBoundsMinutes, durationsOf, stationDaySchema, summaryOf } from '#contract/station-day.ts';
import { playDay } from '../../../tests/support/played-day.ts';
import { seeded } from '../../../tests/support/seeded.ts';
import { MINUTE_MS, queueForTests, ticketIdOf, type QueueUnderTest } from './for-tests.ts';
import { stationDayOf } from './station-day.ts';

const ZONE = 'Asia/Shanghai';
let queue: QueueUnderTest;
let people: number;
beforeEach(() => {
  people = 0;
  queue = queueForTests();
  queue.open('1', 'A', 'B');
});
const report = () => {
  const made = stationDayOf(queue.events, ZONE, 1);
  if (made === null) throw new Error('nothing happened');
  return stationDaySchema.parse(made);
};

/** So many people, each of whom waits two minutes and is served for four. */
function serve(line: string, count: number): void {
  for (let person = 0; person < count; person += 1) {
    people += 1;
    queue.take(line);
    queue.pass(2 * MINUTE_MS);
    queue.next('1');
    queue.pass(4 * MINUTE_MS);
    queue.must({ verb: 'finish', window: '1', ticketId: ticketIdOf(people) });
  }
}

/** To the beginning of the next hour. */
function nextHour(): void {
  queue.pass(60 * MINUTE_MS - (queue.nowMs() % (60 * MINUTE_MS)));
}

it('an hour with enough people has its row, with how many were so long', () => {
  serve('A', 5);
  nextHour();
  serve('A', 6);
  expect(
    report().rows.map(({ line, fromHour, untilHour, served }) => [line, fromHour, untilHour, served]),
  ).toEqual([
    ['A', 9, 10, 5],
    ['A', 10, 11, 6],
  ]);
  const [row] = report().rows;
  const { waits, services } = row ?? { waits: null, services: null };
  expect([waits?.sumSeconds, services?.sumSeconds]).toEqual([600, 1200]);
  // On a bound is below it: two minutes are "up to 2", four "up to 4".
  expect(waits?.buckets[durationBoundsMinutes.indexOf(2)]).toBe(5);
  expect(services?.buckets[durationBoundsMinutes.indexOf(4)]).toBe(5);
});

it('the one person of a quiet hour stands in a row with others, before or behind', () => {
  serve('A', 1);
  nextHour();
  serve('A', 4);
  nextHour();
  serve('A', 5);
  nextHour();
  serve('A', 1);
  expect(report().rows).toMatchObject([
    { fromHour: 9, untilHour: 11, served: 5 },
    { fromHour: 11, untilHour: 13, served: 6 },
  ]);
});

it('of a line with fewer than five people all day it is told that they came, and nobody’s time', () => {
  serve('B', 4);
  expect(report().rows).toMatchObject([{ line: 'B', taken: 4, served: 4, waits: null, services: null }]);
});

it('a quiet hour of one line is not joined to another line', () => {
  serve('A', 5);
  serve('B', 1);
  expect(report().rows).toMatchObject([
    { line: 'A', served: 5, services: { sumSeconds: 1200 } },
    { line: 'B', served: 1, waits: null, services: null },
  ]);
});

it('who left is told apart from what was a mistake, and what was taken back has not happened', () => {
  const left = queue.take('A');
  const other = queue.take('A');
  const mistake = queue.take('A');
  queue.take('A');
  queue.must({ verb: 'cancel', ticketId: left.ticketId, window: null, reason: 'left' });
  queue.must({ verb: 'cancel', ticketId: other.ticketId, window: null, reason: 'left' });
  queue.must({ verb: 'cancel', ticketId: mistake.ticketId, window: null, reason: 'mistake' });
  queue.next('1');
  queue.must({ verb: 'undo', window: '1' });
  expect(report().rows).toMatchObject([{ taken: 4, left: 2, cancelled: 1, served: 0, noShows: 0 }]);
});

it('that a day was closed, once or twice, is the same day, and a day on which nothing else happened is none', () => {
  serve('A', 5);
  const before = report();
  queue.must({ verb: 'close-day' });
  queue.tell(queue.events.slice(-1));
  expect(report()).toEqual(before);
  expect(stationDayOf(queue.events.slice(-1), ZONE, 1)).toBeNull();
});

it('a report in which a time would be one person’s, or that says one hour twice, is not one', () => {
  serve('A', 5);
  const whole = report();
  const [row] = whole.rows;
  if (row === undefined) throw new Error('no row');
  const one = { buckets: durationBoundsMinutes.map(() => 0).concat(1), sumSeconds: 20_000 };
  const bent: readonly object[] = [
    { ...whole, rows: [{ ...row, waits: one }] },
    { ...whole, rows: [row, row] },
    { ...whole, rows: [row, { ...row, fromHour: 8, untilHour: 10 }] },
    { ...whole, rows: [{ ...row, untilHour: row.fromHour }] },
    { ...whole, rows: [{ ...row, served: row.served + 1 }] },
    { ...whole, rows: [{ ...row, ticket: 'A001' }] },
    { ...whole, staff: 's01' },
  ];
  for (const report of bent)
    expect(stationDaySchema.safeParse(report).success, JSON.stringify(report)).toBe(false);
  expect(stationDaySchema.safeParse(whole).success).toBe(true);
});

it('a percentile is read off as the bucket in which the true one stands, whatever the times', () => {
  const unit = seeded(6);
  for (let round = 0; round < 200; round += 1) {
    const count = 5 + Math.floor(unit() * 60);
    const values = Array.from({ length: count }, () => Math.round(unit() ** 3 * 300 * MINUTE_MS)).sort(
      (a, b) => a - b,
    );
    const durations = durationsOf(values);
    if (durations === null) throw new Error('enough were there');
    const { median, ninetieth, count: counted } = summaryOf(durations);
    expect(counted).toBe(count);
    for (const [found, part] of [
      [median, 0.5],
      [ninetieth, 0.9],
    ] as const) {
      const exactMs = values[Math.ceil(count * part) - 1] ?? 0;
      expect(exactMs).toBeLessThanOrEqual((found?.toMinutes ?? Infinity) * MINUTE_MS);
      expect(exactMs).toBeGreaterThanOrEqual((found?.fromMinutes ?? Infinity) * MINUTE_MS);
    }
  }
});

it('a busy day is told hour by hour, and is small', () => {
  const day = playDay({
    seed: 3,
    hours: 8,
    windows: [['A'], ['A', 'B'], ['B', 'C']],
    perHour: [40],
    minutes: { A: 3, B: 4, C: 5 },
    spread: 0.5,
    priorityPart: 0.2,
    missPart: 0.05,
    transferPart: 0.05,
    pause: null,
  });
  const made = stationDaySchema.parse(stationDayOf(day.events, ZONE, 1));
  const hoursOfA = made.rows.filter(({ line }) => line === 'A');
  expect(hoursOfA.length).toBeGreaterThan(6);
  expect(Buffer.byteLength(JSON.stringify(made))).toBeLessThan(16_384);
});
