import type pg from 'pg';
import { z } from 'zod';
import { addDays, addMonths, type LocalDate } from '#contract/form/local-date.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import { appendAudit, type AuditDetail, type NewEntry } from '../audit/audit.ts';
import { overStatuses } from '../cases/table.ts';
import { chinaDate, dayBegins } from '../cases/working-days.ts';
import { errorCode } from '../log.ts';
import { inTransaction, patiently } from './connect.ts';
import { firstIdOf, monthsThere, PATIENT_BEGIN } from './months.ts';

/** Erasing what is older than a district keeps, a month at a time (docs/decisions/0043, docs/operations/retention.md). */

/** The shortest term of what an office files (国家档案局令第8号 §5: 30 and 10 years), in years behind the last step of a case. */
export const LEAST_YEARS = 10;

/** Children first. */
const TABLES = [
  'case_event',
  'case_record',
  'case_attachment',
  'attachment_chunk',
  'attachment',
  'application',
] as const;

/** What hangs on cases in other tables, in the order in which it goes; $1: their numbers. */
const BY_NUMBER = [
  'DELETE FROM call_back_try WHERE call_back_no IN (SELECT call_back_no FROM call_back WHERE case_no = ANY($1))',
  'DELETE FROM call_back WHERE case_no = ANY($1)',
  'DELETE FROM rating_ledger_event WHERE entry_no IN (SELECT entry_no FROM rating_ledger WHERE case_no = ANY($1))',
  'DELETE FROM rating_ledger WHERE case_no = ANY($1)',
  'DELETE FROM rating WHERE case_no = ANY($1)',
  'DELETE FROM reply_refusal WHERE case_no = ANY($1)',
  'DELETE FROM reply_rejection WHERE case_no = ANY($1)',
  'DELETE FROM interaction_reply WHERE case_no = ANY($1)',
  'DELETE FROM interaction_dispatch WHERE case_no = ANY($1)',
];

/** $1: their cursors. */
const BY_CURSOR = [
  'DELETE FROM case_person WHERE cursor = ANY($1::bigint[])',
  'DELETE FROM inbox_entry WHERE case_cursor = ANY($1::bigint[])',
  'DELETE FROM case_dispatch WHERE cursor = ANY($1::bigint[])',
  'DELETE FROM case_alert WHERE cursor = ANY($1::bigint[])',
];

const CASES_AT_ONCE = 1000;

/** A month is taken out between two uses of its tables. */
const inUse = { forMs: 4_000, pauseMs: 100 } as const;
/** What is erased does not come back: its day is not taken from one clock alone. */
const believed = { mostDifferenceMs: 300_000, mostSilenceMs: 31 * 86_400_000 } as const;
/** PostgreSQL, appendix A. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface MonthPlan {
  readonly firstDay: LocalDate;
  readonly cases: number;
  /** Cases that are not over. */
  readonly open: number;
  /** The first day on which it may be erased; null: there is no case in it. */
  readonly erasableOn: LocalDate | null;
  readonly mayBeErased: boolean;
}

const countsSchema = z.object({
  cases: z.coerce.number().int(),
  open: z.coerce.number().int(),
  last: z.date().nullable(),
});

const suffixOf = (firstDay: LocalDate): string => `_${firstDay.slice(0, 4)}_${firstDay.slice(5, 7)}`;

/** It looks through a whole month. */
async function planOf(
  pool: pg.Pool,
  firstDay: LocalDate,
  keepYears: number,
  nowMs: number,
): Promise<MonthPlan> {
  const suffix = suffixOf(firstDay);
  const { cases, open, last } = await inTransaction(pool, PATIENT_BEGIN, async (client) => {
    const { rows } = await client.query(
      patiently(
        `SELECT count(*) AS cases, count(*) FILTER (WHERE status <> ALL($1)) AS open,
           (SELECT max(at) FROM case_event${suffix}) AS last
         FROM case_record${suffix} WHERE joins IS NULL`,
        [overStatuses],
      ),
    );
    return countsSchema.parse(rows[0]);
  });
  const monthsKept = keepYears * 12;
  const erasableOn = last === null ? null : addMonths(chinaDate(last.getTime()), monthsKept);
  // Also without a case the month itself must be that old: a terminal may still bring some.
  const isOld = addMonths(firstDay, monthsKept + 1) <= chinaDate(nowMs);
  const mayBeErased = isOld && open === 0 && (erasableOn === null || erasableOn <= chinaDate(nowMs));
  return { firstDay, cases, open, erasableOn, mayBeErased };
}

/** Months old enough by their ids, from the oldest to the first that may not be erased: what comes behind it waits for it. */
export async function planErasure(pool: pg.Pool, keepYears: number, nowMs: number): Promise<MonthPlan[]> {
  const plans: MonthPlan[] = [];
  for (const firstDay of await monthsThere(pool)) {
    if (addMonths(firstDay, keepYears * 12 + 1) > chinaDate(nowMs)) break;
    const plan = await planOf(pool, firstDay, keepYears, nowMs);
    plans.push(plan);
    if (!plan.mayBeErased) break;
  }
  return plans;
}

/** By the operator's command: nobody is signed in. */
function erasedEntry(atMs: number, detail: AuditDetail): NewEntry {
  return { atMs, officialId: null, event: 'retention.erased', caseNo: null, disposition: 'done', detail };
}

/** Two looks into indexes, since everybody waits meanwhile. */
async function isStillOver(
  client: pg.PoolClient,
  { firstDay }: MonthPlan,
  keepYears: number,
  nowMs: number,
): Promise<boolean> {
  const suffix = suffixOf(firstDay);
  const { rows } = await client.query(
    `SELECT coalesce((SELECT max(at) FROM case_event${suffix}) < $1, true) AND NOT EXISTS (SELECT 1 FROM case_record${suffix}
       WHERE joins IS NULL AND status IN ('01', '02', '05', '06', '11', '12')) AS over`,
    [stepsBefore(keepYears, nowMs)],
  );
  return z.object({ over: z.boolean() }).parse(rows[0]).over;
}

/** Before when the last step of a case must have been. */
function stepsBefore(keepYears: number, nowMs: number): Date {
  return new Date(dayBegins(addDays(addMonths(chinaDate(nowMs), -keepYears * 12), 1)));
}

/**
 * Nobody finds the month any more, and nothing is begun below its end: both in one transaction, so that no replay opens a second
 * case in between. False when it may not be erased; it is looked at again while nobody writes.
 */
async function takeOut(pool: pg.Pool, plan: MonthPlan, keepYears: number, clock: Clock): Promise<boolean> {
  const giveUpAt = clock.monotonicMs() + inUse.forMs;
  for (;;) {
    try {
      return await tryToTakeOut(pool, plan, keepYears, clock.now());
    } catch (error) {
      if (errorCode(error) !== LOCK_NOT_AVAILABLE || clock.monotonicMs() >= giveUpAt) throw error;
    }
    await sleep(clock, inUse.pauseMs);
  }
}

async function tryToTakeOut(
  pool: pg.Pool,
  plan: MonthPlan,
  keepYears: number,
  nowMs: number,
): Promise<boolean> {
  const { firstDay } = plan;
  return inTransaction(pool, PATIENT_BEGIN, async (client) => {
    const [last, ...others] = [...TABLES].reverse();
    await client.query(`LOCK TABLE ${last ?? ''} IN ACCESS EXCLUSIVE MODE`);
    // Readers come to some of these first: who waited for them here would wait in a ring.
    await client.query(`LOCK TABLE ${others.join(', ')} IN ACCESS EXCLUSIVE MODE NOWAIT`);
    if ((await monthsThere(client))[0] !== firstDay) return false;
    if (!(await isStillOver(client, plan, keepYears, nowMs))) return false;
    for (const table of TABLES)
      await client.query(patiently(`ALTER TABLE ${table} DETACH PARTITION ${table}${suffixOf(firstDay)}`));
    await client.query('UPDATE retention_floor SET first_id = $1, moved_at = $2', [
      firstIdOf(addMonths(firstDay, 1)),
      new Date(nowMs),
    ]);
    await client.query('INSERT INTO erased_month (first_day, cases, taken_at) VALUES ($1, $2, $3)', [
      firstDay,
      plan.cases,
      new Date(nowMs),
    ]);
    await appendAudit(
      client,
      erasedEntry(nowMs, { month: firstDay.slice(0, 7), cases: plan.cases, years: keepYears }),
    );
    return true;
  });
}

const casesSchema = z.array(z.object({ cursor: z.string(), case_no: z.string() }));

async function eraseHanging(client: pg.PoolClient, cases: z.infer<typeof casesSchema>): Promise<void> {
  const numbers = cases.map(({ case_no }) => case_no);
  const cursors = cases.map(({ cursor }) => cursor);
  for (const statement of BY_NUMBER) await client.query(patiently(statement, [numbers]));
  for (const statement of BY_CURSOR) await client.query(patiently(statement, [cursors]));
}

/** What hung on a month that was taken out, in batches, then its tables. What broke off before goes on where it was. */
async function finish(pool: pg.Pool, firstDay: LocalDate, nowMs: number): Promise<void> {
  const suffix = suffixOf(firstDay);
  for (let after = '0'; ;) {
    const done = await inTransaction(pool, PATIENT_BEGIN, async (client) => {
      const { rows } = await client.query(
        `SELECT cursor, case_no FROM case_record${suffix} WHERE cursor > $1 ORDER BY 1 LIMIT $2`,
        [after, CASES_AT_ONCE],
      );
      const cases = casesSchema.parse(rows);
      await eraseHanging(client, cases);
      return cases;
    });
    after = done.at(-1)?.cursor ?? after;
    if (done.length < CASES_AT_ONCE) break;
  }
  await inTransaction(pool, PATIENT_BEGIN, async (client) => {
    await client.query(patiently(`DROP TABLE ${TABLES.map((table) => table + suffix).join(', ')}`));
    await client.query('UPDATE erased_month SET finished_at = $2 WHERE first_day = $1', [
      firstDay,
      new Date(nowMs),
    ]);
  });
}

const idsSchema = z.array(z.object({ application_id: z.string() }));

/** Ids of clocks that were wrong lie by themselves, and their own steps say how old they are. Gives how many cases were erased. */
async function eraseOthers(pool: pg.Pool, keepYears: number, nowMs: number): Promise<number> {
  const before = stepsBefore(keepYears, nowMs);
  for (let total = 0; ;) {
    const erased = await inTransaction(pool, PATIENT_BEGIN, async (client) => {
      const old = await client.query(
        patiently(
          `SELECT c.application_id FROM case_record_other c WHERE c.joins IS NULL AND ${OTHERS_OVER} LIMIT $3 FOR UPDATE`,
          [overStatuses, before, CASES_AT_ONCE],
        ),
      );
      const ids = idsSchema.parse(old.rows).map(({ application_id: id }) => id);
      const { rows } = await client.query(
        'SELECT cursor::text AS cursor, case_no FROM case_record_other WHERE application_id = ANY($1::uuid[])',
        [ids],
      );
      const cases = casesSchema.parse(rows);
      await eraseHanging(client, cases);
      // The order of ids tells of those below the floor that they are gone; of the others, this list.
      await client.query('INSERT INTO erased_application SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING', [
        ids,
      ]);
      for (const table of TABLES)
        await client.query(`DELETE FROM ${table}_other WHERE application_id = ANY($1::uuid[])`, [ids]);
      if (ids.length > 0)
        await appendAudit(
          client,
          erasedEntry(nowMs, { month: 'other', cases: ids.length, years: keepYears }),
        );
      return ids.length;
    });
    total += erased;
    if (erased < CASES_AT_ONCE) return total;
  }
}

/** $1: the states in which a case is over; $2: before when its last step must have been. */
const OTHERS_OVER = `c.status = ANY($1)
  AND NOT EXISTS (SELECT 1 FROM case_event_other e WHERE e.application_id = c.application_id AND e.at >= $2)`;

export interface Erased {
  readonly months: readonly LocalDate[];
  /** Cases of ids that no month takes. */
  readonly others: number;
}

/** What begun erasures left, then every month of the plan, then the other ids. A table in use ends it with 55P03: it is done again later. */
export async function erase(pool: pg.Pool, keepYears: number, clock: Clock): Promise<Erased> {
  const nowMs = clock.now();
  for (const firstDay of await unfinished(pool)) await finish(pool, firstDay, nowMs);
  const months: LocalDate[] = [];
  for (const plan of await planErasure(pool, keepYears, nowMs)) {
    if (!plan.mayBeErased || !(await takeOut(pool, plan, keepYears, clock))) break;
    await finish(pool, plan.firstDay, nowMs);
    months.push(plan.firstDay);
  }
  return { months, others: await eraseOthers(pool, keepYears, nowMs) };
}

const timesSchema = z.object({ at: z.date(), newest: z.date().nullable() });

/** Why a clock is not to be believed when it says that something is old; null: it is. */
export async function clockDoubt(pool: pg.Pool, nowMs: number): Promise<string | null> {
  const { rows } = await pool.query(
    'SELECT clock_timestamp() AS at, (SELECT max(at) FROM case_event) AS newest',
  );
  const { at, newest } = timesSchema.parse(rows[0]);
  if (Math.abs(nowMs - at.getTime()) > believed.mostDifferenceMs)
    return `the clock here says ${new Date(nowMs).toISOString()}, the database's ${at.toISOString()}`;
  // One clock may be both.
  if (newest === null || nowMs - newest.getTime() > believed.mostSilenceMs)
    return `the clock says ${new Date(nowMs).toISOString()}, and the newest step of a case is of ${newest?.toISOString() ?? 'no day'}`;
  return null;
}

/** Months that were taken out, and whose erasure broke off. */
export async function unfinished(pool: pg.Pool): Promise<LocalDate[]> {
  const { rows } = await pool.query(
    'SELECT first_day::text AS first_day FROM erased_month WHERE finished_at IS NULL ORDER BY 1',
  );
  return z
    .array(z.object({ first_day: z.iso.date() }))
    .parse(rows)
    .map(({ first_day: day }) => day);
}
