import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { durationBoundsMinutes, type StationDay, type StationFigures } from '#contract/station-day.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { catalogueDir } from '../catalogue/load-catalogue.ts';
import {
  call,
  clockForTests,
  DESK_TOKEN,
  OTHER_TERMINAL,
  SISTER_TERMINAL,
  startTestPlatform,
  TERMINAL,
  type By,
} from '../for-tests.ts';
import { startPlatform, type Platform } from '../server.ts';

let postgres: TestPostgres;
let platform: Platform;
let databaseUrl: string;
let database: pg.Client;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
}, 60_000);
afterAll(async () => {
  await database.end();
  await platform.close();
  await postgres.close();
});
beforeEach(async () => {
  await database.query('TRUNCATE station_day');
});

/** In China it is the 22nd (TEST_NOW_MS). */
const DAY = '2026-11-21';

/** So many people, each of them so long. */
function times(people: number, minutes: number) {
  const within = durationBoundsMinutes.findIndex((bound) => minutes <= bound);
  const buckets = durationBoundsMinutes.map(() => 0).concat(0);
  buckets[within === -1 ? buckets.length - 1 : within] = people;
  return { buckets, sumSeconds: people * minutes * 60 };
}

function reportOf(people: number, change: Partial<StationDay> = {}): StationDay {
  const row = { line: 'A', fromHour: 9, untilHour: 10, taken: people, served: people };
  const others = { noShows: 1, cancelled: 0, left: 2 };
  return {
    term: 1,
    events: people * 3,
    rows: [{ ...row, ...others, waits: times(people, 10), services: times(people, 4) }],
    windows: [{ window: '1', served: people }],
    ...change,
  };
}

const tell = (report: object, by: By = TERMINAL, day = DAY) =>
  call(`${platform.url}/v1/station-days/${day}`, { method: 'PUT', by, body: report });
const ask = (query: string, by: By = DESK_TOKEN) => call(`${platform.url}/v1/station-days?${query}`, { by });

async function figures(stationId = '999901001', from = DAY, until = DAY): Promise<StationFigures> {
  const { status, json } = await ask(`stationId=${stationId}&from=${from}&until=${until}`);
  expect(status).toBe(200);
  return json as StationFigures; // of the contract
}
const served = async (stationId?: string) => (await figures(stationId)).whole.served;

describe('of a day one report stands', () => {
  test('the same report again, after an answer that was lost, changes nothing', async () => {
    expect((await tell(reportOf(6))).json).toEqual({ day: DAY, stands: true });
    expect((await tell(reportOf(6))).json).toEqual({ day: DAY, stands: true });
    expect(await figures()).toMatchObject({ days: 1, whole: { taken: 6, served: 6, noShows: 1, left: 2 } });
  });

  test('a fuller one takes the place of the one before, and a hub that was put back from a copy does not', async () => {
    await tell(reportOf(6));
    expect((await tell(reportOf(9))).json).toMatchObject({ stands: true });
    expect((await tell(reportOf(7))).json).toMatchObject({ stands: false });
    expect(await served()).toBe(9);
  });

  test('a terminal that has made other figures of the same day may say so', async () => {
    await tell(reportOf(6));
    const corrected = reportOf(6, { windows: [{ window: '2', served: 6 }] });
    expect((await tell(corrected)).json).toMatchObject({ stands: true });
    expect((await figures()).windows).toEqual([{ window: '2', served: 6 }]);
  });

  test('two terminals that claim the same station are not added up: the fuller one stands, in any order', async () => {
    await tell(reportOf(9));
    expect((await tell(reportOf(6), SISTER_TERMINAL)).json).toMatchObject({ stands: false });
    expect(await served()).toBe(9);
    expect((await tell(reportOf(12), SISTER_TERMINAL)).json).toMatchObject({ stands: true });
    expect((await tell(reportOf(9))).json).toMatchObject({ stands: false });
    expect(await served()).toBe(12);
  });

  test('of two that know the same number of events the first stands, however often each is told', async () => {
    await tell(reportOf(6));
    const other = reportOf(6, { windows: [] });
    for (let round = 0; round < 3; round += 1) {
      expect((await tell(other, SISTER_TERMINAL)).json).toMatchObject({ stands: false });
      expect((await tell(reportOf(6))).json).toMatchObject({ stands: true });
    }
  });

  test('a hub of a later term stands, also with less, and the one before it not any more', async () => {
    await tell(reportOf(9));
    expect((await tell(reportOf(6, { term: 2 }), SISTER_TERMINAL)).json).toMatchObject({ stands: true });
    expect((await tell(reportOf(30))).json).toMatchObject({ stands: false });
    expect(await served()).toBe(6);
  });

  test('when twelve arrive at once', async () => {
    const people = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    await Promise.all(
      people.map((count, index) => tell(reportOf(count), index % 2 ? TERMINAL : SISTER_TERMINAL)),
    );
    expect(await figures()).toMatchObject({ days: 1, whole: { served: 16 } });
  });
});

describe('who may tell, and ask', () => {
  test('a terminal tells of its own station, whatever else it knows of', async () => {
    await tell(reportOf(6), OTHER_TERMINAL);
    expect(await served('999901001')).toBe(0);
    expect(await served('999901002')).toBe(6);
  });

  test.each<[string, object]>([
    ['a key that nobody knows', { ...reportOf(6), stationId: '999901002' }],
    ['a name', { ...reportOf(6), windows: [{ window: '1', served: 6, person: '张建国' }] }],
    ['a ticket’s number', { ...reportOf(6), rows: [{ ...reportOf(6).rows[0], number: 'A001' }] }],
    ['the time of one person', { ...reportOf(6), rows: [{ ...reportOf(6).rows[0], waits: times(1, 10) }] }],
    ['a number that is none', { ...reportOf(6), events: 1e300 }],
  ])('a report with %s is 400, and nothing is stored', async (_what, report) => {
    const answer = await tell(report);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'BAD_REQUEST' });
    expect((await figures()).days).toBe(0);
  });

  test('a report with more rows than a day has hours and lines is refused for that', async () => {
    const answer = await tell({ ...reportOf(6), rows: Array(577).fill(reportOf(6).rows[0]) });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ data: { reason: expect.stringMatching(/rows.*576/) } });
    expect((await figures()).days).toBe(0);
  });

  test.each(['2026-11-23', '2027-01-01', '2023-01-01'])('of %s nothing is taken', async (day) => {
    const answer = await tell(reportOf(6), TERMINAL, day);
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ code: 'DAY_OUT_OF_RANGE', data: { reason: expect.any(String) } });
  });

  test('a terminal whose midnight comes before ours is taken at its word', async () => {
    expect((await tell(reportOf(6), TERMINAL, '2026-11-22')).status).toBe(200);
  });

  test.each([
    'stationId=999901001&from=2026-11-21',
    'stationId=999901001&from=2026-11-21&until=2026-11-20',
    'stationId=999901001&from=2025-01-01&until=2026-11-20',
    'stationId=1&from=2026-11-21&until=2026-11-21',
    'stationId=999901001&from=2026-11-31&until=2026-12-01',
  ])('%s is no question', async (query) => {
    expect((await ask(query)).status).toBe(400);
  });
});

test('days add up line by line, and percentiles are read off the sum', async () => {
  const one = reportOf(6);
  const [row] = one.rows;
  if (row === undefined) throw new Error('no row');
  const quiet = { ...row, line: 'B', taken: 2, served: 2, waits: null, services: null };
  await tell({ ...one, rows: [row, quiet] }, TERMINAL, '2026-11-20');
  const slow = { ...row, taken: 14, served: 14, waits: times(14, 55), services: times(14, 4) };
  await tell(reportOf(14, { rows: [slow], windows: [{ window: '10', served: 14 }] }));
  const found = await figures('999901001', '2026-11-01', '2026-11-30');
  expect(found).toMatchObject({
    days: 2,
    whole: { taken: 22, served: 22, noShows: 3, left: 6 },
    lines: [
      { line: 'A', served: 20 },
      { line: 'B', served: 2, waits: { count: 0, median: null } },
    ],
    windows: [
      { window: '1', served: 6 },
      { window: '10', served: 14 },
    ],
  });
  expect(found.whole.waits).toEqual({
    count: 20,
    meanMinutes: 41.5,
    median: { fromMinutes: 50, toMinutes: 60 },
    ninetieth: { fromMinutes: 50, toMinutes: 60 },
  });
});

test('a day is erased some years behind it', async () => {
  await tell(reportOf(6), TERMINAL, '2023-12-31');
  const laterMs = Date.UTC(2027, 0, 10);
  const later = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock: { ...clockForTests, now: () => laterMs },
    catalogueDir,
  });
  await call(`${later.url}/v1/station-days/2027-01-09`, {
    method: 'PUT',
    by: TERMINAL,
    body: reportOf(6),
    nowMs: laterMs,
  });
  await later.close();
  expect((await figures('999901001', '2023-12-31', '2023-12-31')).days).toBe(0);
  expect((await figures('999901001', '2027-01-09', '2027-01-09')).days).toBe(1);
});
