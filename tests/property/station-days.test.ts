import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QueueEvent } from '#contract/queue/event.ts';
import { FEWEST_TIMES, stationDaySchema, type StationDay } from '#contract/station-day.ts';
import { samplesOf } from '#terminal/tickets/figures.ts';
import { foldAll } from '#terminal/tickets/fold.ts';
import { newDay } from '#terminal/tickets/queue-day.ts';
import { stationDayOf } from '#terminal/tickets/station-day.ts';
import { playDay } from '../support/played-day.ts';
import { everyHistory } from '../support/queue-histories.ts';

const ZONE = 'Asia/Shanghai';
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What is wrong between a report and the day that the same events add up to, which is what staff and the board see. */
function judge(events: readonly QueueEvent[]): string[] {
  const made = stationDayOf(events, ZONE, 1);
  if (made === null) return [];
  const report = stationDaySchema.parse(JSON.parse(JSON.stringify(made)));
  const tickets = [...foldAll(newDay('2026-11-21', []), events).tickets.values()];
  const wrong: string[] = [];
  const same = (what: string, reported: number, books: number): void => {
    if (reported !== books) wrong.push(`${what}: ${reported} reported, ${books} in the books`);
  };
  const ofRows = (of: (row: StationDay['rows'][number]) => number): number => sum(report.rows.map(of));
  const inState = (name: string): number => tickets.filter(({ state }) => state.name === name).length;
  same(
    'taken',
    ofRows(({ taken }) => taken),
    tickets.length,
  );
  same(
    'served',
    ofRows(({ served }) => served),
    inState('done'),
  );
  same(
    'given up',
    ofRows((row) => row.left + row.cancelled),
    inState('cancelled'),
  );
  same(
    'no-shows',
    ofRows(({ noShows }) => noShows),
    sum(tickets.map(({ misses }) => misses)),
  );
  same('at windows', sum(report.windows.map(({ served }) => served)), inState('done'));
  for (const line of new Set(tickets.map((ticket) => ticket.line))) {
    const rows = report.rows.filter((row) => row.line === line);
    const hours = samplesOf(events, ZONE).hours.filter((hour) => hour.line === line);
    for (const kind of ['waits', 'services'] as const) {
      const values = hours.flatMap((hour) => (kind === 'waits' ? hour.waitsMs : hour.servicesMs));
      const told = rows.flatMap((row) => row[kind] ?? []);
      // Of a line of which something is not told, that is all there is: the whole day is one row.
      if (told.length < rows.length) {
        same(`rows of ${line}`, rows.length, 1);
        if (values.length === 0 || values.length >= FEWEST_TIMES) wrong.push(`${kind} of ${line} not told`);
        continue;
      }
      same(`${kind} of ${line}`, sum(told.flatMap(({ buckets }) => buckets)), values.length);
      const seconds = sum(values.map((ms) => Math.max(0, ms))) / 1000;
      const off = Math.abs(sum(told.map(({ sumSeconds }) => sumSeconds)) - seconds);
      if (off > rows.length / 2) wrong.push(`${kind} of ${line}: ${off} s off`);
    }
  }
  return wrong;
}

it('whatever residents, staff and the line do, what is reported adds up to the books of the day', () => {
  let told = 0;
  everyHistory(200, 20_261_122, (events) => {
    const wrong = judge(events);
    if (wrong.length > 0) throw new Error(wrong.join('; '));
    told += 1;
  });
  expect(told).toBe(200);
});

it('and so does a day of a busy hall, played from any seed', () => {
  let withTimes = 0;
  fc.assert(
    fc.property(fc.nat(100_000), fc.constantFrom(6, 15, 40), (seed, people) => {
      const { events } = playDay({
        seed,
        hours: 6,
        windows: [['A'], ['A', 'B'], ['B', 'C'], ['C']],
        perHour: [people],
        minutes: { A: 3, B: 6, C: 9 },
        spread: 0.8,
        priorityPart: 0.2,
        missPart: 0.15,
        transferPart: 0.1,
        pause: null,
      });
      expect(judge(events)).toEqual([]);
      const report = stationDayOf(events, ZONE, 1);
      withTimes += report?.rows.some(({ waits }) => waits !== null) === true ? 1 : 0;
    }),
    { numRuns: 30, seed: 20_261_123 },
  );
  expect(withTimes).toBeGreaterThan(20);
});

it('no ticket, person, account or booking of any history stands in the bytes of its report', () => {
  let looked = 0;
  everyHistory(100, 20_261_124, (events) => {
    const bytes = JSON.stringify(stationDayOf(events, ZONE, 1));
    for (const event of events) {
      const planted = [
        ...(event.type === 'taken'
          ? [
              event.ticket.number,
              event.ticket.ticketId,
              event.ticket.ticketClass,
              ...(event.ticket.bookingId === null ? [] : [event.ticket.bookingId]),
            ]
          : []),
        ...(event.type === 'window-opened' ? [event.person] : []),
        ...('ticketId' in event ? [event.ticketId] : []),
        String(event.stamp.atMs),
      ];
      for (const text of planted) {
        if (bytes.includes(text)) throw new Error(`${text} is in ${bytes}`);
        looked += 1;
      }
    }
  });
  expect(looked).toBeGreaterThan(5_000);
});
