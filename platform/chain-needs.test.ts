import { expect, test } from 'vitest';
import type { CaseProgress } from '#contract/progress.ts';
import { queryCodeOf } from './cases/progress.ts';
import { dayBegins, officeDays } from './cases/working-days.ts';
import { catalogueDir, loadCatalogue } from './catalogue/load-catalogue.ts';
import { casePage, type ListView } from './desk/cases/case-list.ts';
import { withNode } from './fixture/for-tests.ts';
import {
  acknowledged,
  applicationId,
  call,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  submission,
  submit,
  TERMINAL,
  type Answer,
} from './for-tests.ts';

/** What an item of a chain needs of another one, it waits for. */

const node = withNode();

const receiptNoOf = (n: number) => `99990100126112201${String(n).padStart(5, '0')}`;

interface Step {
  /** Of the application, which tells the chain's: 11 and 12 came together, and 21. */
  readonly n: number;
  readonly needs: readonly number[];
  readonly itemSlug: string;
}

async function arrived({ n, needs, itemSlug }: Step): Promise<string> {
  const chain = {
    id: 'marriage-childbirth',
    chainApplicationId: applicationId(900 + Math.floor(n / 10)),
    order: n % 10,
    needs: [...needs],
  };
  const sent = { ...submission({ ...ORDINARY_PAYLOAD, chain }), receiptNo: receiptNoOf(n), itemSlug };
  const answer = await submit(node().platform, n, sent);
  expect(answer.status).toBe(200);
  return acknowledged(answer).caseNo;
}

const booking = (n: number): Step => ({ n, needs: [], itemSlug: 'marriage-appointment' });
const newborn = (n: number, needs: readonly number[]): Step => ({ n, needs, itemSlug: 'newborn-one-thing' });

const desk = (caseNo: string, act: string, body: unknown = {}): Promise<Answer> =>
  call(`${node().platform.url}/v1/cases/${caseNo}/${act}`, { method: 'POST', by: DESK_TOKEN, body });

const words = { zh: '办好了', en: 'Done' };
const close = (caseNo: string, outcome: string) =>
  desk(caseNo, 'result', { outcome, text: words, documentNo: null });

async function bySlip(n: number): Promise<CaseProgress[]> {
  const body = { by: 'number', receiptNo: receiptNoOf(n), queryCode: queryCodeOf(applicationId(n)) };
  const answer = await call(`${node().platform.url}/v1/cases/progress`, {
    method: 'POST',
    by: TERMINAL,
    body,
  });
  return (answer.json as { cases: CaseProgress[] }).cases; // of the contract's form
}

const nextOf = async (n: number) => {
  const shown = (await bySlip(n)).find(({ receiptNo }) => receiptNo === receiptNoOf(n));
  return {
    what: shown?.next.what,
    by: shown?.next.by,
    waitsFor: shown?.chain?.waitsFor,
    notCome: shown?.chain?.notCome,
  };
};

test('one that needs another is not accepted before that one is closed, and its resident is told what it waits for', async () => {
  const [first, second] = [await arrived(booking(12)), await arrived(newborn(16, [2]))];
  expect((await desk(second, 'acceptance')).status).toBe(409);
  expect(await nextOf(16)).toEqual({
    what: 'wait',
    by: null,
    waitsFor: [expect.objectContaining({ zh: '结婚登记预约与信息预填' })],
  });
  expect((await desk(first, 'acceptance')).status).toBe(200);
  const refused = await desk(second, 'acceptance');
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('结婚登记预约');
  expect((await close(first, '1')).status).toBe(200);
  // From here on the office has its five working days, like for any other.
  expect(await nextOf(16)).toEqual({ what: 'tell', by: '2026-11-27', waitsFor: [] });
  expect((await desk(second, 'acceptance')).status).toBe(200);
});

test('what comes behind the end of a needed case gives nobody more time: the five days count from its end', async () => {
  const [first, second] = [await arrived(booking(92)), await arrived(newborn(96, [2]))];
  await desk(first, 'acceptance');
  await close(first, '1');
  // All of this was on Wednesday the 18th.
  await node().pool.query(
    `UPDATE case_event SET at = at - interval '4 days' WHERE cursor IN (SELECT cursor FROM case_record WHERE case_no = ANY($1))`,
    [[first, second]],
  );
  expect(await nextOf(96)).toMatchObject({ what: 'tell', by: '2026-11-25' });
  expect((await desk(first, 'delivery', { how: 'in-person' })).status).toBe(200);
  expect(await nextOf(96)).toMatchObject({ what: 'tell', by: '2026-11-25' });
});

test('one that needs nothing goes its own way at once, whatever the others do', async () => {
  const first = await arrived(booking(22));
  await arrived(newborn(26, [2]));
  expect(await nextOf(22)).toMatchObject({ what: 'tell', waitsFor: [] });
  expect((await desk(first, 'acceptance')).status).toBe(200);
});

test('what is needed and has not come yet is waited for as well', async () => {
  const second = await arrived(newborn(36, [2]));
  expect(await nextOf(36)).toMatchObject({
    what: 'wait',
    waitsFor: [{ zh: '结婚登记预约' }],
    notCome: [{ zh: '结婚登记预约' }],
  });
  expect((await desk(second, 'acceptance')).status).toBe(409);
  const first = await arrived(booking(32));
  expect((await desk(second, 'acceptance')).status).toBe(409);
  await desk(first, 'acceptance');
  await close(first, '1');
  expect((await desk(second, 'acceptance')).status).toBe(200);
});

test('who needs what never comes is told so: first that it is waited for, then until when the office looks without it', async () => {
  const second = await arrived(newborn(136, [2]));
  // It has been here for a week: it came on Sunday the 15th.
  await node().pool.query(
    `UPDATE case_event SET at = at - interval '7 days' WHERE cursor IN (SELECT cursor FROM case_record WHERE case_no = $1)`,
    [second],
  );
  expect(await nextOf(136)).toEqual({
    what: 'tell',
    by: '2026-11-27',
    waitsFor: [],
    notCome: [expect.objectContaining({ zh: '结婚登记预约' })],
  });
  expect((await desk(second, 'acceptance')).status).toBe(200);
});

test('what waits stands in the desk’s list of what waits, and in that of what is to be done from the day on which it waits no more', async () => {
  const [second, alone] = [await arrived(newborn(146, [2])), await arrived(booking(152))];
  const catalogue = loadCatalogue(catalogueDir);
  const listed = async (view: ListView, nowMs: number) => {
    const { cases } = await casePage(
      { pool: node().pool, catalogue, officeDays, nowMs },
      { kind: 'street', stations: '', names: [] },
      { view, isInteraction: false, itemSlug: null, status: null, station: '' },
      { after: null, size: 500, mostOpen: 2000 },
    );
    return [second, alone].map((caseNo) => cases.some((one) => one.caseNo === caseNo));
  };
  const [waiting, free] = [dayBegins('2026-11-28') - 1, dayBegins('2026-11-28')];
  expect(await listed('waiting', waiting)).toEqual([true, false]);
  expect(await listed('todo', waiting)).toEqual([false, true]);
  expect(await listed('waiting', free)).toEqual([false, false]);
  expect(await listed('todo', free)).toEqual([true, true]);
});

test.each([
  ['was not accepted', (caseNo: string) => desk(caseNo, 'refusal', { reason: words })],
  [
    'was closed with no',
    async (caseNo: string) => {
      await desk(caseNo, 'acceptance');
      return close(caseNo, '2');
    },
  ],
])('one whose need %s is the office’s to decide: it is not held for ever', async (_what, end) => {
  const n = _what === 'was not accepted' ? 40 : 50;
  const [first, second] = [await arrived(booking(n + 2)), await arrived(newborn(n + 6, [2]))];
  expect((await end(first)).status).toBe(200);
  expect((await desk(second, 'acceptance')).status).toBe(200);
});

test('one that waits can be refused, and corrected: what is missing is told at once', async () => {
  await arrived(booking(62));
  const second = await arrived(newborn(66, [2]));
  const target = { of: 'paper', materialId: 'm-marriage' };
  const entries = [{ target, reason: words }];
  expect((await desk(second, 'corrections', { entries, workdays: 5 })).status).toBe(200);
  expect(await nextOf(66)).toMatchObject({ what: 'correct' });
});

test('the slip of one shows all that was submitted with it, in order, and nothing of another chain', async () => {
  await arrived(newborn(76, [2]));
  await arrived(booking(72));
  await arrived(booking(82));
  for (const n of [72, 76]) {
    expect((await bySlip(n)).map(({ receiptNo, chain }) => [receiptNo, chain?.order])).toEqual([
      [receiptNoOf(72), 2],
      [receiptNoOf(76), 6],
    ]);
  }
  const [shown] = await bySlip(72);
  expect(shown).toMatchObject({ detail: null, chain: { name: { zh: '适龄青年婚育一条龙服务' } } });
  expect(JSON.stringify(shown)).not.toMatch(/张|999901194503120014/);
});
