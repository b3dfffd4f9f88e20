import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApplicationPayload } from '#contract/application.ts';
import { alertLevels, type CaseVerb } from '#contract/case-choices.ts';
import type { CaseHistory, Notice } from '#contract/case-history.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { migrationsDir } from '../database/release.ts';
import { applicationId, ORDINARY_PAYLOAD, payload, submission, TEST_NOW_MS } from '../for-tests.ts';
import { act, type Acted } from './act.ts';
import { standingAlerts } from './alert-rows.ts';
import { caseHistory } from './case-history.ts';
import { storeApplication } from './store-application.ts';
import { settleDue } from './watch-clocks.ts';
import { dayBegins, officeDays, type OfficeCalendar } from './working-days.ts';

/** What time does to cases, on several nodes, and against officers and residents who act in the same moment. */

let postgres: TestPostgres;
/** Of two nodes. */
let nodes: readonly [pg.Pool, pg.Pool];
let cases = 0;
const catalogue = loadCatalogue(catalogueDir);
const logged: object[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  nodes = [connect(url), connect(url)];
  await migrate(nodes[0], migrationsDir);
}, 120_000);

afterAll(async () => {
  await Promise.all(nodes.map((pool) => pool.end()));
  await postgres.close();
}, 60_000);

beforeEach(() => {
  logged.length = 0;
});

const parts = { catalogue, officeDays };
const at = (day: string, hour = 9): number => dayBegins(day) + hour * 3_600_000;
const settleAt = (nowMs: number, pool = nodes[0], calendar: OfficeCalendar = officeDays) =>
  settleDue(pool, { catalogue, officeDays: calendar }, nowMs, {
    log: (line) => logged.push(line),
    goOn: () => true,
  });

async function received(
  content: ApplicationPayload = ORDINARY_PAYLOAD,
  change: object = {},
  storedAtMs: number = TEST_NOW_MS,
) {
  cases += 1;
  const n = cases;
  const caseNo = await send(n, 1, content, { storedAtMs, change });
  return { n, caseNo };
}

interface Sent {
  readonly storedAtMs: number;
  readonly change?: object;
}

async function send(n: number, revision: number, content: ApplicationPayload, { storedAtMs, change }: Sent) {
  const sent = { ...submission(content), ...change };
  const arrival = { forwardedBy: 'T-01', storedAtMs, persons: [], engine: parts };
  const stored = await storeApplication(
    nodes[0],
    { applicationId: applicationId(n), revision },
    sent,
    arrival,
  );
  if (stored.kind !== 'stored') throw new Error(stored.kind);
  return stored.acknowledgement.caseNo;
}

const done = (
  caseNo: string,
  verb: CaseVerb,
  atMs: number,
  notice?: Notice,
  pool = nodes[1],
): Promise<Acted> =>
  act({ pool, ...parts }, { caseNo, verb, by: { actor: 'desk', unit: null, atMs } }, () =>
    notice ? { notice } : {},
  );

const acceptance: Notice = { kind: 'acceptance', decideBy: null };
const words = { zh: '缺一页', en: 'A page is missing' };
const correction = (dueOn: string): Notice => ({
  kind: 'correction',
  dueOn,
  entries: [{ target: { of: 'paper', materialId: 'm-id' }, name: words, reason: words }],
});

async function historyOf(caseNo: string, nowMs = TEST_NOW_MS): Promise<CaseHistory> {
  const found = await caseHistory({ pool: nodes[0], ...parts }, caseNo, nowMs);
  if (!found) throw new Error('no such case');
  return found;
}
const verbsOf = ({ events }: CaseHistory): CaseVerb[] => events.map(({ verb }) => verb);

describe('nobody answers within five working days', () => {
  test('and the case counts as accepted from the day received, with its notice, once', async () => {
    const { caseNo } = await received();
    // Received on a Sunday; the fifth working day is Friday the 27th, to its last instant.
    await settleAt(dayBegins('2026-11-28') - 1);
    expect(verbsOf(await historyOf(caseNo))).toEqual(['receive']);
    await settleAt(dayBegins('2026-11-28'));
    await settleAt(dayBegins('2026-11-28'));
    const history = await historyOf(caseNo);
    expect(verbsOf(history)).toEqual(['receive', 'deem-accepted']);
    expect(history.events[1]).toMatchObject({
      actor: 'clock',
      to: '05',
      document: {
        no: `${caseNo}-02`,
        kind: 'accept',
        heading: { itemName: { zh: '高龄津贴申领' }, phone: expect.any(String) },
        // Twenty-two working days behind Sunday the 22nd.
        notice: { deemedFrom: '2026-11-22', decideBy: '2026-12-22' },
      },
    });
    expect(history.clocks).toMatchObject({ state: 'runs', promisedBy: '2026-12-22', tellBy: null });
  });

  test('on many nodes at once each case is settled by one', async () => {
    const many = await Promise.all(Array.from({ length: 12 }, () => received()));
    await Promise.all([...nodes, ...nodes].map((pool) => settleAt(at('2026-11-30'), pool)));
    for (const { caseNo } of many) {
      expect(verbsOf(await historyOf(caseNo))).toEqual(['receive', 'deem-accepted']);
    }
    expect(logged).toEqual([]);
  });

  test('an officer who comes later finds it accepted, also where no node has looked yet', async () => {
    const { caseNo } = await received();
    const refused = await done(caseNo, 'refuse', at('2026-11-28'), { kind: 'refusal', reason: words });
    expect(refused).toEqual({ kind: 'refused', why: 'no-move', status: '05' });
    expect(verbsOf(await historyOf(caseNo))).toEqual(['receive', 'deem-accepted']);
  });

  test('of a clock and an officer in the same moment one accepts', async () => {
    const many = await Promise.all(Array.from({ length: 6 }, () => received()));
    const due = dayBegins('2026-11-28');
    await Promise.all([
      settleAt(due),
      ...many.map(({ caseNo }) => done(caseNo, 'accept', due - 1, acceptance)),
    ]);
    for (const { caseNo } of many) {
      const verbs = verbsOf(await historyOf(caseNo));
      expect(['accept', 'deem-accepted']).toContain(verbs[1]);
      expect(verbs).toHaveLength(2);
    }
  });

  test('a question is not accepted by the clock: its days count from its receipt', async () => {
    const asked = payload({ about: 'medins', question: '怎么报销？', replyBy: 'here' });
    const { caseNo } = await received(asked, { itemSlug: 'consultation' });
    await settleAt(at('2026-12-10'));
    const history = await historyOf(caseNo);
    expect(verbsOf(history)).toEqual(['receive']);
    expect(history.clocks.promisedBy).toBe('2026-11-25');
    expect(history.alerts.map(({ rule }) => rule).sort()).toEqual(
      expect.arrayContaining(['legal-over', 'promise-over', 'step-over', 'unhandled']),
    );
  });

  test('nor is one whose item is published no more: it stays the question that it was', async () => {
    const asked = payload({ about: 'medins', question: '怎么报销？', replyBy: 'here' });
    const { caseNo } = await received(asked, { itemSlug: 'consultation' });
    const rest = {
      ...catalogue,
      items: new Map([...catalogue.items].filter(([slug]) => slug !== 'consultation')),
    };
    await settleDue(nodes[0], { catalogue: rest, officeDays }, at('2026-12-10'), {
      log: (line) => logged.push(line),
      goOn: () => true,
    });
    const history = await historyOf(caseNo);
    expect(verbsOf(history)).toEqual(['receive']);
    expect(history.clocks.promisedBy).toBe('2026-11-25');
  });
});

test('of two officers who decide at once one does, and the other finds the case where it is', async () => {
  const { caseNo } = await received();
  const [one, other] = await Promise.all([
    done(caseNo, 'accept', at('2026-11-23'), acceptance, nodes[0]),
    done(caseNo, 'refuse', at('2026-11-23'), { kind: 'refusal', reason: words }, nodes[1]),
  ]);
  expect([one.kind, other.kind].sort()).toEqual(['done', 'refused']);
  expect(verbsOf(await historyOf(caseNo))).toHaveLength(2);
});

describe('a correction whose day is over', () => {
  const asked = async () => {
    const { n, caseNo } = await received();
    await done(caseNo, 'request-correction', at('2026-11-23'), correction('2026-11-25'));
    return { n, caseNo };
  };
  const corrected = (n: number, receivedAt: string, storedAtMs: number) =>
    send(n, 2, ORDINARY_PAYLOAD, { storedAtMs, change: { receivedAt } });

  test('is returned by the clock on the day after, with its notice', async () => {
    const { caseNo } = await asked();
    await settleAt(dayBegins('2026-11-26') - 1);
    expect((await historyOf(caseNo)).status).toBe('06');
    await settleAt(dayBegins('2026-11-26'));
    expect((await historyOf(caseNo)).events.at(-1)).toMatchObject({
      verb: 'return-overdue',
      document: { kind: 'return', notice: { isOverdue: true } },
    });
  });

  test('is in time when a station received it in time, whether the clock came before it or not', async () => {
    const [before, behind, beside] = [await asked(), await asked(), await asked()];
    const late = at('2026-11-27');
    const inTime = '2026-11-25T15:59:59.000Z'; // A second before midnight in China.
    await corrected(before.n, inTime, late);
    await Promise.all([settleAt(late), corrected(beside.n, inTime, late)]);
    await corrected(behind.n, inTime, late);
    for (const { caseNo } of [before, behind, beside]) {
      expect(await historyOf(caseNo, late)).toMatchObject({ status: '02', clocks: { tellBy: '2026-12-04' } });
    }
    expect(verbsOf(await historyOf(behind.caseNo))).toContain('correct-in-time');
    expect(verbsOf(await historyOf(before.caseNo))).not.toContain('return-overdue');
  });

  test('that a station received too late is kept and changes nothing, whether the clock came before it or not', async () => {
    const [before, beside] = [await asked(), await asked()];
    const late = at('2026-11-27');
    await corrected(before.n, '2026-11-25T16:00:00.000Z', late);
    await Promise.all([settleAt(late), corrected(beside.n, '2026-11-26T02:00:00.000Z', late)]);
    for (const { caseNo } of [before, beside]) {
      expect(verbsOf(await historyOf(caseNo)).slice(2)).toEqual(['return-overdue', 'keep-revision']);
    }
  });
});

test('the alerts of a late case begin and end on their days, each with a number of its own', async () => {
  const { caseNo } = await received();
  await done(caseNo, 'accept', at('2026-11-23'), acceptance);
  const alertsAt = async (nowMs: number) => {
    await settleAt(nowMs);
    const { alerts } = await historyOf(caseNo, nowMs);
    return alerts.map(({ rule, since, until }) => `${rule} ${since} ${until ?? ''}`.trim());
  };
  // The first step has one working day.
  expect(await alertsAt(at('2026-11-24'))).toEqual([]);
  expect(await alertsAt(at('2026-11-25'))).toEqual(['step-over 2026-11-25']);
  // Twenty-two working days: the 23rd of December.
  expect(await alertsAt(at('2026-12-22'))).toContain('near 2026-12-22');
  expect(await alertsAt(at('2026-12-24'))).toEqual([
    'step-over 2026-11-25',
    'near 2026-12-22 2026-12-24',
    'promise-over 2026-12-24',
  ]);
  expect(await alertsAt(at('2026-12-25'))).toContain('unhandled 2026-12-25');
  // It is handled: what is late stays late while the clock rests, and what nobody did is done.
  const special: Notice = { kind: 'special', reason: 'home-visit', text: words, expectedBy: null };
  await done(caseNo, 'begin-special', at('2026-12-25', 10), special);
  expect(await alertsAt(at('2027-02-26'))).toEqual([
    'step-over 2026-11-25',
    'near 2026-12-22 2026-12-24',
    'promise-over 2026-12-24',
    'unhandled 2026-12-25 2026-12-25',
  ]);
  await done(caseNo, 'end-special', at('2027-02-26', 10));
  await done(caseNo, 'close', at('2027-02-26', 11), {
    kind: 'result',
    outcome: '1',
    text: words,
    documentNo: null,
  });
  const { alerts } = await historyOf(caseNo);
  expect(alerts.every(({ until }) => until !== null)).toBe(true);
  expect(new Set(alerts.map(({ alertNo }) => alertNo)).size).toBe(alerts.length);
  expect(alerts[0]?.alertNo).toMatch(/^DB20261125\d{8}$/);
});

test('a promise that was broken is on record, also when no node looked before the case was closed', async () => {
  const { caseNo } = await received();
  await done(caseNo, 'accept', at('2026-11-23'), acceptance);
  const result: Notice = { kind: 'result', outcome: '1', text: words, documentNo: null };
  await done(caseNo, 'close', at('2026-12-24'), result);
  const { alerts } = await historyOf(caseNo);
  expect(alerts.map(({ rule, until }) => `${rule} ${until ?? ''}`)).toEqual([
    'step-over 2026-12-24',
    'promise-over 2026-12-24',
  ]);
});

test('what waits for another of its chain is not accepted by the clock, until that is over', async () => {
  const chain = (order: number, needs: number[]) => ({
    ...ORDINARY_PAYLOAD,
    chain: { id: 'marriage-childbirth', chainApplicationId: applicationId(900), order, needs },
  });
  const first = await received(chain(2, []), { itemSlug: 'marriage-appointment' });
  await done(first.caseNo, 'accept', at('2026-11-23'), acceptance);
  const second = await received(chain(6, [2]), { itemSlug: 'newborn-one-thing' });
  await settleAt(at('2026-12-10'));
  expect(verbsOf(await historyOf(second.caseNo))).toEqual(['receive']);
  await done(first.caseNo, 'close', at('2026-12-10'), {
    kind: 'result',
    outcome: '1',
    text: words,
    documentNo: null,
  });
  await settleAt(at('2026-12-10', 10));
  expect((await historyOf(second.caseNo)).clocks.tellBy).toBe('2026-12-17');
  await settleAt(at('2026-12-17'));
  expect((await historyOf(second.caseNo)).status).toBe('02');
  await settleAt(at('2026-12-18'));
  expect((await historyOf(second.caseNo)).events[1]?.document?.notice).toMatchObject({
    deemedFrom: '2026-12-10',
  });
});

test('a case that cannot be read is set aside and said, and holds up no other', async () => {
  const [broken, whole] = [await received(), await received()];
  await nodes[0].query(
    `UPDATE case_event SET facts = '{"countsFrom": "yesterday"}' WHERE cursor =
       (SELECT cursor FROM case_record WHERE case_no = $1)`,
    [broken.caseNo],
  );
  const looked = await settleAt(at('2026-11-30'));
  expect(looked).toMatchObject({ failed: 1 });
  expect((await historyOf(whole.caseNo)).status).toBe('05');
  expect(logged).toEqual([expect.objectContaining({ event: 'cases.not-settled' })]);
  expect(JSON.stringify(logged)).not.toMatch(/yesterday|张/);
  expect(await settleAt(at('2026-11-30'))).toMatchObject({ failed: 0 });
  await nodes[0].query("UPDATE case_event SET facts = NULL WHERE facts ->> 'countsFrom' = 'yesterday'");
  await settleAt(at('2026-11-30', 12));
  expect((await historyOf(broken.caseNo)).status).toBe('05');
});

test('days in a year without holidays are counted by weekdays and said to be; with its holidays they are reckoned anew', async () => {
  const { caseNo } = await received(ORDINARY_PAYLOAD, {}, at('2026-12-18'));
  await done(caseNo, 'accept', at('2026-12-21'), acceptance);
  const before = await historyOf(caseNo, at('2026-12-21'));
  expect(before.clocks).toMatchObject({ promisedBy: '2027-01-21', calendarGap: 2027 });
  expect(
    await standingAlerts(nodes[0], officeDays, { limit: 10, scope: null, levels: alertLevels }),
  ).toMatchObject({
    calendar: { years: [2026], casesBeyond: expect.any(Number) },
  });
  expect(
    (await standingAlerts(nodes[0], officeDays, { limit: 10, scope: null, levels: alertLevels })).calendar
      .casesBeyond,
  ).toBeGreaterThan(0);
  const decideBy = async () =>
    (
      await nodes[0].query<{ decide_by: string; gap: number | null }>(
        'SELECT decide_by::text AS decide_by, calendar_gap AS gap FROM case_record WHERE case_no = $1',
        [caseNo],
      )
    ).rows[0];
  expect(await decideBy()).toEqual({ decide_by: '2027-01-21', gap: 2027 });
  const announced: OfficeCalendar = {
    ...officeDays,
    years: [2026, 2027],
    closedOn: [...officeDays.closedOn, '2027-01-18', '2027-01-19'],
    id: 'announced',
  };
  await settleAt(at('2026-12-22'), nodes[0], announced);
  expect(await decideBy()).toEqual({ decide_by: '2027-01-25', gap: null });
  await settleAt(at('2026-12-22'), nodes[0]);
  expect(await decideBy()).toMatchObject({ gap: 2027 });
});
