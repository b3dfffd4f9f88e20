import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CodeResolver } from '../codes/code-resolver.ts';
import { queryCodeOf } from '../cases/progress.ts';
import { withDatabase } from '../fixture/for-tests.ts';
import {
  acknowledged,
  applicationId,
  call,
  DESK_TOKEN,
  OTHER_TERMINAL,
  payload,
  startTestPlatform,
  submission,
  submit,
  TERMINAL,
  TEST_NOW_MS,
  type Answer,
  type By,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { searchLines } from './person-searches.ts';

/** Whoever asks about a person leaves a trace, and the trace says nothing of the person. */

const database = withDatabase();
let platform: Platform;
/** Region 999901 does not exist: nobody has these numbers. */
const NUMBER = '999901194503120014';
const STRANGER = '999901195001010019';
const CODE = 'code-of-a-resident-0001';
const tagKey = Buffer.alloc(32, 5).toString('base64url');
let caseNo: string;

const codes: CodeResolver = {
  resolve: (token) =>
    Promise.resolve(
      token === CODE
        ? {
            kind: 'resolved',
            resolved: {
              identity: {
                kind: 'resident',
                idType: '111',
                name: '张建国',
                sex: '1',
                birthday: '19450312',
                number: NUMBER,
              },
              expiresAt: new Date(TEST_NOW_MS + 600_000).toISOString(),
            },
          }
        : { kind: 'unknown' },
    ),
};

const ask = (path: string, body: object, by: By = OTHER_TERMINAL): Promise<Answer> =>
  call(`${platform.url}/v1/${path}`, { method: 'POST', by, body });

beforeAll(async () => {
  platform = await startTestPlatform(database().url, undefined, codes);
  const answers = { applicantName: '张建国', applicantId: NUMBER, mobile: '13800005678' };
  ({ caseNo } = acknowledged(await submit(platform, 1, submission(payload(answers)))));
  const booking = {
    stationId: '999901001',
    station: { zh: '和平社区站', en: 'Heping Station' },
    startsAt: new Date(TEST_NOW_MS + 3_600_000).toISOString(),
    itemSlug: null,
    personNumber: NUMBER,
  };
  const kept = await call(`${platform.url}/v1/bookings/20261122`, {
    method: 'PUT',
    by: DESK_TOKEN,
    body: booking,
  });
  expect(kept.status).toBe(200);
}, 120_000);

afterAll(() => platform.close(), 60_000);

beforeEach(async () => {
  await database().pool.query('TRUNCATE person_search; TRUNCATE progress_try');
});

const asked = {
  bookingsByCard: (personNumber: string) => ask('bookings/search', { by: 'card', tagKey, personNumber }),
  bookingByNumber: (bookingNo: string) => ask('bookings/search', { by: 'number', tagKey, bookingNo }),
  casesByCard: (personNumber: string) => ask('cases/progress', { by: 'card', personNumber }),
  casesBySlip: (queryCode: string) =>
    ask('cases/progress', { by: 'number', receiptNo: '9999010012611220100010', queryCode }),
  correction: (personNumber: string) => ask('cases/correction', { caseNo, personNumber }),
  code: (token: string) => ask('codes/resolve', { token }),
};

const ownCode = queryCodeOf(applicationId(1));
const otherCode = ownCode === '000000' ? '000001' : '000000';

test.each([
  ['bookings by a card', () => asked.bookingsByCard(NUMBER), 'bookings.search  by card  found 1'],
  ['those of nobody', () => asked.bookingsByCard(STRANGER), 'bookings.search  by card  found 0'],
  ['a booking', () => asked.bookingByNumber('20261122'), 'bookings.search  by booking-number  found 1'],
  [
    'one that is none',
    () => asked.bookingByNumber('99999999'),
    'bookings.search  by booking-number  found 0',
  ],
  ['cases by a card', () => asked.casesByCard(NUMBER), 'cases.progress  by card  found 1'],
  ['cases of nobody', () => asked.casesByCard(STRANGER), 'cases.progress  by card  found 0'],
  ['cases by a slip', () => asked.casesBySlip(ownCode), 'cases.progress  by slip  found 1'],
  ['cases by a guessed code', () => asked.casesBySlip(otherCode), 'cases.progress  by slip  found 0'],
  // Nothing is to be corrected there: who tried is written down all the same.
  ['what was submitted', () => asked.correction(NUMBER), 'cases.openCorrection  by card  found 0'],
  ['who shows a code', () => asked.code(CODE), 'codes.resolve  by code  found 1'],
])('%s: which terminal asked, when, by what, and how many it found', async (_what, search, line) => {
  await search();
  expect(await searchLines(database().pool, null)).toEqual([
    `${new Date(TEST_NOW_MS).toISOString()}  T-02  ${line}`,
  ]);
});

test('what was submitted, opened to be corrected', async () => {
  const notice = await call(`${platform.url}/v1/cases/${caseNo}/corrections`, {
    method: 'POST',
    by: DESK_TOKEN,
    body: {
      entries: [
        {
          target: { of: 'page', pageId: 'homeAddress' },
          reason: { zh: '门牌号不对', en: 'A wrong house number' },
        },
      ],
      workdays: 5,
    },
  });
  expect(notice.status).toBe(200);
  expect((await asked.correction(NUMBER)).status).toBe(200);
  expect(await searchLines(database().pool, 'T-02')).toEqual([
    expect.stringMatching(/cases\.openCorrection {2}by card {2}found 1$/),
  ]);
});

test('no row has the number, the code, the case or the name', async () => {
  await asked.bookingsByCard(NUMBER);
  await asked.casesByCard(NUMBER);
  await asked.casesBySlip(ownCode);
  await asked.correction(NUMBER);
  await asked.code(CODE);
  await asked.bookingByNumber('20261122');
  const { rows } = await database().pool.query<{ row: string }>(
    'SELECT s::text AS row FROM person_search s ORDER BY seq',
  );
  expect(rows).toHaveLength(6);
  const all = rows.map(({ row }) => row).join('\n');
  for (const value of [NUMBER, CODE, caseNo, ownCode, '20261122', '9999010012611220100010', '张建国'])
    expect(all).not.toContain(value);
});

test('what cannot be written down is not told', async () => {
  await database().pool.query('ALTER TABLE person_search RENAME TO person_search_away');
  const answers = await Promise.all([
    asked.bookingsByCard(NUMBER),
    asked.casesByCard(NUMBER),
    asked.casesBySlip(ownCode),
    asked.code(CODE),
  ]);
  await database().pool.query('ALTER TABLE person_search_away RENAME TO person_search');
  for (const { status, text } of answers) {
    expect(status).toBe(500);
    expect(text).not.toMatch(/张|BJ|20261122/);
  }
});

test('the operator reads those of one terminal, the newest first', async () => {
  await asked.bookingsByCard(NUMBER);
  await ask('cases/progress', { by: 'card', personNumber: NUMBER }, TERMINAL);
  await asked.casesByCard(STRANGER);
  const of = async (terminal: string | null) =>
    (await searchLines(database().pool, terminal)).map((line) => line.split('  ').slice(1).join(' '));
  expect(await of('T-02')).toEqual([
    'T-02 cases.progress by card found 0',
    'T-02 bookings.search by card found 1',
  ]);
  expect(await of(null)).toHaveLength(3);
  expect(await searchLines(database().pool, 'T-09')).toEqual(['nobody was looked for']);
});
