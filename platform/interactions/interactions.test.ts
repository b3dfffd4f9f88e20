import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { dayBegins, officeDays } from '../cases/working-days.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { withNode } from '../fixture/for-tests.ts';
import {
  acknowledged,
  call,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  OTHER_TERMINAL,
  payload,
  submission,
  submit,
  TERMINAL,
  type Answer,
} from '../for-tests.ts';
import { afterwardsOf } from './afterwards.ts';
import { reply as giveReply } from './interactions.ts';

const node = withNode();
let submitted = 0;
/** Of a new question, received on a Saturday (China) and to be answered within three working days. */
let caseNo: string;

const catalogue = loadCatalogue(catalogueDir);
const QUESTION = payload({ about: 'medins', question: '怎么报销？', replyBy: 'here' });
const UNIT = '示例区医疗保障局';
const ANSWER = '医保报销：带社保卡和发票到示例区医保局 2 号窗口，当场报。';
const OFF_POINT = '医保报销的范围每年公布一次，想看的到 1 号窗口拿一份。';
const SECOND = '医保报销带社保卡到示例街道 3 号窗口，发票不用复印，当场报。';

beforeEach(async () => {
  caseNo = await newCase('consultation', { ...QUESTION, identitySource: 'none' });
});

async function newCase(itemSlug: string, content: typeof QUESTION): Promise<string> {
  submitted += 1;
  const answer = await submit(node().platform, submitted, { ...submission(content), itemSlug });
  expect(answer.status).toBe(200);
  return acknowledged(answer).caseNo;
}

const reply = (of: string, text: string, replyId: string = randomUUID()): Promise<Answer> =>
  call(`${node().platform.url}/v1/cases/${of}/replies`, {
    method: 'POST',
    by: DESK_TOKEN,
    body: { replyId, unit: UNIT, text },
  });
const deskAct = async (of: string, act: string, body: unknown): Promise<void> => {
  const answer = await call(`${node().platform.url}/v1/cases/${of}/${act}`, {
    method: 'POST',
    by: DESK_TOKEN,
    body,
  });
  expect(answer.status, answer.text).toBe(200);
};
const refuse = (of: string, refusalId: string = randomUUID()): Promise<Answer> =>
  call(`${node().platform.url}/v1/reply-refusals`, {
    method: 'POST',
    by: TERMINAL,
    body: { refusalId, caseNo: of, reason: 'off-point', refusedAt: '2026-11-21T17:29:30.000Z' },
  });
const state = async (of: string): Promise<unknown> =>
  (await call(`${node().platform.url}/v1/cases/${of}/interaction`, { by: DESK_TOKEN })).json;
const rate = (of: string, ratingId: string = randomUUID(), change: object = {}): Promise<Answer> =>
  call(`${node().platform.url}/v1/ratings`, {
    method: 'POST',
    by: OTHER_TERMINAL,
    body: {
      ratingId,
      caseNo: of,
      rating: { level: 'dissatisfied', reasons: ['213'], words: '说不清楚', ...change },
      ratedAt: '2026-11-21T17:29:30.000Z',
    },
  });
const statusOf = async (of: string): Promise<unknown> =>
  (await node().pool.query<{ status: string }>('SELECT status FROM case_record WHERE case_no = $1', [of]))
    .rows[0]?.status;
const ratings = async (): Promise<object[]> =>
  ((await call(`${node().platform.url}/v1/ratings`, { by: DESK_TOKEN })).json as { ratings: object[] })
    .ratings; // of the contract's form
const afterwards = async (of: string, byCard: boolean) =>
  (await afterwardsOf({ pool: node().pool, catalogue, officeDays }, [of], { byCard })).get(of);

describe('a reply', () => {
  test('is waited for until a working day, and closes the case when it comes', async () => {
    expect(await state(caseNo)).toEqual({ state: 'waiting', dueOn: '2026-11-25' });
    const answered = await reply(caseNo, ANSWER);
    expect(answered.json).toEqual({
      state: 'replied',
      reply: { unit: UNIT, text: ANSWER, repliedAt: '2026-11-21T17:30:00.000Z' },
      mayRefuse: true,
    });
    expect(await statusOf(caseNo)).toBe('10');
  });

  test('that comes twice is one, and another one is not taken before it is asked for', async () => {
    const replyId = randomUUID();
    await reply(caseNo, ANSWER, replyId);
    expect((await reply(caseNo, ANSWER, replyId)).status).toBe(200);
    expect((await reply(caseNo, SECOND)).status).toBe(409);
  });

  test('comes behind what was due by time: a question that nobody corrected is returned first, whoever looked or did not', async () => {
    await deskAct(caseNo, 'corrections', {
      entries: [
        { target: { of: 'page', pageId: 'question' }, reason: { zh: '说清楚', en: 'Say it clearly' } },
      ],
      workdays: 5,
    });
    const parts = { pool: node().pool, catalogue, officeDays, nowMs: dayBegins('2026-11-28') + 30_000 };
    const request = { replyId: randomUUID(), unit: UNIT, text: ANSWER };
    for (let times = 0; times < 2; times += 1)
      expect(await giveReply(parts, caseNo, request)).toEqual({ kind: 'ended', status: '13' });
    expect(await statusOf(caseNo)).toBe('13');
    expect(await state(caseNo)).toMatchObject({ state: 'waiting' });
  });

  test('to what has ended without one is refused with where it stands, and not as given already', async () => {
    await deskAct(caseNo, 'withdrawal', {});
    expect((await reply(caseNo, ANSWER)).json).toMatchObject({
      code: 'TRANSITION_REFUSED',
      data: { status: '14' },
    });
  });

  test('is given to no application, and to no case that is not there', async () => {
    const other = await newCase('elderly-allowance', ORDINARY_PAYLOAD);
    expect((await reply(other, '好')).status).toBe(404);
    expect((await reply('BJ2026112299999999', '好')).status).toBe(404);
  });

  test.each([
    ['nobody', { unit: ' ' }],
    ['nothing', { text: '' }],
    ['too much', { text: '长'.repeat(1001) }],
  ])('of %s is none', async (_what, change) => {
    const answer = await call(`${node().platform.url}/v1/cases/${caseNo}/replies`, {
      method: 'POST',
      by: DESK_TOKEN,
      body: { replyId: randomUUID(), unit: UNIT, text: '好', ...change },
    });
    expect(answer.status).toBe(400);
  });
});

describe('a reply that does not answer', () => {
  const CANNED = '您好，您的问题已收悉，我们将高度重视，感谢您的支持！';
  const insist = (of: string, text: string, insistBecause: string): Promise<Answer> =>
    call(`${node().platform.url}/v1/cases/${of}/replies`, {
      method: 'POST',
      by: DESK_TOKEN,
      body: { replyId: randomUUID(), unit: UNIT, text, insistBecause },
    });

  test('is sent back with what to change, and nothing of it is stored', async () => {
    const answer = await reply(caseNo, CANNED);
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({
      code: 'REPLY_DOES_NOT_ANSWER',
      data: {
        findings: [
          { rule: 'no-way-to-reach', change: { zh: expect.stringContaining('电话') } },
          { rule: 'names-no-matter' },
          { rule: 'empty' },
        ],
        mayInsist: false,
      },
    });
    expect(await state(caseNo)).toEqual({ state: 'waiting', dueOn: '2026-11-25' });
    expect(await statusOf(caseNo)).toBe('02');
    expect((await reply(caseNo, ANSWER)).status).toBe(200);
  });

  test('repeats another case, which is named by its number', async () => {
    const other = await newCase('suggestion', {
      ...payload({ about: 'station', suggestionText: '椅子不够坐', replyBy: 'none' }),
      identitySource: 'none',
    });
    const chairs = '椅子的事定了：下周三前在大厅放四把带扶手的，放好以后拍照贴在门口，没看到就打 6520031。';
    expect((await reply(other, chairs)).status).toBe(200);
    const answer = await reply(caseNo, chairs.replace('椅子', '报销').replace('三', '五'));
    expect(answer.json).toMatchObject({
      data: { findings: [{ rule: 'repeats', caseNo: other }], mayInsist: true },
    });
    expect(answer.text).not.toContain('椅子不够坐');
  });

  test('may be insisted on, with a reason and after it was refused, where a person judges better', async () => {
    const short = '示例区 2 号窗口当场办。';
    const reason = '只问在哪里办，没有别的可说';
    expect((await insist(caseNo, short, reason)).status).toBe(422);
    expect((await insist(caseNo, short, reason)).status).toBe(200);
    const course = await call(`${node().platform.url}/v1/cases/${caseNo}/course`, { by: DESK_TOKEN });
    expect(course.json).toMatchObject({ reply: { by: null, given: [{ insistedBecause: reason }] } });
  });

  test('is never insisted on without a way to reach who answers', async () => {
    const text = '医保报销带社保卡和发票，当场报给您，不用复印。';
    for (let times = 0; times < 3; times += 1)
      expect((await insist(caseNo, text, '没有电话')).status).toBe(422);
  });
});

describe('a matter at the office', () => {
  const dispatch = (of: string, unit: string, dispatchId: string = randomUUID()): Promise<Answer> =>
    call(`${node().platform.url}/v1/cases/${of}/dispatches`, {
      method: 'POST',
      by: DESK_TOKEN,
      body: { dispatchId, unit },
    });
  const accept = (of: string): Promise<Answer> =>
    call(`${node().platform.url}/v1/cases/${of}/acceptance`, { method: 'POST', by: DESK_TOKEN, body: {} });

  test('is accepted, dispatched and replied to, each with its day', async () => {
    // Received on a Sunday (China).
    expect((await call(`${node().platform.url}/v1/cases/${caseNo}/course`, { by: DESK_TOKEN })).json).toEqual(
      {
        caseNo,
        receivedOn: '2026-11-22',
        accept: { by: '2026-11-23', on: null },
        dispatch: { by: null, to: [] },
        reply: { by: '2026-11-25', given: [] },
      },
    );
    expect((await dispatch(caseNo, UNIT)).json).toMatchObject({
      code: 'TRANSITION_REFUSED',
      data: { status: '02' },
    });
    await accept(caseNo);
    const dispatchId = randomUUID();
    for (let times = 0; times < 2; times += 1) {
      expect((await dispatch(caseNo, UNIT, dispatchId)).json).toMatchObject({
        accept: { on: '2026-11-22' },
        dispatch: { by: '2026-11-23', to: [{ unit: UNIT, on: '2026-11-22' }] },
      });
    }
  });

  test('is answered by the unit that it went to last, and goes to three at most', async () => {
    await accept(caseNo);
    for (const unit of ['示例街道办事处', '示例区民政局', '示例区卫生健康局'])
      expect((await dispatch(caseNo, unit)).status).toBe(200);
    expect((await dispatch(caseNo, UNIT)).json).toMatchObject({ code: 'TOO_MANY_DISPATCHES' });
    expect((await reply(caseNo, ANSWER)).json).toMatchObject({
      data: { findings: [{ rule: 'other-unit' }], mayInsist: false },
    });
  });

  test('is refused by name, and loses nothing, when the id of a dispatch or reply is that of another case', async () => {
    const other = await newCase('consultation', { ...QUESTION, identitySource: 'none' });
    await accept(caseNo);
    await accept(other);
    const id = randomUUID();
    expect((await dispatch(other, UNIT, id)).status).toBe(200);
    expect(await dispatch(caseNo, UNIT, id)).toMatchObject({
      status: 409,
      json: { code: 'ID_OF_ANOTHER_CASE' },
    });
    expect((await dispatch(caseNo, UNIT)).json).toMatchObject({ dispatch: { to: [{ unit: UNIT }] } });
    expect((await reply(other, ANSWER, id)).status).toBe(200);
    expect(await reply(caseNo, ANSWER, id)).toMatchObject({
      status: 409,
      json: { code: 'ID_OF_ANOTHER_CASE' },
    });
    expect(await state(caseNo)).toMatchObject({ state: 'waiting' });
    expect((await reply(caseNo, ANSWER)).status).toBe(200);
    expect((await refuse(other, id)).status).toBe(200);
    expect(await refuse(caseNo, id)).toMatchObject({ status: 422, json: { code: 'NO_REPLY' } });
    expect((await refuse(caseNo)).status).toBe(200);
  });

  test.each(['有关部门', '工作人员', 'the relevant department'])('goes to no %s', async (unit) => {
    await accept(caseNo);
    expect((await dispatch(caseNo, unit)).status).toBe(400);
  });

  test('that is an application, or no case, has no such course', async () => {
    const other = await newCase('elderly-allowance', ORDINARY_PAYLOAD);
    expect((await dispatch(other, UNIT)).status).toBe(404);
    expect((await call(`${node().platform.url}/v1/cases/${other}/course`, { by: DESK_TOKEN })).status).toBe(
      404,
    );
    expect((await dispatch('BJ2026112299999999', UNIT)).status).toBe(404);
  });
});

describe('a reply that does not do', () => {
  test('opens the case again with a new deadline, once: the second reply stands', async () => {
    await reply(caseNo, OFF_POINT);
    expect((await refuse(caseNo)).status).toBe(200);
    expect(await state(caseNo)).toMatchObject({
      state: 'reopened',
      refused: { text: OFF_POINT },
      reason: 'off-point',
      dueOn: '2026-11-25',
    });
    expect(await statusOf(caseNo)).toBe('12');
    await reply(caseNo, SECOND);
    expect(await state(caseNo)).toMatchObject({ state: 'replied', mayRefuse: false });
    expect(await statusOf(caseNo)).toBe('10');
    expect((await refuse(caseNo)).status).toBe(422);
    expect(await state(caseNo)).toMatchObject({ reply: { text: SECOND } });
  });

  test('is refused once by a refusal that comes twice, also after the second reply', async () => {
    const refusalId = randomUUID();
    await reply(caseNo, OFF_POINT);
    expect((await refuse(caseNo, refusalId)).status).toBe(200);
    expect((await refuse(caseNo, refusalId)).status).toBe(200);
    await reply(caseNo, ANSWER);
    expect((await refuse(caseNo, refusalId)).json).toEqual({ refusalId });
    expect(await state(caseNo)).toMatchObject({ state: 'replied' });
  });

  test('cannot be refused before it is there, nor after it was rated, nor where there is no case', async () => {
    expect((await refuse(caseNo)).json).toMatchObject({ code: 'NO_REPLY' });
    await reply(caseNo, ANSWER);
    await rate(caseNo);
    expect(await state(caseNo)).toMatchObject({ mayRefuse: false });
    expect((await refuse(caseNo)).json).toMatchObject({ code: 'NO_REPLY' });
    expect((await refuse('BJ2026112299999999')).status).toBe(404);
  });
});

describe('a rating', () => {
  test('counts once a case, whoever sends another, and none learns that there was one', async () => {
    await reply(caseNo, ANSWER);
    const before = (await ratings()).length;
    const ratingId = randomUUID();
    expect((await rate(caseNo, ratingId)).json).toEqual({ ratingId });
    expect((await rate(caseNo, ratingId)).json).toEqual({ ratingId });
    const another = randomUUID();
    const answer = await rate(caseNo, another, { level: 'very-satisfied', reasons: [], words: null });
    expect(answer.json).toEqual({ ratingId: another });
    expect((await ratings()).length).toBe(before + 1);
  });

  test('of ten at the same time is one', async () => {
    await reply(caseNo, ANSWER);
    const before = (await ratings()).length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => rate(caseNo)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await ratings()).length).toBe(before + 1);
  });

  test('waits for the end of the case, and for a case', async () => {
    expect((await rate(caseNo)).json).toMatchObject({ code: 'NOT_RATEABLE' });
    await reply(caseNo, OFF_POINT);
    await refuse(caseNo);
    expect((await rate(caseNo)).json).toMatchObject({ code: 'NOT_RATEABLE' });
    expect((await rate('BJ2026112299999999')).status).toBe(404);
  });

  test('is listed without a case, a time of day or anybody', async () => {
    await reply(caseNo, ANSWER);
    await rate(caseNo);
    const listed = await ratings();
    expect(listed[0]).toEqual({
      itemSlug: 'consultation',
      satisfactionCode: 4,
      level: 'dissatisfied',
      reasons: ['213'],
      words: '说不清楚',
      ratedOn: '2026-11-22',
    });
  });

  test.each([
    ['another level’s reason', { reasons: ['108'] }],
    ['too many words', { words: '长'.repeat(201) }],
    ['no level', { level: null }],
  ])('with %s is 400', async (_what, change) => {
    expect((await rate(caseNo, randomUUID(), change)).status).toBe(400);
  });
});

describe('what who asks after a case is shown', () => {
  test('holds the reply where nobody was asked who he is, for the number is all that he has', async () => {
    await reply(caseNo, ANSWER);
    expect(await afterwards(caseNo, false)).toMatchObject({
      interaction: { state: 'replied' },
      mayRate: true,
    });
    await rate(caseNo);
    expect(await afterwards(caseNo, false)).toMatchObject({ mayRate: false });
  });

  test('holds the reply to a card only where the card was read', async () => {
    const complaint = await newCase('complaint', payload({ about: 'street', complaintText: '推诿' }));
    await reply(complaint, '您说的推诿已查实：12月1日起由 1 号窗口一次收齐，不再让您来回跑。');
    expect(await afterwards(complaint, false)).toEqual({ interaction: null, mayRate: true });
    expect(await afterwards(complaint, true)).toMatchObject({ interaction: { state: 'replied' } });
  });
});
