import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaseHistory } from '#contract/case-history.ts';
import type { CaseProgress } from '#contract/progress.ts';
import { startTestPostgres, type TestPostgres } from './database/for-tests.ts';
import {
  acknowledged,
  call,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  startTestPlatform,
  submission,
  submit,
  TERMINAL,
  type Answer,
} from './for-tests.ts';
import type { Platform } from './server.ts';

/** What an office does to a case by the API, and what desk and resident see of it. */

let postgres: TestPostgres;
let platform: Platform;
let submitted = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  platform = await startTestPlatform(await postgres.createDatabase());
}, 120_000);

afterAll(async () => {
  await platform.close();
  await postgres.close();
}, 60_000);

const words = { zh: '要到家里看一看', en: 'A visit is needed' };

async function accepted(): Promise<string> {
  submitted += 1;
  const { caseNo } = acknowledged(await submit(platform, submitted, submission(ORDINARY_PAYLOAD)));
  expect((await desk(caseNo, 'acceptance')).status).toBe(200);
  return caseNo;
}

const desk = (caseNo: string, act: string, body: unknown = {}): Promise<Answer> =>
  call(`${platform.url}/v1/cases/${caseNo}/${act}`, { method: 'POST', by: DESK_TOKEN, body });

async function historyOf(caseNo: string): Promise<CaseHistory> {
  const answer = await call(`${platform.url}/v1/cases/${caseNo}/history`, { by: DESK_TOKEN });
  expect(answer.status).toBe(200);
  return answer.json as CaseHistory; // of the contract's form
}

async function shownOf(caseNo: string): Promise<CaseProgress | undefined> {
  const body = { by: 'card', personNumber: '999901194503120014' };
  const answer = await call(`${platform.url}/v1/cases/progress`, { method: 'POST', by: TERMINAL, body });
  return (answer.json as { cases: CaseProgress[] }).cases.find((shown) => shown.caseNo === caseNo); // of the contract's form
}

test('a special procedure stops the days, is told to the resident, and goes on with what remained', async () => {
  const caseNo = await accepted();
  const before = (await historyOf(caseNo)).clocks;
  const begun = await desk(caseNo, 'special-procedures', { reason: 'home-visit', text: words, workdays: 5 });
  expect(begun.json).toEqual({ caseNo, status: '11' });
  expect(await shownOf(caseNo)).toMatchObject({
    status: '11',
    special: { reason: 'home-visit', expectedBy: '2026-11-27' },
    next: { what: 'resume', by: '2026-11-27' },
  });
  expect((await historyOf(caseNo)).clocks).toMatchObject({ state: 'rests', promisedBy: null });
  expect((await desk(caseNo, 'result', { outcome: '1', text: words, documentNo: null })).status).toBe(409);
  expect((await desk(caseNo, 'special-procedures/end')).json).toEqual({ caseNo, status: '12' });
  const after = await historyOf(caseNo);
  expect(after.clocks).toEqual(before);
  expect(after.events.at(-2)?.document).toMatchObject({
    no: `${caseNo}-03`,
    kind: 'special',
    notice: { reason: 'home-visit', text: words },
  });
});

test('more days are given once, and the notice names the new day', async () => {
  const caseNo = await accepted();
  expect((await desk(caseNo, 'extension', { days: 10, text: words })).status).toBe(200);
  const { clocks, events } = await historyOf(caseNo);
  expect(events.at(-1)?.document).toMatchObject({
    kind: 'special',
    notice: { kind: 'extension', days: 10, decideBy: clocks.promisedBy },
  });
  expect(await shownOf(caseNo)).toMatchObject({ status: '05', next: { by: clocks.promisedBy } });
  expect((await shownOf(caseNo))?.events.at(-1)).toMatchObject({ what: 'extend' });
  expect(await desk(caseNo, 'extension', { days: 1, text: words })).toMatchObject({
    status: 409,
    json: { code: 'EXTENSION_REFUSED', data: { why: 'extended-already' } },
  });
});

test('the unit that goes on with it is named to the resident and on its notice', async () => {
  const caseNo = await accepted();
  const item = await call(`${platform.url}/v1/catalogue/items/residence-permit`, { by: TERMINAL });
  const { department } = item.json as { department: { zh: string; en: string } }; // of the norm's form
  expect((await desk(caseNo, 'hand-over', { unit: '没有这个单位' })).status).toBe(400);
  expect((await desk(caseNo, 'hand-over', { unit: department.zh })).status).toBe(200);
  expect(await historyOf(caseNo)).toMatchObject({ unit: { zh: department.zh }, clocks: { state: 'runs' } });
  const shown = await shownOf(caseNo);
  expect(shown).toMatchObject({ office: { zh: department.zh }, status: '05' });
  expect(shown?.events.at(-1)).toMatchObject({ what: 'hand-over', handedTo: { zh: department.zh } });
  expect((await desk(caseNo, 'result', { outcome: '2', text: words, documentNo: null })).status).toBe(200);
  const last = (await historyOf(caseNo)).events.at(-1);
  expect(last?.document).toMatchObject({ kind: 'refuse', heading: { unit: { zh: department.zh } } });
});

test('steps are completed in their order, each once, and none behind the last', async () => {
  const caseNo = await accepted();
  expect((await desk(caseNo, 'steps/1')).json).toMatchObject({ code: 'NOT_THE_PRESENT_STEP' });
  const both = await Promise.all([desk(caseNo, 'steps/0'), desk(caseNo, 'steps/0')]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  for (const step of [1, 2, 3, 4]) expect((await desk(caseNo, `steps/${String(step)}`)).status).toBe(200);
  expect((await desk(caseNo, 'steps/5')).status).toBe(409);
  expect((await desk(caseNo, 'steps/twenty')).status).toBe(400);
  const { status, clocks } = await historyOf(caseNo);
  expect({ status, step: clocks.step }).toEqual({ status: '12', step: null });
});

describe('the end of a case', () => {
  test('a return says why, to the card', async () => {
    const caseNo = await accepted();
    expect((await desk(caseNo, 'return', {})).status).toBe(400);
    expect((await desk(caseNo, 'return', { reason: words })).json).toEqual({ caseNo, status: '13' });
    expect(await shownOf(caseNo)).toMatchObject({
      status: '13',
      next: { what: 'none' },
      detail: { refusal: words },
    });
  });

  test('a withdrawal ends it, and nothing comes after', async () => {
    const caseNo = await accepted();
    expect((await desk(caseNo, 'withdrawal')).json).toEqual({ caseNo, status: '14' });
    expect((await desk(caseNo, 'withdrawal')).json).toMatchObject({ data: { status: '14' } });
  });

  test('a result is delivered once, with its proof', async () => {
    const caseNo = await accepted();
    expect((await desk(caseNo, 'delivery', { how: 'post' })).status).toBe(409);
    await desk(caseNo, 'result', { outcome: '1', text: words, documentNo: null });
    expect((await desk(caseNo, 'delivery', { how: 'post' })).json).toEqual({ caseNo, status: '15' });
    expect((await historyOf(caseNo)).events.at(-1)?.document).toMatchObject({
      kind: 'deliver',
      notice: { how: 'post' },
    });
    expect((await desk(caseNo, 'delivery', { how: 'pigeon' })).status).toBe(400);
  });

  test('what is withdrawn or returned cannot be called a result', async () => {
    const caseNo = await accepted();
    expect((await desk(caseNo, 'result', { outcome: '4', text: words, documentNo: null })).status).toBe(400);
  });
});

test('what was missing and is handed in at a window needs no kiosk', async () => {
  const caseNo = await accepted();
  const target = { of: 'page', pageId: 'homeAddress' };
  await desk(caseNo, 'corrections', { entries: [{ target, reason: words }], workdays: 5 });
  expect((await desk(caseNo, 'corrections/confirmation')).json).toEqual({ caseNo, status: '02' });
  const { events, clocks } = await historyOf(caseNo);
  expect(events.at(-1)?.document?.kind).toBe('confirmCorrect');
  // The office looks again, and its days go on with what remained.
  expect(clocks).toMatchObject({ state: 'runs', tellBy: '2026-11-27' });
  expect(new Set(events.flatMap(({ document }) => document?.no ?? [])).size).toBe(3);
});

test('no case has no history, and nothing stands where nothing is late', async () => {
  expect((await call(`${platform.url}/v1/cases/BJ0/history`, { by: DESK_TOKEN })).status).toBe(404);
  const alerts = await call(`${platform.url}/v1/alerts`, { by: DESK_TOKEN });
  expect(alerts.json).toMatchObject({
    alerts: [],
    counts: { hint: 0, yellow: 0, red: 0 },
    calendar: { years: [2026] },
  });
  expect((await call(`${platform.url}/v1/alerts?limit=0`, { by: DESK_TOKEN })).status).toBe(400);
});
