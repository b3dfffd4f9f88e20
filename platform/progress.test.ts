import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApplicationPayload } from '#contract/application.ts';
import type { CaseProgress } from '#contract/progress.ts';
import { queryCodeOf } from './cases/progress.ts';
import { tryLimits } from './cases/progress-tries.ts';
import { connect } from './database/connect.ts';
import { startTestPostgres, type TestPostgres } from './database/for-tests.ts';
import {
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  OTHER_TERMINAL,
  SISTER_TERMINAL,
  TERMINAL,
  acknowledged,
  applicationId,
  call,
  payload,
  startTestPlatform,
  submission,
  submit,
  type Answer,
  type By,
} from './for-tests.ts';
import type { Platform } from './server.ts';

const ZHANG = '999901194503120014';
const LI = '999901198808060022';

let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
}, 60_000);

afterAll(async () => {
  await platform.close();
  await postgres.close();
});

const receiptNoOf = (n: number) => `99990100126112201${String(n).padStart(5, '0')}`;

async function newCase(n: number, content: ApplicationPayload = ORDINARY_PAYLOAD): Promise<string> {
  const answer = await submit(platform, n, { ...submission(content), receiptNo: receiptNoOf(n) });
  expect(answer.status).toBe(200);
  return acknowledged(answer).caseNo;
}

function revise(
  n: number,
  revision: number,
  content: ApplicationPayload,
  by: By = TERMINAL,
): Promise<Answer> {
  const stationId = by === OTHER_TERMINAL ? '999901002' : '999901001';
  return call(`${platform.url}/v1/applications/${applicationId(n)}/revisions/${String(revision)}`, {
    method: 'PUT',
    by,
    body: { ...submission(content), receiptNo: receiptNoOf(n), stationId },
  });
}

const desk = (caseNo: string, act: string, body: unknown): Promise<Answer> =>
  call(`${platform.url}/v1/cases/${caseNo}/${act}`, { method: 'POST', by: DESK_TOKEN, body });

const ask = (body: unknown, by: By = TERMINAL): Promise<Answer> =>
  call(`${platform.url}/v1/cases/progress`, { method: 'POST', by, body });

const casesIn = (answer: Answer) => (answer.json as { cases: CaseProgress[] }).cases; // of the contract's form

const byCard = async (personNumber: string, by: By = TERMINAL) =>
  casesIn(await ask({ by: 'card', personNumber }, by));

const slipOf = (n: number) => ({
  by: 'number',
  receiptNo: receiptNoOf(n),
  queryCode: queryCodeOf(applicationId(n)),
});

/** As if the window of every limit had passed. */
async function forgetTries(): Promise<void> {
  const pool = connect(databaseUrl);
  await pool.query('DELETE FROM progress_try');
  await pool.end();
}

const wrongHouse = {
  target: { of: 'page', pageId: 'homeAddress' },
  reason: { zh: '门牌号和户口簿不一样', en: 'The house number differs from the register' },
};
const blurredPhoto = {
  target: { of: 'paper', materialId: '' },
  reason: { zh: '照片看不清', en: 'The picture is blurred' },
};

async function aPaper(): Promise<string> {
  const item = await call(`${platform.url}/v1/catalogue/items/elderly-allowance`, { by: TERMINAL });
  return (item.json as { materials: { id: string }[] }).materials[0]?.id ?? ''; // of the norm's form
}

test('a slip shows item, state, dates and what comes next, and no word about the person', async () => {
  const caseNo = await newCase(1);
  const [shown, ...more] = casesIn(await ask(slipOf(1)));
  expect(more).toEqual([]);
  expect(shown).toEqual({
    afterwards: { interaction: null, mayRate: false },
    caseNo,
    receiptNo: receiptNoOf(1),
    itemName: { zh: '高龄津贴申领', en: expect.any(String) },
    office: { zh: expect.any(String), en: expect.any(String) },
    phone: expect.any(String),
    status: '02',
    receivedAt: '2026-11-21T17:29:30.000Z',
    events: [{ at: '2026-11-21T17:30:00.000Z', status: '02', noticeNo: null }],
    // Sunday the 22nd in China; told within five working days.
    next: { what: 'tell', by: '2026-11-27', workdaysLeft: 5 },
    detail: null,
  });
});

test('accepted, its clock runs as promised; closed, its result is there for the card and not for the slip', async () => {
  const caseNo = await newCase(2);
  expect(await desk(caseNo, 'acceptance', {})).toMatchObject({ status: 200, json: { status: '05' } });
  expect(casesIn(await ask(slipOf(2)))[0]).toMatchObject({
    status: '05',
    next: { what: 'decide', by: expect.stringMatching(/^20\d\d-/) },
  });
  const text = { zh: '每月 100 元，从 12 月起', en: 'CNY 100 a month, from December' };
  const closed = await desk(caseNo, 'result', { outcome: '1', text, documentNo: '津2026-7' });
  expect(closed).toMatchObject({ status: 200, json: { caseNo, status: '10' } });
  const [bySlip] = casesIn(await ask(slipOf(2)));
  expect(bySlip).toMatchObject({ status: '10', next: { what: 'none', by: null }, detail: null });
  expect(JSON.stringify(bySlip)).not.toContain('100 元');
  const shown = (await byCard(ZHANG)).find((entry) => entry.caseNo === caseNo);
  expect(shown?.detail).toEqual({
    correction: null,
    refusal: null,
    result: {
      noticeNo: `${caseNo}-03`,
      at: '2026-11-21T17:30:00.000Z',
      outcome: '1',
      text,
      documentNo: '津2026-7',
    },
  });
  expect(shown?.events.map(({ status }) => status)).toEqual(['02', '05', '10']);
});

describe('a step that the table does not have', () => {
  test.each([
    ['result', { outcome: '1', text: { zh: '好', en: 'Good' }, documentNo: null }, '02'],
    ['acceptance', {}, '07'],
    ['refusal', { reason: { zh: '不', en: 'No' } }, '07'],
  ])('%s is a named conflict, and nothing changes', async (act, body, status) => {
    const n = 10 + ['result', 'acceptance', 'refusal'].indexOf(act);
    const caseNo = await newCase(n);
    if (status === '07')
      await desk(caseNo, 'refusal', { reason: { zh: '不满八十岁', en: 'Not yet eighty' } });
    expect(await desk(caseNo, act, body)).toMatchObject({
      status: 409,
      json: { code: 'TRANSITION_REFUSED', data: { status } },
    });
    expect(casesIn(await ask(slipOf(n)))[0]).toMatchObject({ status });
  });
});

test('of ten officers who accept at once one does, and there is one event', async () => {
  const caseNo = await newCase(15);
  const answers = await Promise.all(Array.from({ length: 10 }, () => desk(caseNo, 'acceptance', {})));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  expect(casesIn(await ask(slipOf(15)))[0]?.events.map(({ status }) => status)).toEqual(['02', '05']);
});

test('an act without its reason, on a page that the item does not have, or on no case is refused', async () => {
  const caseNo = await newCase(16);
  expect((await desk(caseNo, 'refusal', { reason: { zh: ' ', en: 'x' } })).status).toBe(400);
  const nowhere = { ...wrongHouse, target: { of: 'page', pageId: 'noSuchPage' } };
  expect((await desk(caseNo, 'corrections', { entries: [nowhere], workdays: 5 })).status).toBe(400);
  expect((await desk(caseNo, 'corrections', { entries: [], workdays: 5 })).status).toBe(400);
  expect((await desk('BJ0', 'acceptance', {})).status).toBe(404);
});

describe('a correction', () => {
  const corrected = payload({ applicantName: '张建国', applicantId: ZHANG, address: '幸福路 12 号' });

  test('names everything in one notice; its answer joins the case, which is received again', async () => {
    const caseNo = await newCase(20);
    const entries = [wrongHouse, { ...blurredPhoto, target: { of: 'paper', materialId: await aPaper() } }];
    expect(await desk(caseNo, 'corrections', { entries, workdays: 5 })).toMatchObject({
      status: 200,
      json: { status: '06' },
    });
    const asked = (await byCard(ZHANG)).find((entry) => entry.caseNo === caseNo);
    expect(asked).toMatchObject({
      status: '06',
      next: { what: 'correct', by: '2026-11-27', workdaysLeft: 5 },
      detail: {
        correction: {
          noticeNo: `${caseNo}-02`,
          dueOn: '2026-11-27',
          entries: [
            { target: { pageId: 'homeAddress' }, reason: wrongHouse.reason },
            { reason: blurredPhoto.reason },
          ],
        },
      },
    });
    const opened = await call(`${platform.url}/v1/cases/correction`, {
      method: 'POST',
      by: TERMINAL,
      body: { caseNo, personNumber: ZHANG },
    });
    expect(opened.json).toMatchObject({
      applicationId: applicationId(20),
      revision: 1,
      submission: { payload: ORDINARY_PAYLOAD },
      notice: { dueOn: '2026-11-27' },
    });
    const twice = await Promise.all([revise(20, 2, corrected), revise(20, 2, corrected)]);
    for (const answer of twice) {
      expect(answer.status).toBe(200);
      expect(acknowledged(answer)).toMatchObject({ caseNo, revision: 2, status: '02' });
    }
    const after = (await byCard(ZHANG)).filter((entry) => entry.receiptNo === receiptNoOf(20));
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({ caseNo, status: '02', detail: { correction: null } });
    expect(after[0]?.events.map(({ status }) => status)).toEqual(['02', '06', '02']);
    const full = await call(`${platform.url}/v1/cases/${caseNo}`, { by: DESK_TOKEN });
    expect(full.json).toMatchObject({ payload: { answers: { address: '幸福路 12 号' } } });
    // The first revision's acknowledgement, asked for again, names the same case.
    expect(
      acknowledged(
        await submit(platform, 20, { ...submission(ORDINARY_PAYLOAD), receiptNo: receiptNoOf(20) }),
      ),
    ).toMatchObject({ caseNo, revision: 1 });
  });

  test('is open to the applicant’s card only, and only while it is asked for', async () => {
    const caseNo = await newCase(21);
    const open = (personNumber: string) =>
      call(`${platform.url}/v1/cases/correction`, {
        method: 'POST',
        by: TERMINAL,
        body: { caseNo, personNumber },
      });
    expect((await open(ZHANG)).status).toBe(404);
    await desk(caseNo, 'corrections', { entries: [wrongHouse], workdays: 5 });
    expect((await open(LI)).status).toBe(404);
    expect((await open(ZHANG)).status).toBe(200);
    await forgetTries();
  });

  test('may come from another station, where nothing else of the case may', async () => {
    const caseNo = await newCase(22);
    expect((await revise(22, 2, corrected, OTHER_TERMINAL)).status).toBe(400);
    await desk(caseNo, 'corrections', { entries: [wrongHouse], workdays: 5 });
    expect(acknowledged(await revise(22, 2, corrected, OTHER_TERMINAL))).toMatchObject({
      caseNo,
      status: '02',
    });
  });

  test('what staff put right before anybody looked is the same case; what nobody asked for changes no decision', async () => {
    const caseNo = await newCase(23);
    expect(acknowledged(await revise(23, 2, corrected))).toMatchObject({ caseNo, status: '02' });
    await desk(caseNo, 'acceptance', {});
    const late = payload({ applicantName: '张建国', applicantId: ZHANG, address: '另一处' });
    expect(acknowledged(await revise(23, 3, late))).toMatchObject({ caseNo, status: '05' });
    const full = await call(`${platform.url}/v1/cases/${caseNo}`, { by: DESK_TOKEN });
    expect(full.json).toMatchObject({ payload: corrected, status: '05' });
  });

  test('an older revision that comes late is kept, and changes nothing', async () => {
    const second = await revise(24, 2, corrected);
    const { caseNo } = acknowledged(second);
    expect(
      acknowledged(
        await submit(platform, 24, { ...submission(ORDINARY_PAYLOAD), receiptNo: receiptNoOf(24) }),
      ),
    ).toMatchObject({ caseNo, revision: 1 });
    const full = await call(`${platform.url}/v1/cases/${caseNo}`, { by: DESK_TOKEN });
    expect(full.json).toMatchObject({ payload: corrected });
  });
});

describe('who is not the applicant', () => {
  test('sees nothing by another card, an unknown number and a wrong code alike', async () => {
    await newCase(30);
    await forgetTries();
    const wrong = { ...slipOf(30), queryCode: slipOf(30).queryCode === '000000' ? '000001' : '000000' };
    const unknown = { ...slipOf(30), receiptNo: receiptNoOf(99999) };
    const answers = [await ask({ by: 'card', personNumber: LI }), await ask(wrong), await ask(unknown)];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({ cases: [], at: '2026-11-21T17:30:00.000Z' });
    }
    await forgetTries();
  });

  test('cannot guess a code: the number gives nothing any more, the terminal must wait, the card still works', async () => {
    await newCase(31);
    await forgetTries();
    const guess = (by: By) => ask({ ...slipOf(31), queryCode: '123456' }, by);
    for (let n = 0; n < tryLimits.missesOfNumber; n += 1) expect((await guess(TERMINAL)).status).toBe(200);
    // Worn out: the right code, from another terminal too, is answered like a wrong one.
    expect(casesIn(await ask(slipOf(31), SISTER_TERMINAL))).toEqual([]);
    for (let n = tryLimits.missesOfNumber; n < tryLimits.missesOfTerminal; n += 1)
      await ask({ ...slipOf(31), receiptNo: receiptNoOf(50_000 + n) });
    expect(await guess(TERMINAL)).toMatchObject({ status: 429, json: { code: 'TOO_MANY_REQUESTS' } });
    expect((await byCard(ZHANG)).map(({ receiptNo }) => receiptNo)).toContain(receiptNoOf(31));
    await forgetTries();
  });

  test('cannot count cards through', async () => {
    for (let n = 0; n < tryLimits.cardsOfTerminal; n += 1)
      expect(await byCard(LI, SISTER_TERMINAL)).toEqual([]);
    expect((await ask({ by: 'card', personNumber: LI }, SISTER_TERMINAL)).status).toBe(429);
    await forgetTries();
  });
});
