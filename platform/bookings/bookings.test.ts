import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  call,
  DESK_TOKEN,
  OTHER_TERMINAL,
  SISTER_TERMINAL,
  startTestPlatform,
  TERMINAL,
  TEST_NOW_MS,
  type By,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';

const ZHANG = '999901194503120014';
const LI = '999901198808060022';
const HOUR_MS = 3_600_000;
const key = Buffer.alloc(32, 7);
const tagKey = key.toString('base64url');
const tagOf = (number: string) => createHmac('sha256', key).update(number).digest('hex');
const at = (ms: number) => new Date(TEST_NOW_MS + ms).toISOString();

let postgres: TestPostgres;
let platform: Platform;
const logged: string[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.close());
beforeEach(async () => {
  platform = await startTestPlatform(await postgres.createDatabase(), (line) =>
    logged.push(JSON.stringify(line)),
  );
  return () => platform.close();
});

const ask = (method: string, path: string, by: By, body?: object) =>
  call(`${platform.url}/v1/bookings/${path}`, { method, by, ...(body ? { body } : {}) });
const booking = (startsAt: string, personNumber = ZHANG, stationId = '999901001') => ({
  stationId,
  station: { zh: '和平社区站', en: 'Heping Station' },
  startsAt,
  itemSlug: 'elderly-allowance',
  personNumber,
});
const keep = (bookingNo: string, body: object) => ask('PUT', bookingNo, DESK_TOKEN, body);
const today = { tagKey, from: at(-HOUR_MS), until: at(24 * HOUR_MS) };
const settle = (bookingNo: string, outcome: 'came' | 'missed', by: By = TERMINAL) =>
  ask('POST', 'outcomes', by, { bookingNo, outcome });

async function stateOf(bookingNo: string): Promise<unknown> {
  const { json } = await ask('POST', 'search', TERMINAL, { by: 'number', tagKey, bookingNo });
  return (json as { bookings: { state: string }[] }).bookings[0]?.state; // of the contract
}

test('a terminal learns the bookings of its own station, in the days it asks for, and nobody’s number', async () => {
  await keep('20261122', booking(at(HOUR_MS)));
  await keep('20261123', booking(at(HOUR_MS), LI, '999901002'));
  await keep('20261124', booking(at(30 * HOUR_MS), LI));
  const told = await ask('POST', 'of-station', TERMINAL, today);
  expect(told.json).toEqual({
    bookings: [
      {
        bookingNo: '20261122',
        stationId: '999901001',
        station: { zh: '和平社区站', en: 'Heping Station' },
        startsAt: at(HOUR_MS),
        itemSlug: 'elderly-allowance',
        state: 'booked',
        personTag: tagOf(ZHANG),
      },
    ],
  });
  expect(told.text + logged.join('')).not.toContain(ZHANG);
  const whole = await ask('POST', 'of-station', TERMINAL, { ...today, until: at(200 * HOUR_MS) });
  expect(whole.status).toBe(400);
});

test('a booking is found by its number or by the card, at whichever station it is asked for', async () => {
  await keep('20261122', booking(at(HOUR_MS)));
  await keep('20261123', booking(at(2 * HOUR_MS), LI));
  await keep('20261101', booking(at(-100 * HOUR_MS)));
  const byNumber = await ask('POST', 'search', OTHER_TERMINAL, {
    by: 'number',
    tagKey,
    bookingNo: '20261123',
  });
  expect(byNumber.json).toMatchObject({ bookings: [{ stationId: '999901001', personTag: tagOf(LI) }] });
  const byCard = await ask('POST', 'search', OTHER_TERMINAL, { by: 'card', tagKey, personNumber: ZHANG });
  expect(byCard.json).toMatchObject({ bookings: [{ bookingNo: '20261122' }] });
  const none = await ask('POST', 'search', TERMINAL, { by: 'number', tagKey, bookingNo: '99999999' });
  expect(none.json).toEqual({ bookings: [] });
});

test('whoever guesses numbers, or counts through cards, has to wait', async () => {
  const answers: number[] = [];
  for (let n = 0; n < 60; n += 1) {
    const search = { by: 'number', tagKey, bookingNo: String(10_000_000 + n) };
    answers.push((await ask('POST', 'search', TERMINAL, search)).status);
    if (answers.at(-1) === 429) break;
  }
  expect(answers.at(-1)).toBe(429);
});

test('one that was moved is at its new time, and one that was cancelled says so', async () => {
  await keep('20261122', booking(at(HOUR_MS)));
  await keep('20261122', booking(at(3 * HOUR_MS)));
  expect((await ask('POST', 'of-station', TERMINAL, today)).json).toMatchObject({
    bookings: [{ startsAt: at(3 * HOUR_MS) }],
  });
  expect((await ask('DELETE', '20261122', DESK_TOKEN)).status).toBe(200);
  expect(await stateOf('20261122')).toBe('cancelled');
  expect((await ask('DELETE', '20269999', DESK_TOKEN)).status).toBe(404);
});

test('who came has come, whatever another terminal says before or after it', async () => {
  await keep('20261122', booking(at(-HOUR_MS)));
  expect((await settle('20261122', 'missed')).status).toBe(200);
  expect(await stateOf('20261122')).toBe('missed');
  expect((await settle('20261122', 'came', SISTER_TERMINAL)).status).toBe(200);
  expect((await settle('20261122', 'missed')).status).toBe(200);
  expect(await stateOf('20261122')).toBe('came');
  expect((await keep('20261122', booking(at(HOUR_MS)))).json).toMatchObject({ code: 'BOOKING_OVER' });
  expect((await ask('DELETE', '20261122', DESK_TOKEN)).status).toBe(404);
});

test('a booking that was moved while a terminal had no line is not missed on its old day', async () => {
  await keep('20261122', booking(at(-24 * HOUR_MS)));
  await keep('20261122', booking(at(96 * HOUR_MS)));
  expect((await settle('20261122', 'missed')).status).toBe(200);
  expect(await stateOf('20261122')).toBe('booked');
  expect((await ask('DELETE', '20261122', DESK_TOKEN)).status).toBe(200);
});

test('a terminal of another station settles nothing', async () => {
  await keep('20261122', booking(at(HOUR_MS)));
  expect((await settle('20261122', 'came', OTHER_TERMINAL)).status).toBe(404);
  expect(await stateOf('20261122')).toBe('booked');
});

test('a booking is erased some weeks behind its day', async () => {
  await keep('20260101', booking(at(-100 * 24 * HOUR_MS)));
  await keep('20261122', booking(at(HOUR_MS)));
  // The second one has erased the first, which can be told anew.
  expect((await settle('20260101', 'missed')).status).toBe(404);
});
