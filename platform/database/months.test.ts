import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addMonths, type LocalDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import { verifyAudit } from '../audit/verify.ts';
import { caseHistory } from '../cases/case-history.ts';
import { applicationOf, wasErased } from '../cases/find-case.ts';
import { casesByCard, casesBySlip, queryCodeOf } from '../cases/progress.ts';
import { storeApplication, type StoreOutcome } from '../cases/store-application.ts';
import { dayBegins, officeDays } from '../cases/working-days.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import {
  call,
  clockForTests,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  payload,
  startTestPlatform,
  submission,
  TERMINAL,
  TEST_NOW_MS,
} from '../for-tests.ts';
import { connect } from './connect.ts';
import { startTestPostgres, type TestPostgres } from './for-tests.ts';
import { migrate } from './migrate.ts';
import { firstIdOf, makeMonths, monthsAhead, monthsThere } from './months.ts';
import { migrationsDir } from './release.ts';
import { retentionCommand } from './retention-command.ts';
import { erase, planErasure, unfinished } from './retention.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
let other: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 300_000);
afterAll(async () => {
  await postgres.close();
}, 60_000);
beforeEach(async () => {
  const url = await postgres.createDatabase();
  pool = connect(url);
  other = connect(url);
  await migrate(pool, migrationsDir);
}, 60_000);
afterEach(async () => {
  await Promise.all([pool.end(), other.end()]);
});

const ZHANG = '999901194503120014';
const engine = { catalogue: loadCatalogue(catalogueDir), officeDays };
const arrival = { forwardedBy: 'T-01', storedAtMs: TEST_NOW_MS, persons: [ZHANG], engine };
const sent = submission(ORDINARY_PAYLOAD);

/** Of a form that was opened on `day`, the n-th. */
const idOf = (day: LocalDate, n = 1): string =>
  `${firstIdOf(day).slice(0, 13)}-7000-8000-${String(n).padStart(12, '0')}`;
const at = (nowMs: number): Clock => ({ ...clockForTests, now: () => nowMs });
const store = (applicationId: string, revision = 1): Promise<StoreOutcome> =>
  storeApplication(pool, { applicationId, revision }, sent, arrival);

async function numberOf(outcome: Promise<StoreOutcome>): Promise<string> {
  const stored = await outcome;
  if (stored.kind !== 'stored') throw new Error(stored.kind);
  return stored.acknowledgement.caseNo;
}

const tableOf = async (applicationId: string): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT DISTINCT tableoid::regclass::text AS name FROM application WHERE application_id = $1`,
    [applicationId],
  );
  return rows.map(({ name }) => name);
};
const casesIn = async (): Promise<number> =>
  Number((await pool.query('SELECT count(*) AS n FROM case_record')).rows[0]?.n);

/** As if it had been received on `day`, and, where it is over, had ended then. */
async function age(caseNo: string, day: LocalDate, status: string): Promise<void> {
  await pool.query('UPDATE case_record SET status = $2 WHERE case_no = $1', [caseNo, status]);
  await pool.query(
    'UPDATE case_event SET at = $2 WHERE cursor IN (SELECT cursor FROM case_record WHERE case_no = $1)',
    [caseNo, new Date(dayBegins(day))],
  );
}

test('the database and the platform mean the same first id of a day', async () => {
  for (const day of ['1971-01-01', '2026-03-01', '2090-12-01']) {
    const { rows } = await pool.query('SELECT first_id_of($1) AS id', [day]);
    expect(rows[0]?.id).toBe(firstIdOf(day));
  }
});

describe('a clock that was wrong', () => {
  test.each(['1971-02-03', '2090-05-06'])('an id of %s is one case, however often it comes', async (day) => {
    const id = idOf(day);
    const caseNo = await numberOf(store(id));
    expect(await Promise.all([1, 2, 3].map(() => numberOf(store(id))))).toEqual([caseNo, caseNo, caseNo]);
    expect(await tableOf(id)).toEqual(['application_other']);
    expect(await casesIn()).toBe(1);
    const parts = { pool, ...engine, nowMs: TEST_NOW_MS };
    // The number of its receipt is of a day on which no such id was made.
    const slip = { receiptNo: sent.receiptNo, queryCode: queryCodeOf(id) };
    expect(await casesBySlip(parts, slip)).toMatchObject([{ caseNo }]);
    expect(await casesByCard(parts, ZHANG)).toMatchObject([{ caseNo }]);
    expect(await caseHistory({ pool, ...engine }, caseNo, TEST_NOW_MS)).toMatchObject({ caseNo });
  });

  test('one that ran months ahead is still one case when its month is made behind it', async () => {
    const id = idOf('2050-06-15');
    const caseNo = await numberOf(store(id));
    expect(await tableOf(id)).toEqual(['application_other']);
    await makeMonths(pool, dayBegins('2050-05-02'));
    expect(await tableOf(id)).toEqual(['application_2050_06']);
    expect(await numberOf(store(id))).toBe(caseNo);
    const history = await caseHistory({ pool, ...engine }, caseNo, TEST_NOW_MS);
    expect(history?.events.map(({ verb }) => verb)).toEqual(['receive']);
    expect(await casesIn()).toBe(1);
  });
});

test('a revision that comes before the first one opens the case, and the first one joins it', async () => {
  const id = idOf('2026-11-20');
  const caseNo = await numberOf(store(id, 2));
  expect(await numberOf(store(id, 1))).toBe(caseNo);
  expect(await casesIn()).toBe(1);
});

test('of the same application by ten at once there is one case', async () => {
  const id = idOf('2026-11-20');
  const numbers = await Promise.all(Array.from({ length: 10 }, () => numberOf(store(id))));
  expect(new Set(numbers).size).toBe(1);
  expect(await casesIn()).toBe(1);
});

test('the hundred-millionth case gets nine digits instead of an old number', async () => {
  await pool.query("SELECT setval('case_cursor', 99999998)");
  expect(await numberOf(store(idOf('2026-11-20', 1)))).toBe('BJ2026112299999999');
  expect(await numberOf(store(idOf('2026-11-20', 2)))).toBe('BJ20261122100000000');
});

describe('months ahead', () => {
  test('two nodes that make them at once make each once', async () => {
    await makeMonths(pool, dayBegins('2050-04-10'));
    const nowMs = dayBegins('2050-07-10');
    expect(await monthsAhead(pool, nowMs)).toBe(0);
    const made = await Promise.all([makeMonths(pool, nowMs), makeMonths(other, nowMs)]);
    expect(made.flat().sort()).toEqual(['2050-08-01', '2050-09-01', '2050-10-01']);
    expect(await monthsAhead(other, nowMs)).toBe(3);
    expect(await makeMonths(other, nowMs)).toEqual([]);
  });

  test('a clock that is decades ahead makes a few, and no gap is filled', async () => {
    await makeMonths(pool, dayBegins('2090-01-10'));
    expect((await monthsThere(pool)).filter((day) => day > '2060-01-01')).toHaveLength(24);
  });
});

test('a clock of the year 2000 makes no months before those that are there', async () => {
  const there = await monthsThere(pool);
  expect(await makeMonths(pool, dayBegins('2000-01-01'))).toEqual([]);
  expect(await monthsThere(pool)).toEqual(there);
});

test('a third of the connections may look into all months of ten years at once', async () => {
  const months = (await monthsThere(pool)).length + 1;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      'SELECT 1 FROM case_record c JOIN application a USING (application_id, revision) JOIN case_event e USING (cursor) LIMIT 1',
    );
    const { rows } = await client.query(
      `SELECT count(*)::int AS held, current_setting('max_locks_per_transaction')::int AS each,
         current_setting('max_connections')::int AS connections
       FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'`,
    );
    const { held, each, connections } = z
      .object({ held: z.number(), each: z.number(), connections: z.number() })
      .parse(rows[0]);
    expect(held).toBeGreaterThan(10 * months);
    expect((held / months) * 120 * (connections / 3)).toBeLessThan(each * connections);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

describe('a retention of ten years', () => {
  const OLD = '2015-03-10';
  const NOW = TEST_NOW_MS;
  beforeEach(async () => {
    await pool.query("SELECT make_month('2015-03-01'), make_month('2015-04-01')");
  });

  test('erases the month with all that hangs on its cases; its replay opens no second case, and its number is told from none', async () => {
    const id = idOf(OLD);
    const caseNo = await numberOf(store(id));
    const younger = await numberOf(store(idOf('2026-11-20')));
    await age(caseNo, OLD, '10');
    for (const of of [caseNo, younger]) {
      await pool.query(
        `INSERT INTO rating (case_no, rating_id, satisfaction, reasons, words, rated_on, stored_at)
         VALUES ($1, gen_random_uuid(), 5, '{}', '太慢', '2015-03-11', now())`,
        [of],
      );
      await pool.query(
        `INSERT INTO rating_ledger (entry_no, case_no, state, opened_at, due_on) VALUES ('CP-' || $1, $1, 'open', now(), '2015-03-18')`,
        [of],
      );
      await pool.query(
        `INSERT INTO interaction_reply (case_no, ordinal, reply_id, unit, words, replied_at) VALUES ($1, 1, gen_random_uuid(), '局', '好', now())`,
        [of],
      );
    }
    expect(await planErasure(pool, 10, NOW)).toEqual([
      { firstDay: '2015-03-01', cases: 1, open: 0, erasableOn: '2025-03-10', mayBeErased: true },
      { firstDay: '2015-04-01', cases: 0, open: 0, erasableOn: null, mayBeErased: true },
    ]);
    const said = await retentionCommand(pool, { years: 10, erase: false }, at(NOW));
    expect(said.lines[0]).toContain('2015-03: 1 cases, may be erased');
    expect(said.lines.at(-1)).toContain('Nothing was erased');
    expect(await wasErased(pool, caseNo)).toBe(false);
    expect(await erase(pool, 10, at(NOW))).toEqual({ months: ['2015-03-01', '2015-04-01'], others: 0 });
    for (const table of [
      'application',
      'case_event',
      'case_person',
      'rating',
      'rating_ledger',
      'interaction_reply',
    ]) {
      const { rows } = await pool.query(`SELECT count(*)::int AS n FROM ${table}`);
      expect({ table, n: rows[0]?.n }).toEqual({ table, n: 1 });
    }
    const { rows } = await pool.query(
      "SELECT detail FROM desk_audit WHERE event = 'retention.erased' ORDER BY seq",
    );
    expect(rows.map(({ detail }) => detail)).toEqual([
      { month: '2015-03', cases: 1, years: 10 },
      { month: '2015-04', cases: 0, years: 10 },
    ]);
    expect(await verifyAudit(pool, null)).toMatchObject({ kind: 'whole', rows: 2 });
    expect(await store(id)).toEqual({ kind: 'too-old' });
    expect(await store(id, 2)).toEqual({ kind: 'too-old' });
    expect(await store(idOf('2015-04-02'))).toEqual({ kind: 'too-old' });
    expect(await casesIn()).toBe(1);
    expect(await wasErased(pool, caseNo)).toBe(true);
    expect(await wasErased(pool, younger)).toBe(false);
    expect(await applicationOf(pool, 'BJ2015031099999999')).toBeNull();
    await pool.query("SELECT make_month('2015-03-01')");
    expect(await monthsThere(pool)).not.toContain('2015-03-01');
  });

  test('is refused while a case is not over, and waits for its last step; the months behind it wait too', async () => {
    const caseNo = await numberOf(store(idOf(OLD)));
    await age(caseNo, OLD, '05');
    expect(await planErasure(pool, 10, NOW)).toMatchObject([{ open: 1, mayBeErased: false }]);
    await age(caseNo, '2016-11-23', '10');
    expect(await planErasure(pool, 10, NOW)).toMatchObject([
      { erasableOn: '2026-11-23', mayBeErased: false },
    ]);
    expect(await erase(pool, 10, at(NOW))).toEqual({ months: [], others: 0 });
    expect(await numberOf(store(idOf(OLD)))).toBe(caseNo);
    expect(await erase(pool, 10, at(dayBegins('2026-11-23')))).toMatchObject({
      months: ['2015-03-01', '2015-04-01'],
    });
  });

  test('lets who reads its tables in another order end, and takes the month out behind him', async () => {
    await age(await numberOf(store(idOf(OLD))), OLD, '10');
    const user = await other.connect();
    await user.query('BEGIN; SELECT 1 FROM case_record LIMIT 1');
    let goOn: () => void = () => undefined;
    let erased: ReturnType<typeof erase> | undefined;
    await new Promise<void>((paused) => {
      erased = erase(pool, 10, {
        ...at(NOW),
        after: (_, again) => {
          goOn = again;
          paused();
          return () => undefined;
        },
      });
    });
    expect((await user.query('SELECT 1 FROM application LIMIT 1')).rows).toHaveLength(1);
    await user.query('COMMIT');
    user.release();
    goOn();
    expect(await erased).toMatchObject({ months: ['2015-03-01', '2015-04-01'] });
  });

  test('believes no clock alone', async () => {
    const caseNo = await numberOf(store(idOf(OLD)));
    const { rows } = await pool.query('SELECT clock_timestamp() AS at');
    const nowMs = z.object({ at: z.date() }).parse(rows[0]).at.getTime();
    const meant = { years: 10, erase: true };
    await age(caseNo, OLD, '10');
    const ahead = await retentionCommand(pool, meant, at(nowMs + 400_000));
    expect(ahead).toMatchObject({ done: false, lines: [expect.stringContaining('Nothing was erased')] });
    // Both clocks are one: nothing has come for so long that they are not believed.
    expect((await retentionCommand(pool, meant, at(nowMs))).done).toBe(false);
    expect(await casesIn()).toBe(1);
    const younger = await numberOf(store(idOf('2026-11-20')));
    await pool.query(
      'UPDATE case_event SET at = $2 WHERE cursor IN (SELECT cursor FROM case_record WHERE case_no = $1)',
      [younger, new Date(nowMs)],
    );
    expect((await retentionCommand(pool, meant, at(nowMs))).done).toBe(true);
    expect(await casesIn()).toBe(1);
  });

  test('that breaks off has taken the month out already, and goes on where it was', async () => {
    const id = idOf(OLD);
    await age(await numberOf(store(id)), OLD, '10');
    const user = await other.connect();
    await user.query('BEGIN; LOCK TABLE rating IN EXCLUSIVE MODE');
    await expect(erase(pool, 10, at(NOW))).rejects.toMatchObject({ code: '55P03' });
    expect(await unfinished(pool)).toEqual(['2015-03-01']);
    expect(await store(id)).toEqual({ kind: 'too-old' });
    await user.query('ROLLBACK');
    user.release();
    expect(await erase(pool, 10, at(NOW))).toEqual({ months: ['2015-04-01'], others: 0 });
    expect(await unfinished(pool)).toEqual([]);
    expect((await pool.query("SELECT to_regclass('application_2015_03') AS it")).rows).toEqual([
      { it: null },
    ]);
    expect((await pool.query('SELECT 1 FROM case_person')).rows).toEqual([]);
  });

  test('erases by rows what came with the id of a wrong clock, and knows the ids that the floor does not tell', async () => {
    const ahead = idOf('2090-05-06');
    const open = idOf('1971-02-03');
    await age(await numberOf(store(ahead)), OLD, '10');
    const kept = await numberOf(store(open));
    expect(await erase(pool, 10, at(NOW))).toMatchObject({ others: 1 });
    expect(await store(ahead)).toEqual({ kind: 'too-old' });
    // Below the floor, and still here: it is found, and a revision of it joins.
    expect(await numberOf(store(open))).toBe(kept);
    expect(await numberOf(store(open, 2))).toBe(kept);
    expect(await store(idOf('1972-01-01'))).toEqual({ kind: 'too-old' });
  });

  test('knows every table in which something of a case is', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT DISTINCT c.relname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND a.attname IN ('cursor', 'case_no', 'case_cursor', 'application_id', 'entry_no', 'call_back_no') ORDER BY 1`,
    );
    // A new table belongs into retention.ts, or here with the reason why it may stay.
    const staying = [
      'case_number', // tells "erased" from "never was"
      'desk_audit', // who did what at the desk: of officials, and its rows are chained
      'erased_application',
    ];
    const erased = [
      'application',
      'attachment',
      'attachment_chunk',
      'call_back',
      'call_back_try',
      'case_alert',
      'case_attachment',
    ];
    erased.push('case_dispatch');
    erased.push(
      'case_event',
      'case_person',
      'case_record',
      'inbox_entry',
      'interaction_dispatch',
      'interaction_reply',
    );
    erased.push('rating', 'rating_ledger', 'rating_ledger_event', 'reply_refusal', 'reply_rejection');
    expect(rows.map(({ name }) => name)).toEqual([...erased, ...staying].sort());
  });
});

test('over the line: health says how many months are ahead, and what is too old is 410 for the terminal and the desk', async () => {
  const platform = await startTestPlatform(pool.options.connectionString ?? '');
  try {
    await pool.query("SELECT make_month('2015-03-01')");
    const id = idOf('2015-03-10');
    const caseNo = await numberOf(store(id));
    await age(caseNo, '2015-03-10', '10');
    const path = (of: string) => `${platform.url}/v1/applications/${of}/revisions/1`;
    await erase(other, 10, at(TEST_NOW_MS));
    const again = await call(path(id), { method: 'PUT', by: TERMINAL, body: sent });
    expect(again).toMatchObject({ status: 410, json: { code: 'APPLICATION_TOO_OLD' } });
    const asked = await call(`${platform.url}/v1/cases/${caseNo}`, { by: DESK_TOKEN });
    expect(asked).toMatchObject({ status: 410, json: { code: 'CASE_ERASED' } });
    const never = await call(`${platform.url}/v1/cases/BJ2015031099999999/history`, { by: DESK_TOKEN });
    expect(never).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
    await expect
      .poll(async () => (await call(`${platform.url}/v1/health`, {})).json)
      .toMatchObject({ status: 'ok', monthsAhead: 3 });
    const newer = submission(payload({ applicantName: '张建国' }));
    const fresh = await call(path(idOf(addMonths('2026-10-20', 1))), {
      method: 'PUT',
      by: TERMINAL,
      body: newer,
    });
    expect(fresh.status).toBe(200);
  } finally {
    await platform.close();
  }
});
