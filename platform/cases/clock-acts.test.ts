import { beforeEach, describe, expect, test } from 'vitest';
import type { ApplicationPayload } from '#contract/application.ts';
import { alertLevels, type CaseVerb } from '#contract/case-choices.ts';
import type { CaseHistory, Notice } from '#contract/case-history.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { withDatabase } from '../fixture/for-tests.ts';
import { applicationId, ORDINARY_PAYLOAD, payload, submission, TEST_NOW_MS } from '../for-tests.ts';
import { act, type Acted } from './act.ts';
import { standingAlerts } from './alert-rows.ts';
import { caseHistory } from './case-history.ts';
import { storeApplication } from './store-application.ts';
import { settleDue } from './watch-clocks.ts';
import { dayBegins, officeCalendar, officeDays, type OfficeCalendar } from './working-days.ts';

/** What time does to cases, on several nodes, and against officers and residents who act in the same moment. */

const db = withDatabase();
let cases = 0;
const catalogue = loadCatalogue(catalogueDir);
const logged: object[] = [];

beforeEach(() => {
  logged.length = 0;
});

const parts = { catalogue, officeDays };
const at = (day: string, hour = 9): number => dayBegins(day) + hour * 3_600_000;
const settleAt = (nowMs: number, pool = db().pool, calendar: OfficeCalendar = officeDays) =>
  settleDue(pool, { catalogue, officeDays: calendar }, nowMs, {
    log: (line) => logged.push(line),
    goOn: () => true,
  });

async function received(
  content: ApplicationPayload = ORDINARY_PAYLOAD,
  change: object = {},
  storedAtMs: number = TEST_NOW_MS,
  persons: readonly string[] = [],
) {
  cases += 1;
  const n = cases;
  const caseNo = await send(n, 1, content, { storedAtMs, change, persons });
  return { n, caseNo };
}

interface Sent {
  readonly storedAtMs: number;
  readonly change?: object;
  readonly persons?: readonly string[];
}

async function send(
  n: number,
  revision: number,
  content: ApplicationPayload,
  { storedAtMs, change, persons = [] }: Sent,
) {
  const sent = { ...submission(content), ...change };
  const arrival = { forwardedBy: 'T-01', storedAtMs, persons, engine: parts };
  const stored = await storeApplication(
    db().pool,
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
  pool = db().otherPool,
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
  const found = await caseHistory({ pool: db().pool, ...parts }, caseNo, nowMs);
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
    await Promise.all(
      [db().pool, db().otherPool, db().pool, db().otherPool].map((pool) => settleAt(at('2026-11-30'), pool)),
    );
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
    await settleDue(db().pool, { catalogue: rest, officeDays }, at('2026-12-10'), {
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
    done(caseNo, 'accept', at('2026-11-23'), acceptance, db().pool),
    done(caseNo, 'refuse', at('2026-11-23'), { kind: 'refusal', reason: words }, db().otherPool),
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

test('of a station whose clock has fallen back years, what comes after the return is late: it was not asked for yet', async () => {
  const { n, caseNo } = await received();
  await done(caseNo, 'request-correction', at('2026-11-23'), correction('2026-11-25'));
  await send(n, 2, ORDINARY_PAYLOAD, {
    storedAtMs: at('2027-05-20'),
    change: { receivedAt: '1970-01-01T00:00:00.000Z' },
  });
  expect(verbsOf(await historyOf(caseNo)).slice(2)).toEqual(['return-overdue', 'keep-revision']);
});

describe('a correction that names other people', () => {
  const [own, stranger, partner] = ['999901194503120014', '999901196001010025', '999901196001010033'];
  const personsOf = async (caseNo: string) =>
    (
      await db().pool.query<{ person_number: string }>(
        'SELECT person_number FROM case_person JOIN case_record USING (cursor) WHERE case_no = $1 ORDER BY 1',
        [caseNo],
      )
    ).rows.map(({ person_number: number }) => number);
  const asked = async () => {
    const { n, caseNo } = await received(ORDINARY_PAYLOAD, {}, TEST_NOW_MS, [own, stranger]);
    await done(caseNo, 'request-correction', at('2026-11-23'), correction('2026-11-25'));
    return { n, caseNo };
  };
  const change = { receivedAt: '2026-11-24T02:00:00.000Z' };

  test('takes the case from who was named by mistake', async () => {
    const { n, caseNo } = await asked();
    await send(n, 2, ORDINARY_PAYLOAD, { storedAtMs: at('2026-11-24', 12), change, persons: [own, partner] });
    expect(await personsOf(caseNo)).toEqual([own, partner]);
  });

  test('takes it from nobody when it names nobody, or when it changes nothing', async () => {
    const [nobody, unasked] = [await asked(), await received(ORDINARY_PAYLOAD, {}, TEST_NOW_MS, [own])];
    await send(nobody.n, 2, ORDINARY_PAYLOAD, { storedAtMs: at('2026-11-24', 12), change });
    expect(await personsOf(nobody.caseNo)).toEqual([own, stranger]);
    await done(unasked.caseNo, 'accept', at('2026-11-23'), acceptance);
    await send(unasked.n, 2, ORDINARY_PAYLOAD, { storedAtMs: at('2026-11-24'), persons: [partner] });
    expect(await personsOf(unasked.caseNo)).toEqual([own]);
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
  // The hint came and went meanwhile, and ended when the promise was over, not when somebody looked.
  expect(alerts.map(({ rule, since, until }) => `${rule} ${since} ${until ?? ''}`)).toEqual([
    'step-over 2026-11-25 2026-12-24',
    'near 2026-12-22 2026-12-24',
    'promise-over 2026-12-24 2026-12-24',
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
  // Nor by an officer, whoever asks the engine.
  expect(await done(second.caseNo, 'accept', at('2026-12-10'), acceptance)).toMatchObject({ why: 'waits' });
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

describe('what another of its chain needs, and what never comes,', () => {
  const chainOf = (id: number) => (order: number, needs: number[]) => ({
    ...ORDINARY_PAYLOAD,
    chain: { id: 'marriage-childbirth', chainApplicationId: applicationId(id), order, needs },
  });
  const newborn = { itemSlug: 'newborn-one-thing' };

  test('is waited for five working days, and then holds nothing up', async () => {
    const second = await received(chainOf(910)(6, [2]), newborn);
    // It came on a Sunday: until Friday the 27th.
    const friday = at('2026-11-27', 23);
    await settleAt(friday);
    expect(await done(second.caseNo, 'accept', friday, acceptance)).toMatchObject({ why: 'waits' });
    await settleAt(at('2026-12-04'));
    // From the 28th on its office has five working days of its own.
    expect((await historyOf(second.caseNo, at('2026-12-04'))).clocks.tellBy).toBe('2026-12-04');
    expect((await historyOf(second.caseNo)).status).toBe('02');
    await settleAt(dayBegins('2026-12-05'));
    expect((await historyOf(second.caseNo)).events[1]).toMatchObject({
      verb: 'deem-accepted',
      document: { notice: { deemedFrom: '2026-11-28' } },
    });
  });

  test('can be accepted without, from the first day behind', async () => {
    const second = await received(chainOf(911)(6, [2]), newborn);
    expect(await done(second.caseNo, 'accept', at('2026-11-28'), acceptance)).toMatchObject({ kind: 'done' });
  });

  test('does not stop it when it comes still later', async () => {
    const second = await received(chainOf(912)(6, [2]), newborn);
    await received(chainOf(912)(2, []), { itemSlug: 'marriage-appointment' }, at('2026-11-30'));
    expect(await done(second.caseNo, 'accept', at('2026-12-01'), acceptance)).toMatchObject({ kind: 'done' });
  });

  test('holds it up as any other when it comes in time, on the last day', async () => {
    const second = await received(chainOf(913)(6, [2]), newborn);
    await received(chainOf(913)(2, []), { itemSlug: 'marriage-appointment' }, at('2026-11-27', 23));
    expect(await done(second.caseNo, 'accept', at('2026-12-01'), acceptance)).toMatchObject({ why: 'waits' });
  });
});

test('a case that cannot be read is set aside and said, and holds up no other', async () => {
  const [broken, whole] = [await received(), await received()];
  await db().pool.query(
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
  await db().pool.query("UPDATE case_event SET facts = NULL WHERE facts ->> 'countsFrom' = 'yesterday'");
  await settleAt(at('2026-11-30', 12));
  expect((await historyOf(broken.caseNo)).status).toBe('05');
});

test('days in a year without holidays are counted by weekdays and said to be; with its holidays they are reckoned anew', async () => {
  const { caseNo } = await received(ORDINARY_PAYLOAD, {}, at('2026-12-18'));
  await done(caseNo, 'accept', at('2026-12-21'), acceptance);
  const before = await historyOf(caseNo, at('2026-12-21'));
  expect(before.clocks).toMatchObject({ promisedBy: '2027-01-21', calendarGap: 2027 });
  const all = { limit: 10, scope: null, levels: alertLevels };
  const { calendar } = await standingAlerts(db().pool, officeDays, all);
  expect(calendar).toMatchObject({ years: [2026], casesBeyond: expect.any(Number) });
  expect(calendar.casesBeyond).toBeGreaterThan(0);
  const decideBy = async () =>
    (
      await db().pool.query<{ decide_by: string; gap: number | null }>(
        'SELECT decide_by::text AS decide_by, calendar_gap AS gap FROM case_record WHERE case_no = $1',
        [caseNo],
      )
    ).rows[0];
  expect(await decideBy()).toEqual({ decide_by: '2027-01-21', gap: 2027 });
  await settleAt(at('2026-12-22'), db().pool, announced);
  expect(await decideBy()).toEqual({ decide_by: '2027-01-25', gap: null });
});

/** As it is delivered when the next year's holidays are known. */
const announced = officeCalendar(
  JSON.stringify({
    source: 'made up',
    issued: '2026-12-01',
    weekdays: officeDays.weekdays,
    openOn: officeDays.openOn,
    years: [2026, 2027],
    closedOn: [...officeDays.closedOn, '2027-01-18', '2027-01-19'],
  }),
);

describe('of two calendars at two nodes, while a new one is delivered,', () => {
  /** Late by the earlier one, and not by the later one. */
  const late = async () => {
    const { caseNo } = await received(ORDINARY_PAYLOAD, {}, at('2026-12-18'));
    await done(caseNo, 'accept', at('2026-12-21'), acceptance);
    return caseNo;
  };
  const rowOf = async (caseNo: string) =>
    (
      await db().pool.query<object>(
        `SELECT decide_by::text, due_at, reckoned_by FROM case_record WHERE case_no = $1`,
        [caseNo],
      )
    ).rows[0];

  test('the later one stands: in no look the nodes undo each other, and no alert is opened twice', async () => {
    const caseNo = await late();
    const look = at('2027-01-22');
    await settleAt(look, db().pool, announced);
    const [row, { alerts }] = [await rowOf(caseNo), await historyOf(caseNo, look)];
    expect(row).toMatchObject({ decide_by: '2027-01-25', reckoned_by: announced.id });
    for (let looks = 0; looks < 3; looks += 1) {
      expect(await settleAt(look, db().otherPool)).toEqual({ settled: 0, failed: 0 });
      expect(await settleAt(look, db().pool, announced)).toEqual({ settled: 0, failed: 0 });
    }
    expect(await rowOf(caseNo)).toEqual(row);
    expect((await historyOf(caseNo, look)).alerts).toEqual(alerts);
  });

  test('an act at the node with the earlier one is reckoned anew by the later one, once', async () => {
    const caseNo = await late();
    await settleAt(at('2026-12-22'), db().pool, announced);
    const special: Notice = { kind: 'special', reason: 'home-visit', text: words, expectedBy: null };
    await done(caseNo, 'begin-special', at('2026-12-22'), special);
    await done(caseNo, 'end-special', at('2026-12-22'));
    expect(await rowOf(caseNo)).toMatchObject({ reckoned_by: officeDays.id });
    expect(await settleAt(at('2026-12-22', 10), db().pool, announced)).toMatchObject({ settled: 1 });
    expect(await rowOf(caseNo)).toMatchObject({ reckoned_by: announced.id, decide_by: '2027-01-25' });
  });

  test('what the later one reckoned is looked after by the earlier one when no node with it is left', async () => {
    const { caseNo } = await received(ORDINARY_PAYLOAD, {}, at('2026-12-18'));
    await settleAt(at('2026-12-18'), db().pool, announced);
    const due = dayBegins('2026-12-26');
    await settleAt(due + 3_600_000);
    expect((await historyOf(caseNo)).status).toBe('02');
    await settleAt(due + 86_400_000);
    expect(verbsOf(await historyOf(caseNo))).toEqual(['receive', 'deem-accepted']);
  });

  test('a node that is being stopped reckons no more', async () => {
    const caseNo = await late();
    await settleDue(db().pool, { catalogue, officeDays: announced }, at('2026-12-22'), {
      log: () => undefined,
      goOn: () => false,
    });
    expect(await rowOf(caseNo)).toMatchObject({ reckoned_by: officeDays.id });
  });
});

test('a case without a day lies in no year: closed, it is never said to lack the holidays of this one', async () => {
  const { caseNo } = await received();
  await done(caseNo, 'withdraw', at('2026-11-23'));
  expect((await historyOf(caseNo, at('2027-01-04'))).clocks.calendarGap).toBe(null);
});
