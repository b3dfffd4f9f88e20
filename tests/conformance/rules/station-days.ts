import {
  durationBoundsMinutes,
  stationDayKeptSchema,
  stationFiguresSchema,
  type StationFigures,
} from '#contract/station-day.ts';
import { Broken, hasStatus, read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;

/** So many people, each of them so long. */
function times(people: number, minutes: number) {
  const within = durationBoundsMinutes.findIndex((bound) => minutes <= bound);
  const buckets = durationBoundsMinutes.map(() => 0).concat(0);
  buckets[within === -1 ? buckets.length - 1 : within] = people;
  return { buckets, sumSeconds: people * minutes * 60 };
}

function reportOf(people: number, term = 1) {
  const counts = { taken: people, served: people, noShows: 1, cancelled: 0, left: 2 };
  const durations = { waits: times(people, 10), services: times(people, 4) };
  return {
    term,
    events: people * 3,
    rows: [{ line: 'A', fromHour: 9, untilHour: 10, ...counts, ...durations }],
    windows: [{ window: '1', served: people }],
  };
}

const dayAt = (t: Trial, daysAgo: number): string => t.maker.iso(CHINA_MS - daysAgo * DAY_MS).slice(0, 10);

const tell = (t: Trial, day: string, report: unknown, by: Terminal = t.first): Promise<Answer> =>
  t.client.call({ method: 'PUT', path: `/v1/station-days/${day}`, by, body: report });

const ask = (t: Trial, stationId: string, from: string, until = from): Promise<Answer> =>
  t.client.call({
    path: `/v1/station-days?stationId=${stationId}&from=${from}&until=${until}`,
    by: 'desk',
  });

const figures = async (t: Trial, day: string, stationId = t.first.stationId): Promise<StationFigures> =>
  read(await ask(t, stationId, day), stationFiguresSchema);

/** One of the last years of which no report is here: an earlier run may have left some. */
async function freeDay(t: Trial): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const day = dayAt(t, 2 + t.maker.below(1000));
    const told = [await figures(t, day), await figures(t, day, t.cast.other.stationId)];
    if (told.every(({ days }) => days === 0)) return day;
  }
  throw new Broken('a day of which no report is here yet', 'none in fifty tries');
}

async function stands(
  t: Trial,
  day: string,
  report: unknown,
  expected: boolean,
  by?: Terminal,
): Promise<void> {
  const kept = read(await tell(t, day, report, by), stationDayKeptSchema);
  same(kept, { day, stands: expected }, 'the answer');
}

export const stationDayRules: Theme = {
  letter: 'Y',
  title: 'Days of a station’s queue, in counts',
  when: 'prepared',
  rules: [
    rule(
      'Y-01',
      'A day that was told is added up for the desk, with middle and ninetieth times',
      async (t) => {
        const day = await freeDay(t);
        await stands(t, day, reportOf(6), true);
        const { days, whole, windows } = await figures(t, day);
        const { taken, served, noShows, left, waits } = whole;
        same(
          { days, taken, served, noShows, left },
          { days: 1, taken: 6, served: 6, noShows: 1, left: 2 },
          'figures',
        );
        const tenMinutes = { fromMinutes: 8, toMinutes: 10 };
        same(waits, { count: 6, meanMinutes: 10, median: tenMinutes, ninetieth: tenMinutes }, 'waits');
        same(windows, [{ window: '1', served: 6 }], 'windows');
      },
    ),
    rule('Y-02', 'The same report again changes nothing', async (t) => {
      const day = await freeDay(t);
      for (let again = 0; again < 2; again += 1) await stands(t, day, reportOf(6), true);
      same((await figures(t, day)).whole.served, 6, 'served:');
    }),
    rule('Y-03', 'Of one term the fuller report of a day stands, in whichever order they come', async (t) => {
      const day = await freeDay(t);
      await stands(t, day, reportOf(6), true);
      await stands(t, day, reportOf(9), true);
      await stands(t, day, reportOf(7), false);
      same((await figures(t, day)).whole.served, 9, 'served:');
    }),
    rule('Y-04', 'The report of a later term takes the place of an earlier one, however full', async (t) => {
      const day = await freeDay(t);
      await stands(t, day, reportOf(9), true);
      await stands(t, day, reportOf(6, 2), true);
      await stands(t, day, reportOf(12), false);
      same((await figures(t, day)).whole.served, 6, 'served:');
    }),
    rule('Y-05', 'A terminal tells the days of its own station', async (t) => {
      const day = await freeDay(t);
      await stands(t, day, reportOf(6), true);
      await stands(t, day, reportOf(9), true, t.cast.other);
      same((await figures(t, day)).whole.served, 6, 'served here:');
      same((await figures(t, day, t.cast.other.stationId)).whole.served, 9, 'served elsewhere:');
    }),
    rule(
      'Y-06',
      'A day that has not begun, or too long ago, is DAY_OUT_OF_RANGE (422); today’s evening is told today',
      async (t) => {
        for (const day of [dayAt(t, -2), dayAt(t, 1200)])
          refuses(await tell(t, day, reportOf(6)), 422, 'DAY_OUT_OF_RANGE');
        hasStatus(await tell(t, dayAt(t, 0), reportOf(6)), 200);
      },
    ),
    rule('Y-07', 'Times of fewer than five people are not told', async (t) => {
      const day = await freeDay(t);
      refuses(await tell(t, day, reportOf(4)), 400, 'BAD_REQUEST');
      same((await figures(t, day)).days, 0, 'days:');
    }),
    rule('Y-08', 'A report has counts and nothing else in it: another key is BAD_REQUEST', async (t) => {
      const day = await freeDay(t);
      refuses(await tell(t, day, { ...reportOf(6), tickets: ['A001'] }), 400, 'BAD_REQUEST');
      same((await figures(t, day)).days, 0, 'days:');
    }),
    rule('Y-09', 'The desk reads a year at most, and no day before the first', async (t) => {
      const { stationId } = t.first;
      refuses(await ask(t, stationId, dayAt(t, 400), dayAt(t, 1)), 400, 'BAD_REQUEST');
      refuses(await ask(t, stationId, dayAt(t, 1), dayAt(t, 5)), 400, 'BAD_REQUEST');
      hasStatus(await ask(t, stationId, dayAt(t, 300), dayAt(t, 1)), 200);
    }),
  ],
};
