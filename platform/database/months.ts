import type pg from 'pg';
import { z } from 'zod';
import { addDays, addMonths, type LocalDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import { chinaDate, dayBegins } from '../cases/working-days.ts';
import { describeError, type Log } from '../log.ts';
import { repeat } from '../repeat.ts';
import { inTransaction, patiently } from './connect.ts';

/**
 * The months in which applications lie (docs/decisions/0043): an application id is a UUIDv7, whose first 48 bits are the
 * milliseconds at which its form was opened (RFC 9562 §5.7), and ids are ordered by their bytes.
 */

/** The first id that a day in China can have; `first_id_of` of the database says the same. */
export function firstIdOf(day: LocalDate): string {
  const hex = dayBegins(day).toString(16).padStart(12, '0').padEnd(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** From which id (included) until which (not included) those lie that got their receipt on `day`: opened then, or the day before. */
export function idsReceivedOn(day: LocalDate): readonly [string, string] {
  return [firstIdOf(addDays(day, -1)), firstIdOf(addDays(day, 1))];
}

/** All intervals and counts of it. */
export const monthRules = {
  ahead: 3,
  lookEveryMs: 3_600_000,
  /** After a longer rest, or by a clock that is wrong, the months between are not made, nor those longer before the oldest: their rows lie with the other ids. */
  mostAtOnce: 24,
} as const;

/** Making a month waits for who works with the other ids, and those behind it wait for no longer than this. */
export const PATIENT_BEGIN = `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '4s'`;

const NAME = /^application_(\d{4})_(\d{2})$/;
const namesSchema = z.array(z.object({ name: z.string() }));

/** The first days of the months that are there, in order. */
export async function monthsThere(db: Pick<pg.Pool | pg.PoolClient, 'query'>): Promise<LocalDate[]> {
  const { rows } = await db.query(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'application'::regclass ORDER BY 1`,
  );
  return namesSchema.parse(rows).flatMap(({ name }) => {
    const [, year, month] = NAME.exec(name) ?? [];
    return year === undefined || month === undefined ? [] : [`${year}-${month}-01`];
  });
}

const monthOf = (nowMs: number): LocalDate => `${chinaDate(nowMs).slice(0, 7)}-01`;

/** How many months behind the present one are there, without a gap. */
export async function monthsAhead(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  nowMs: number,
): Promise<number> {
  const there = new Set(await monthsThere(db));
  const thisMonth = monthOf(nowMs);
  let ahead = 0;
  while (there.has(addMonths(thisMonth, ahead + 1))) ahead += 1;
  return ahead;
}

/** Makes what is missing from the present month, or the newest that is there, to three ahead; every node may, at once. Says which. */
export async function makeMonths(pool: pg.Pool, nowMs: number): Promise<LocalDate[]> {
  const thisMonth = monthOf(nowMs);
  const there = await monthsThere(pool);
  const last = addMonths(thisMonth, monthRules.ahead);
  const newest = there.at(-1) ?? thisMonth;
  const earliest = addMonths(there[0] ?? thisMonth, -monthRules.mostAtOnce);
  const wanted: LocalDate[] = [];
  for (let day = last; day >= thisMonth || day > newest; day = addMonths(day, -1)) {
    if (wanted.length === monthRules.mostAtOnce || day < earliest) break;
    if (!there.includes(day)) wanted.unshift(day);
  }
  const made: LocalDate[] = [];
  for (const day of wanted) {
    const isMade = await inTransaction(pool, PATIENT_BEGIN, async (client) => {
      const { rows } = await client.query(patiently('SELECT make_month($1::date) AS made', [day]));
      return z.object({ made: z.boolean() }).parse(rows[0]).made;
    });
    if (isMade) made.push(day);
  }
  return made;
}

/** Looks at once and then now and then; several nodes do it side by side. */
export function watchMonths(pool: pg.Pool, clock: Clock, log: Log): { stop: () => void } {
  return repeat(clock, { firstMs: 0, everyMs: monthRules.lookEveryMs }, async () => {
    try {
      for (const month of await makeMonths(pool, clock.now())) log({ event: 'months.made', month });
    } catch (error) {
      log({ event: 'months.not-made', ...describeError(error) });
    }
  });
}
