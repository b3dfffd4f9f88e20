import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  ANSWER_WORKDAYS,
  evaluationSchema,
  figuresSchema,
  type Evaluation,
  type Figures,
} from '#contract/evaluation.ts';
import { addDays } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import { chinaDate, officeDays, workdaysBetween } from '../cases/working-days.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { withNode } from '../fixture/for-tests.ts';
import { call, DESK_TOKEN, startTestPlatform, TERMINAL, TEST_NOW_MS, type Answer } from '../for-tests.ts';
import { fillCases } from './for-tests.ts';

/** The statements against a reader that goes case by case and day by day. */

const TODAY = '2026-11-22';
const CASES = 900;
const DAY_MS = 86_400_000;
const catalogue = loadCatalogue(catalogueDir);

const node = withNode();

beforeAll(() => fillCases(node().pool, CASES, TODAY), 120_000);

const get = (path: string, cookie?: string): Promise<Answer> =>
  call(node().platform.url + path, cookie === undefined ? {} : { headers: { cookie } });

async function evaluate(from: string, until: string): Promise<Evaluation> {
  const answer = await call(`${node().platform.url}/v1/evaluation?from=${from}&until=${until}`, {
    by: DESK_TOKEN,
  });
  expect(answer.status).toBe(200);
  return evaluationSchema.parse(answer.json);
}

const eventSchema = z.object({
  cursor: z.string(),
  slug: z.string(),
  station: z.string(),
  at: z.date(),
  from: z.string().nullable(),
  to: z.string(),
  more: z.coerce.number(),
  received: z.date(),
  stored: z.date(),
});

interface OneCase {
  readonly item: ServiceItem | undefined;
  readonly slug: string;
  readonly station: string;
  readonly received: Date;
  readonly stored: Date;
  readonly steps: readonly OneStep[];
}

interface OneStep {
  readonly day: string;
  readonly from: string | null;
  readonly to: string;
  /** Days that an extension gave. */
  readonly more: number;
}

async function everyCase(): Promise<OneCase[]> {
  const { rows } = await node().pool.query(
    `SELECT e.cursor::text AS cursor, a.item_slug AS slug, a.station_id AS station, e.at, e.from_status AS from,
       e.to_status AS to, coalesce(e.notice ->> 'days', '0') AS more, a.received_at AS received, a.stored_at AS stored
     FROM case_event e JOIN case_record c USING (cursor, application_id) JOIN application a USING (application_id)
     ORDER BY e.cursor, e.ordinal`,
  );
  const cases = new Map<string, OneCase & { steps: OneStep[] }>();
  for (const { cursor, slug, station, at, from, to, more, received, stored } of z
    .array(eventSchema)
    .parse(rows)) {
    const one = cases.get(cursor) ?? {
      item: catalogue.items.get(slug)?.item,
      slug,
      station,
      received,
      stored,
      steps: [],
    };
    one.steps.push({ day: chinaDate(at.getTime()), from, to, more });
    cases.set(cursor, one);
  }
  return [...cases.values()];
}

/** Every day of a case by itself: worked on unless it was with its applicant. */
function counted(cases: readonly OneCase[], from: string, until: string) {
  const within = (day: string | undefined): boolean => day !== undefined && day >= from && day <= until;
  const taken: number[] = [];
  const sums = {
    received: 0,
    accepted: 0,
    closed: 0,
    refused: 0,
    corrections: 0,
    correctionDays: 0,
    offline: 0,
    offlineDays: 0,
    overdueNow: 0,
    lateDays: 0,
    onPromise: 0,
    onLegal: 0,
  };
  for (const { item, steps, ...line } of cases) {
    const received = steps[0]?.day ?? '';
    const accepted = steps.find(({ to }) => to === '05')?.day;
    const closed = steps.find(({ to }) => to === '10')?.day;
    const status = steps.at(-1)?.to ?? '';
    if (within(received)) sums.received += 1;
    const minutes = (line.stored.getTime() - line.received.getTime()) / 60_000;
    if (within(received) && minutes > 10 && minutes <= 30 * 1440) {
      sums.offline += 1;
      const [from, to] = [line.received, line.stored].map((at) => chinaDate(at.getTime()));
      sums.offlineDays += workdaysBetween(from ?? '', to ?? '', officeDays);
    }
    if (within(accepted)) sums.accepted += 1;
    if (within(closed)) sums.closed += 1;
    if (steps.some(({ from, to, day }) => to === '07' && from !== '07' && within(day))) sums.refused += 1;
    const asked = steps.filter(({ to, day }) => to === '06' && within(day)).length;
    sums.corrections += asked;
    const start = item?.interaction === undefined ? accepted : received;
    const resting = steps.flatMap(({ day, to }, index) =>
      to === '06' || to === '11' ? [{ from: day, until: steps[index + 1]?.day ?? TODAY }] : [],
    );
    if (asked > 0) {
      sums.correctionDays += steps.reduce(
        (sum, { day, to }, index) =>
          sum + (to === '06' ? workdaysBetween(day, steps[index + 1]?.day ?? TODAY, officeDays) : 0),
        0,
      );
    }
    const isOpen = status === '02' || status === '05' || status === '12';
    if (start === undefined || item === undefined) {
      const rest = resting.reduce((sum, one) => sum + workdaysBetween(one.from, one.until, officeDays), 0);
      if (isOpen && workdaysBetween(received, TODAY, officeDays) - rest > ANSWER_WORKDAYS)
        sums.overdueNow += 1;
      continue;
    }
    let used = 0;
    // What rested before the clock began took nothing of it.
    const restsOf = resting.filter((one) => one.from >= start);
    for (let day = start; day < (closed ?? TODAY); day = addDays(day, 1))
      if (!restsOf.some((one) => day >= one.from && day < one.until))
        used += workdaysBetween(day, addDays(day, 1), officeDays);
    const more = steps.reduce((sum, step) => sum + step.more, 0);
    // A limit in days of the calendar is put off by those in which the clock rested.
    const restDays = restsOf.reduce(
      (sum, one) => sum + (Date.parse(one.until) - Date.parse(one.from)) / DAY_MS,
      0,
    );
    const beyond = ({ value, unit }: ServiceItem['timeLimits']['promised']): number =>
      unit === 'day'
        ? workdaysBetween(addDays(start, value + more + restDays), closed ?? TODAY, officeDays)
        : used - more - (unit === 'instant' ? 0 : value);
    const late = beyond(item.timeLimits.promised);
    if (within(closed)) {
      taken.push(used);
      if (late <= 0) sums.onPromise += 1;
      if (beyond(item.timeLimits.legal) <= 0) sums.onLegal += 1;
    }
    if (isOpen && late > 0) sums.overdueNow += 1;
    if (late > 0 && (within(closed) || isOpen)) sums.lateDays += late;
  }
  taken.sort((a, b) => a - b);
  const nearestRank = (part: number): number => taken[Math.ceil(taken.length * part) - 1] ?? -1;
  return {
    ...sums,
    median: nearestRank(0.5),
    ninetieth: nearestRank(0.9),
    mean: Math.round((taken.reduce((sum, one) => sum + one, 0) / taken.length) * 10) / 10,
  };
}

function same(figures: Figures, expected: ReturnType<typeof counted>): void {
  const { workdays, onPromise, onLegal, ...counts } = figures;
  const shares = onPromise === null || onLegal === null ? null : { onPromise, onLegal };
  const own = {
    ...counts,
    ...workdays,
    onPromise: shares === null ? expected.onPromise : Math.round(shares.onPromise * counts.closed),
    onLegal: shares === null ? expected.onLegal : Math.round(shares.onLegal * counts.closed),
  };
  expect(own).toMatchObject(expected);
}

describe.each([
  ['a year', '2025-11-23', TODAY],
  ['a quarter', '2026-07-01', '2026-09-30'],
  ['a month with a new year in it', '2025-12-20', '2026-01-19'],
])('the figures of %s', (_name, from, until) => {
  test('are those that a reader counts case by case, for all, each item and each station', async () => {
    const evaluation = await evaluate(from, until);
    const cases = await everyCase();
    expect(cases).toHaveLength(CASES);
    let compared = 0;
    for (const { by, key, figures } of evaluation.rows) {
      if (by === 'department' || by === 'terminal' || figures.workdays === null) continue;
      const own = cases.filter(
        ({ slug, station }) => by === 'all' || key === (by === 'item' ? slug : station),
      );
      same(figures, counted(own, from, until));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(6);
  });
});

test('no more figures of cases are told than a reader counts', () => {
  const uncounted = [
    'workdays',
    'lateCases',
    'correctionsPerCase',
    'offlineShare',
    'ratings',
    'replies',
    'ledger',
  ];
  expect(
    Object.keys(figuresSchema.shape)
      .filter((key) => !uncounted.includes(key))
      .sort(),
  ).toEqual(
    Object.keys(counted([], TODAY, TODAY))
      .filter((key) => !['mean', 'median', 'ninetieth'].includes(key))
      .sort(),
  );
});

test('departments are their items, and stations their terminals', async () => {
  const { rows } = await evaluate('2025-11-23', TODAY);
  const sum = (group: string): number =>
    rows.filter(({ by }) => by === group).reduce((total, { figures }) => total + figures.received, 0);
  const [all, department, item, station, terminal] = ['all', 'department', 'item', 'station', 'terminal'].map(
    sum,
  );
  expect([department, item, station, terminal]).toEqual([all, all, all, all]);
  expect(rows.filter(({ by }) => by === 'terminal')).toHaveLength(12);
});

test('of few cases counts are told, and nothing that one of them would make', async () => {
  const { rows } = await evaluate('2026-11-20', '2026-11-20');
  const few = rows.filter(({ by, figures }) => by === 'item' && figures.closed > 0 && figures.closed < 10);
  expect(few.length).toBeGreaterThan(0);
  for (const { figures } of few) {
    expect(figures).toMatchObject({ workdays: null, onPromise: null, onLegal: null, ratings: null });
  }
});

test('what to fix first is what costs residents the most days, never of fewer than ten cases', async () => {
  const { fixFirst, rows } = await evaluate('2025-11-23', TODAY);
  expect(fixFirst.length).toBeGreaterThan(3);
  const days = fixFirst.map((one) => one.days);
  expect(days).toEqual([...days].sort((a, b) => b - a));
  expect(fixFirst.every(({ cases }) => cases >= 10)).toBe(true);
  const late = fixFirst.find(({ why }) => why === 'late');
  const row = rows.find(({ by, key }) => by === 'item' && key === late?.key);
  expect(late?.days).toBe(row?.figures.lateDays);
  expect(fixFirst.map(({ why, key }) => `${why} ${key}`)).toContain('correction minimum-living-allowance');
  expect(fixFirst.map(({ why, key }) => `${why} ${key}`)).toContain('offline 999901004');
});

test('a reason that an officer wrote to one person is counted, and not told', async () => {
  const caseNo = (
    await node().pool.query<{ case_no: string }>(
      `SELECT c.case_no FROM case_record c JOIN application a USING (application_id, revision)
       WHERE c.status = '02' AND a.item_slug NOT IN ('consultation', 'complaint') ORDER BY a.stored_at DESC LIMIT 1`,
    )
  ).rows[0]?.case_no;
  const reason = { zh: '张建国的户口在外省', en: 'Zhang Jianguo is registered elsewhere' };
  const refused = await call(`${node().platform.url}/v1/cases/${caseNo ?? ''}/refusal`, {
    method: 'POST',
    by: DESK_TOKEN,
    body: { reason },
  });
  expect(refused.status).toBe(200);
  const evaluation = await evaluate('2025-11-23', TODAY);
  const all = evaluation.rows.find(({ by }) => by === 'all');
  expect(all?.commonest?.refusals.others).toBeGreaterThan(0);
  expect(all?.commonest?.refusals.same[0]?.what.zh).toBe('户籍不在本区');
  expect(JSON.stringify(evaluation)).not.toMatch(/张建国|Zhang/);
});

test.each([
  ['no days', '?from=2026-11-22'],
  ['days the wrong way round', '?from=2026-11-22&until=2026-11-21'],
  ['more than a year', '?from=2024-01-01&until=2026-11-21'],
  ['no day', '?from=2026-02-30&until=2026-03-01'],
])('a period of %s is refused', async (_name, query) => {
  expect((await call(`${node().platform.url}/v1/evaluation${query}`, { by: DESK_TOKEN })).status).toBe(400);
});

describe('the page', () => {
  const opened = async (): Promise<string> =>
    (await get(`/evaluation?token=${DESK_TOKEN}`)).headers.get('set-cookie')?.split(';')[0] ?? '';

  test('opens with the token, goes on with the cookie, and is shut without', async () => {
    expect((await get('/evaluation')).status).toBe(401);
    expect((await get('/evaluation.csv')).status).toBe(401);
    expect((await call(`${node().platform.url}/evaluation`, { by: TERMINAL })).status).toBe(401);
    const page = await get('/evaluation', await opened());
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.text).not.toMatch(/<script|<form|style="|javascript:| on[a-z]+="/);
  });

  test.each([
    ['zh', '', '先改什么'],
    ['en', '&lang=en', 'What to fix first'],
  ])('in %s says what to fix first, and fills in every blank', async (_language, lang, heading) => {
    const page = await get(`/evaluation?from=2025-11-23&until=${TODAY}${lang}`, await opened());
    expect(page.text).toContain(heading);
    expect(page.text.replace(/<style>[\s\S]*<\/style>/, '')).not.toMatch(/\{[a-z]+\}|undefined|NaN|\[object/);
  });

  test('of a wrong period says so, and shows nothing that was sent', async () => {
    const page = await get('/evaluation?from=%3Cb%3Ex&until=2026-11-22', await opened());
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('x</b>');
    expect(page.text).not.toContain('<b>');
  });

  test('of a time without a case is a sentence', async () => {
    const empty = await startTestPlatform(await node().postgres.createDatabase());
    const page = await call(`${empty.url}/evaluation?token=${DESK_TOKEN}`, {});
    expect(page.text).toContain('这段时间没有办件');
    await empty.close();
  });

  test('is saved as a table that a spreadsheet opens', async () => {
    const table = await get(`/evaluation.csv?from=2025-11-23&until=${TODAY}`, await opened());
    expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(table.headers.get('content-disposition')).toContain('evaluation-2025-11-23-2026-11-22.csv');
    const bytes = new Uint8Array(
      await (
        await fetch(`${node().platform.url}/evaluation.csv`, { headers: { cookie: await opened() } })
      ).arrayBuffer(),
    );
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = table.text.split('\r\n');
    expect(lines.filter((line) => line.startsWith('终端,'))).toHaveLength(12);
    const cells = new Set(lines.slice(1, -1).map((line) => line.replace(/"[^"]*"/g, 'x').split(',').length));
    expect(cells.size).toBe(1);
  });

  test('takes the name of an item as text, whatever it is', async () => {
    // A slug that no item has any more is its own name.
    await node().pool.query(`UPDATE application SET item_slug = '=<b>"&' WHERE receipt_no = 'R000000000001'`);
    const page = await get(`/evaluation?from=2025-11-23&until=${TODAY}`, await opened());
    expect(page.text).toContain('=&#60;b&#62;&#34;&#38;');
    const table = await get(`/evaluation.csv?from=2025-11-23&until=${TODAY}`, await opened());
    expect(table.text).toContain(`"'=<b>""&"`);
  });
});

test('a case that was accepted because nobody answered in time counts from the day since which nobody had', async () => {
  const day = '2026-11-02';
  const before = (await evaluate(day, TODAY)).rows.find(({ by }) => by === 'all')?.figures;
  const { rows } = await node().pool.query<{ cursor: string }>(
    `SELECT e.cursor::text AS cursor FROM case_event e JOIN case_record c USING (cursor)
       JOIN application a ON a.application_id = c.application_id
     WHERE c.status = '10' AND e.to_status = '05' AND a.item_slug = 'senior-card' AND e.at > '2026-11-05' LIMIT 1`,
  );
  await node().pool.query(
    `UPDATE case_event SET notice = '{"kind":"acceptance","decideBy":null,"deemedFrom":"2026-01-05"}'
     WHERE cursor = $1 AND to_status = '05'`,
    [rows[0]?.cursor],
  );
  const after = (await evaluate(day, TODAY)).rows.find(({ by }) => by === 'all')?.figures;
  expect(after?.closed).toBe(before?.closed);
  // Ten months beyond five working days.
  expect((after?.lateDays ?? 0) - (before?.lateDays ?? 0)).toBeGreaterThan(200);
});

test('replies that were stopped or insisted on, and the ledger, are counted', async () => {
  const before = await evaluate('2026-11-22', '2026-11-22');
  const caseNo =
    (
      await node().pool.query<{ case_no: string }>(
        `SELECT c.case_no FROM case_record c JOIN application a USING (application_id)
     WHERE a.item_slug = 'consultation' AND c.status = '10' LIMIT 1`,
      )
    ).rows[0]?.case_no ?? '';
  const now = new Date(TEST_NOW_MS);
  await node().pool.query(
    `INSERT INTO reply_rejection (case_no, text_sha256, unit, rules, rejected_at) VALUES ($1, repeat('0', 64), '局', '{empty}', $2)`,
    [caseNo, now],
  );
  await node().pool.query(
    `INSERT INTO interaction_reply (case_no, ordinal, reply_id, unit, words, replied_at, insisted_because)
     VALUES ($1, 1, $2, '局', '好', $3, '只问地址')`,
    [caseNo, randomUUID(), now],
  );
  const after = await evaluate('2026-11-22', '2026-11-22');
  const replies = (evaluation: Evaluation) => evaluation.rows.find(({ by }) => by === 'all')?.figures.replies;
  expect(replies(before)).toEqual({ given: 0, sentBack: 0, rejected: 0, insisted: 0 });
  expect(replies(after)).toEqual({ given: 1, sentBack: 0, rejected: 1, insisted: 1 });
});

describe('what makes no case late, and no line slow', () => {
  const figuresOf = async (): Promise<Figures | undefined> =>
    (await evaluate('2025-11-23', TODAY)).rows.find(({ by }) => by === 'all')?.figures;
  const caseWhere = async (condition: string): Promise<string> => {
    const { rows } = await node().pool.query<{ cursor: string }>(
      `SELECT c.cursor::text AS cursor FROM case_record c JOIN application a USING (application_id)
       WHERE a.item_slug NOT IN ('consultation', 'complaint') AND ${condition} ORDER BY c.cursor LIMIT 1`,
    );
    const [found] = rows;
    if (found === undefined) throw new Error('no such case');
    return found.cursor;
  };
  const addEvent = (cursor: string, from: string, notice: object | null, at: string) =>
    node().pool.query(
      `INSERT INTO case_event (cursor, application_id, ordinal, at, from_status, to_status, actor, notice)
       SELECT $1, application_id, max(ordinal) + 100, ${at}, $2, $2, 'desk', $3 FROM case_event WHERE cursor = $1
       GROUP BY application_id`,
      [cursor, from, notice === null ? null : JSON.stringify(notice)],
    );

  test('days that the head of the office gave: 延长审批 is as lawful as the limit', async () => {
    const cursor = await caseWhere(`c.status = '05' AND NOT EXISTS
      (SELECT 1 FROM case_event e WHERE e.cursor = c.cursor AND e.to_status = '10')`);
    // Accepted long ago, and still open: far beyond both limits.
    await node().pool.query(
      `UPDATE case_event SET at = '2026-08-03T02:00:00Z' WHERE cursor = $1 AND to_status IN ('02', '05')`,
      [cursor],
    );
    const before = await figuresOf();
    await addEvent(cursor, '05', { kind: 'extension', days: 200, decideBy: null }, `'2026-08-04T02:00:00Z'`);
    const after = await figuresOf();
    expect(after?.overdueNow).toBe((before?.overdueNow ?? 0) - 1);
    expect(after?.lateDays).toBeLessThan(before?.lateDays ?? 0);
  });

  test('a revision of a refused case that is only kept: it is refused once', async () => {
    const cursor = await caseWhere(`c.status = '07'`);
    const period = ['2026-11-22', '2026-11-22'] as const;
    const refused = async () =>
      (await evaluate(...period)).rows.find(({ by }) => by === 'all')?.figures.refused ?? 0;
    const before = await refused();
    await addEvent(cursor, '07', null, `'2026-11-21T17:00:00Z'`);
    expect(await refused()).toBe(before);
  });

  test('a terminal whose clock had fallen to its beginning, and a weekend', async () => {
    const before = await figuresOf();
    const cursor = await caseWhere(`a.stored_at - a.received_at < interval '1 minute'`);
    const came = (receivedAt: string, storedAt: string) =>
      node().pool.query(
        `WITH moved AS (UPDATE case_event SET at = $3 WHERE cursor = $1 AND ordinal = 1)
         UPDATE application SET received_at = $2, stored_at = $3
         WHERE application_id = (SELECT application_id FROM case_record WHERE cursor = $1)`,
        [cursor, receivedAt, storedAt],
      );
    // Friday evening to Monday morning, in China.
    await came('2026-11-13T10:00:00Z', '2026-11-16T01:00:00Z');
    expect(await figuresOf()).toMatchObject({
      offline: (before?.offline ?? 0) + 1,
      offlineDays: (before?.offlineDays ?? 0) + 1,
    });
    await came('2020-01-01T00:00:00Z', '2026-11-16T01:00:00Z');
    expect(await figuresOf()).toMatchObject({ offline: before?.offline, offlineDays: before?.offlineDays });
  });
});
