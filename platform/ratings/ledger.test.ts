import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBad, ratingLevels } from '#contract/rating-scale.ts';
import type { CallBack, LedgerEntry } from '#contract/rating-ledger.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  acknowledged,
  call,
  DESK_TOKEN,
  payload,
  startTestPlatform,
  submission,
  submit,
  TERMINAL,
  TEST_NOW_MS,
  type Answer,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { listCallBacks, noteCall } from './call-backs.ts';
import { answer, close, verify } from './ledger.ts';

let postgres: TestPostgres;
let platform: Platform;
let pool: pg.Pool;
let submitted = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  platform = await startTestPlatform(url);
  pool = connect(url, 2);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await platform.close();
  await postgres.close();
}, 60_000);

const DAY_MS = 86_400_000;
const MOBILE = '13900001234';
const desk = (method: string, path: string, body?: unknown): Promise<Answer> =>
  call(`${platform.url}/v1/${path}`, {
    method,
    by: DESK_TOKEN,
    ...(body === undefined ? {} : { body }),
  });

/** A case that was refused, which is over and may be rated, of somebody who left a number to call or did not. */
async function caseThatIsOver(answers: Record<string, string>): Promise<string> {
  submitted += 1;
  const content = payload({ applicantName: '张建国', applicantId: '999901194503120014', ...answers });
  const caseNo = acknowledged(await submit(platform, submitted, submission(content))).caseNo;
  const refused = await desk('POST', `cases/${caseNo}/refusal`, { reason: { zh: '不符合', en: 'Not so' } });
  expect(refused.status).toBe(200);
  return caseNo;
}

const rate = (caseNo: string, level: string, ratingId: string = randomUUID()): Promise<Answer> =>
  call(`${platform.url}/v1/ratings`, {
    method: 'POST',
    by: TERMINAL,
    body: {
      ratingId,
      caseNo,
      rating: { level, reasons: [], words: null },
      ratedAt: '2026-11-21T17:29:30.000Z',
    },
  });

const entries = async (which = 'open'): Promise<LedgerEntry[]> =>
  ((await desk('GET', `rating-ledger?which=${which}`)).json as { entries: LedgerEntry[] }).entries; // of the contract's form
const callBacks = async (): Promise<CallBack[]> =>
  ((await desk('GET', 'call-backs')).json as { callBacks: CallBack[] }).callBacks; // of the contract's form

/** The one that this rating opened. */
async function entryOf(caseNo: string, level = 'dissatisfied'): Promise<LedgerEntry> {
  const before = new Set((await entries()).map(({ entryNo }) => entryNo));
  await rate(caseNo, level);
  const opened = (await entries()).filter(({ entryNo }) => !before.has(entryNo));
  expect(opened).toHaveLength(1);
  const [entry] = opened;
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

const VERIFIED = { isFounded: true, words: '窗口让人跑了两趟' };
const PUT_RIGHT = { remedy: { kind: 'put-right', words: '改为一次告知，清单贴在窗口' } };

describe('a rating opens an entry', () => {
  test('of the two bad levels, which are 4 and 5 in the standard and 2 and 1 in stars', async () => {
    expect(ratingLevels.filter(isBad)).toEqual(['dissatisfied', 'very-dissatisfied']);
    const before = (await entries()).length;
    for (const level of ratingLevels) await rate(await caseThatIsOver({}), level);
    const opened = (await entries()).slice(before);
    expect(opened.map(({ satisfactionCode }) => satisfactionCode).sort()).toEqual([4, 5]);
  });

  test('once, however often it comes and whoever sends another', async () => {
    const caseNo = await caseThatIsOver({});
    const before = (await entries()).length;
    const ratingId = randomUUID();
    await Promise.all(Array.from({ length: 8 }, () => rate(caseNo, 'very-dissatisfied', ratingId)));
    await rate(caseNo, 'dissatisfied');
    expect((await entries()).length).toBe(before + 1);
  });

  test('that is due in five working days, and names no case, no hour and nobody', async () => {
    const caseNo = await caseThatIsOver({ mobile: MOBILE });
    const entry = await entryOf(caseNo);
    expect(entry).toEqual({
      entryNo: expect.stringMatching(/^CP20261122\d{8}$/),
      itemSlug: 'elderly-allowance',
      department: { zh: '示例区民政局', en: expect.any(String) },
      satisfactionCode: 4,
      level: 'dissatisfied',
      reasons: [],
      words: null,
      ratedOn: '2026-11-22',
      openedOn: '2026-11-22',
      // From Sunday: Monday to Friday.
      dueOn: '2026-11-27',
      state: 'open',
      isOverdue: false,
      callBack: 'open',
      events: [],
    });
    expect(JSON.stringify(await entries())).not.toMatch(new RegExp(`${caseNo}|张建国|${MOBILE}|17:29`));
  });
});

describe('an entry', () => {
  test('is verified, put right, told to the resident, and closed, in this order and no other', async () => {
    const caseNo = await caseThatIsOver({ mobile: MOBILE });
    const { entryNo } = await entryOf(caseNo);
    const path = `rating-ledger/${entryNo}`;
    const refused = { code: 'LEDGER_STEP_REFUSED', data: { state: 'open' } };
    expect((await desk('POST', `${path}/remedy`, PUT_RIGHT)).json).toMatchObject(refused);
    expect((await desk('POST', `${path}/closure`, {})).json).toMatchObject(refused);
    expect((await desk('POST', `${path}/verification`, VERIFIED)).json).toMatchObject({ state: 'verified' });
    expect((await desk('POST', `${path}/verification`, VERIFIED)).status).toBe(409);
    expect((await desk('POST', `${path}/remedy`, PUT_RIGHT)).json).toMatchObject({ state: 'answered' });
    const own = (await callBacks()).find((one) => one.caseNo === caseNo);
    expect((await desk('POST', `${path}/closure`, {})).json).toMatchObject({
      code: 'CALL_BACK_OPEN',
      data: { callBackNo: own?.callBackNo },
    });
    const said = { wasReached: true, said: '听了，说以后再看' };
    const called = await desk('POST', `call-backs/${own?.callBackNo ?? ''}/calls`, { call: said });
    expect(called.json).toMatchObject({ outcome: 'reached', calls: [said] });
    const closed = await desk('POST', `${path}/closure`, {});
    expect(closed.json).toMatchObject({ state: 'closed', callBack: 'closed' });
    expect((closed.json as LedgerEntry).events.map(({ act }) => act)).toEqual([
      'verified',
      'put-right',
      'closed',
    ]);
    expect((await entries()).some((entry) => entry.entryNo === entryNo)).toBe(false);
    expect((await entries('closed')).some((entry) => entry.entryNo === entryNo)).toBe(true);
  });

  test('is explained only with the article of the law', async () => {
    const { entryNo, callBack } = await entryOf(await caseThatIsOver({}));
    expect(callBack).toBe('none');
    await desk('POST', `rating-ledger/${entryNo}/verification`, { isFounded: false, words: '按规定不能办' });
    const explain = (change: object): Promise<Answer> =>
      desk('POST', `rating-ledger/${entryNo}/remedy`, {
        remedy: { kind: 'explained', words: '户籍不在本区', ...change },
      });
    expect((await explain({})).status).toBe(400);
    expect((await explain({ legalGround: ' ' })).status).toBe(400);
    expect((await explain({ legalGround: '《高龄津贴办法》第三条' })).json).toMatchObject({
      state: 'answered',
    });
    // Nobody left a number: there is no call to wait for.
    expect((await desk('POST', `rating-ledger/${entryNo}/closure`, {})).status).toBe(200);
  });

  test('gives its case to who looks into it, and keeps that somebody looked', async () => {
    const caseNo = await caseThatIsOver({});
    const { entryNo } = await entryOf(caseNo);
    expect((await desk('POST', `rating-ledger/${entryNo}/case`, {})).json).toEqual({ caseNo });
    const entry = (await entries()).find((one) => one.entryNo === entryNo);
    expect(entry?.events).toMatchObject([{ act: 'case-shown', at: '2026-11-21T17:30:00.000Z' }]);
  });

  test('of two officers who verify at once takes one', async () => {
    const { entryNo } = await entryOf(await caseThatIsOver({}));
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => desk('POST', `rating-ledger/${entryNo}/verification`, VERIFIED)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
  });

  test('that is past its day is overdue, and one that is due today is not', async () => {
    const { entryNo } = await entryOf(await caseThatIsOver({}));
    const isOverdue = async (): Promise<boolean> =>
      (await entries('overdue')).some((entry) => entry.entryNo === entryNo);
    await pool.query(`UPDATE rating_ledger SET due_on = '2026-11-22' WHERE entry_no = $1`, [entryNo]);
    expect(await isOverdue()).toBe(false);
    await pool.query(`UPDATE rating_ledger SET due_on = '2026-11-21' WHERE entry_no = $1`, [entryNo]);
    expect(await isOverdue()).toBe(true);
  });

  test('that is closed stands before those that were closed earlier: a list is as long as it is, and they grow for ever', async () => {
    const catalogue = loadCatalogue(catalogueDir);
    const closedAfter = async (entryNo: string, days: number): Promise<void> => {
      const parts = { pool, catalogue, nowMs: TEST_NOW_MS + days * DAY_MS };
      await verify(parts, entryNo, VERIFIED);
      await answer(parts, entryNo, { kind: 'put-right', words: '改了' });
      expect(await close(parts, entryNo)).toMatchObject({ kind: 'done' });
    };
    const [first, second] = [
      await entryOf(await caseThatIsOver({})),
      await entryOf(await caseThatIsOver({})),
    ];
    await closedAfter(second.entryNo, 1);
    await closedAfter(first.entryNo, 2);
    const closed = (await entries('closed')).map(({ entryNo }) => entryNo);
    expect(closed.slice(0, 2)).toEqual([first.entryNo, second.entryNo]);
  });

  test.each([
    ['an entry that is not there', 'rating-ledger/CP2026112299999999/verification', VERIFIED, 404],
    ['a number that is none', "rating-ledger/CP'%20OR%201=1/verification", VERIFIED, 400],
    ['no words', 'rating-ledger/CP2026112299999999/verification', { isFounded: true, words: ' ' }, 400],
    [
      'a call back that is not there',
      'call-backs/HF2026112299999999/calls',
      { call: { wasReached: false } },
      404,
    ],
    [
      'a call without what was said',
      'call-backs/HF2026112299999999/calls',
      { call: { wasReached: true } },
      400,
    ],
  ])('with %s changes nothing', async (_what, path, body, status) => {
    expect((await desk('POST', path, body)).status).toBe(status);
  });
});

describe('a call back', () => {
  async function opened(): Promise<string> {
    const caseNo = await caseThatIsOver({ mobile: MOBILE });
    const { entryNo } = await entryOf(caseNo, 'very-dissatisfied');
    const { callBackNo = '' } = (await callBacks()).find((one) => one.caseNo === caseNo) ?? {};
    // Nobody is called before there is something to tell.
    expect(await missed(callBackNo, 0)).toBe('too-early');
    await desk('POST', `rating-ledger/${entryNo}/verification`, VERIFIED);
    expect(await missed(callBackNo, 0)).toBe('too-early');
    await desk('POST', `rating-ledger/${entryNo}/remedy`, PUT_RIGHT);
    return (await callBacks()).find((one) => one.caseNo === caseNo)?.callBackNo ?? '';
  }
  const missed = async (callBackNo: string, afterDays: number): Promise<string | null> => {
    const outcome = await noteCall(pool, callBackNo, { wasReached: false }, TEST_NOW_MS + afterDays * DAY_MS);
    return outcome.kind === 'called' ? (outcome.callBack.outcome ?? 'open') : outcome.kind;
  };

  test('is given up after three calls, and not on one day', async () => {
    const callBackNo = await opened();
    expect(await missed(callBackNo, 0)).toBe('open');
    expect(await missed(callBackNo, 0)).toBe('open');
    expect(await missed(callBackNo, 0)).toBe('open');
    expect(await missed(callBackNo, 1)).toBe('not-reached');
    expect(await missed(callBackNo, 2)).toBe('over');
  });

  test('is opened by a reply that was sent back, until the day of the second one', async () => {
    submitted += 1;
    const question = payload({
      about: 'medins',
      question: '怎么报销？',
      replyBy: 'call',
      callName: '李梅',
      mobile: MOBILE,
    });
    const sent = { ...submission({ ...question, identitySource: 'none' }), itemSlug: 'consultation' };
    const { caseNo } = acknowledged(await submit(platform, submitted, sent));
    const replied = await desk('POST', `cases/${caseNo}/replies`, {
      replyId: randomUUID(),
      unit: '示例区医疗保障局',
      text: '医保报销：带社保卡和发票到示例区医保局 2 号窗口，当场报。',
    });
    expect(replied.status).toBe(200);
    await call(`${platform.url}/v1/reply-refusals`, {
      method: 'POST',
      by: TERMINAL,
      body: { refusalId: randomUUID(), caseNo, reason: 'off-point', refusedAt: '2026-11-21T17:29:30.000Z' },
    });
    const own = (await callBacks()).filter((one) => one.caseNo === caseNo);
    expect(own).toMatchObject([{ because: 'refused-reply', dueOn: '2026-11-25', outcome: null }]);
  });

  test('that is over stands before those that were over earlier', async () => {
    const reached = async (callBackNo: string, days: number): Promise<void> => {
      await noteCall(pool, callBackNo, { wasReached: true, said: '好' }, TEST_NOW_MS + days * DAY_MS);
    };
    const [first, second] = [await opened(), await opened()];
    await reached(second, 3);
    await reached(first, 4);
    const over = await listCallBacks(pool, { which: 'closed', limit: 2, scope: null }, TEST_NOW_MS);
    expect(over.map(({ callBackNo }) => callBackNo)).toEqual([first, second]);
  });

  test('is overdue when its day is past', async () => {
    const callBackNo = await opened();
    const late = await listCallBacks(
      pool,
      { which: 'overdue', limit: 500, scope: null },
      TEST_NOW_MS + 6 * DAY_MS,
    );
    expect(late.some((one) => one.callBackNo === callBackNo && one.isOverdue)).toBe(true);
  });
});
