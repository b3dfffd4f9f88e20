import type pg from 'pg';
import { z } from 'zod';
import { answersSchema, leafOf } from '#contract/answers.ts';
import { leafFields } from '#contract/form/autofill.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import {
  callBackReasons,
  ledgerStateSchema,
  MOST_CALLS,
  MOST_LISTED,
  type Call,
  type CallBack,
  type LedgerState,
} from '#contract/rating-ledger.ts';
import { applicationOf } from '../cases/find-case.ts';
import { within, type Scope } from '../cases/scope.ts';
import { chinaDate } from '../cases/working-days.ts';
import { inTransaction } from '../database/connect.ts';
import type { TheCase } from '../interactions/the-case.ts';
import type { LedgerFilter } from './ledger.ts';
import { callBackNumber } from './ledger-number.ts';

/** 回访: who rated badly, or sent a reply back, is called where he left a number. */

/** The field of an item that this platform does not publish any more. */
const USUAL_FIELD = 'mobile';

/** Of a case and a reason one; none where nobody left a number to call. */
export async function openCallBack(
  client: pg.PoolClient,
  found: TheCase,
  opened: { readonly because: CallBack['because']; readonly dueOn: LocalDate; readonly nowMs: number },
): Promise<void> {
  if (!(await hasTelephone(client, found))) return;
  await client.query(
    `INSERT INTO call_back (call_back_no, case_no, because, opened_at, due_on) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (case_no, because) DO NOTHING`,
    [callBackNumber(opened.nowMs), found.caseNo, opened.because, new Date(opened.nowMs), opened.dueOn],
  );
}

async function hasTelephone(client: pg.PoolClient, { caseNo, item }: TheCase): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT a.submission #> '{payload,answers}' AS answers
     FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.case_no = $1 AND c.application_id = $2`,
    [caseNo, await applicationOf(client, caseNo)],
  );
  const { answers } = z.object({ answers: answersSchema }).parse(rows[0]);
  const fields = item
    ? leafFields(item)
        .filter(({ type }) => type === 'phone')
        .map(({ id }) => id)
    : [USUAL_FIELD];
  return fields.some((id) => (leafOf(answers[id]) ?? '') !== '');
}

export type CallOutcome =
  | { readonly kind: 'called'; readonly callBack: CallBack }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'over' }
  /** Its entry of the ledger has no answer yet that could be told. */
  | { readonly kind: 'too-early'; readonly state: LedgerState };

/**
 * One call, after the entry of the ledger has an answer to tell. Who is reached ends it; so does the call after which nobody was reached so often, unless all were on one day: nobody
 * is given up for having been out one afternoon. `ordinal`: which call it is, from one, as far as whoever notes it has seen; when another
 * was noted meanwhile, it is over.
 */
export function noteCall(
  pool: pg.Pool,
  callBackNo: string,
  call: Call,
  nowMs: number,
  ordinal?: number,
): Promise<CallOutcome> {
  return inTransaction(
    pool,
    'BEGIN; SET LOCAL synchronous_commit TO on',
    async (client): Promise<CallOutcome> => {
      const locked = await client.query('SELECT outcome FROM call_back WHERE call_back_no = $1 FOR UPDATE', [
        callBackNo,
      ]);
      if (locked.rows.length === 0) return { kind: 'unknown' };
      const [before] = await read(client, 'b.call_back_no = $1', [callBackNo], nowMs);
      if (before === undefined || before.outcome !== null) return { kind: 'over' };
      const next = before.calls.length + 1;
      if (ordinal !== undefined && ordinal !== next) return { kind: 'over' };
      const state = before.because === 'bad-rating' ? await ledgerState(client, before.caseNo) : null;
      if (state === 'open' || state === 'verified') return { kind: 'too-early', state };
      await client.query(
        'INSERT INTO call_back_try (call_back_no, ordinal, at, was_reached, said) VALUES ($1, $2, $3, $4, $5)',
        [callBackNo, next, new Date(nowMs), call.wasReached, call.wasReached ? call.said : null],
      );
      const days = new Set([...before.calls.map(({ at }) => chinaDate(Date.parse(at))), chinaDate(nowMs)]);
      const isGivenUp = next >= MOST_CALLS && days.size >= 2;
      if (call.wasReached || isGivenUp) {
        await client.query('UPDATE call_back SET outcome = $2, closed_at = $3 WHERE call_back_no = $1', [
          callBackNo,
          call.wasReached ? 'reached' : 'not-reached',
          new Date(nowMs),
        ]);
      }
      const [after] = await read(client, 'b.call_back_no = $1', [callBackNo], nowMs);
      return after === undefined ? { kind: 'unknown' } : { kind: 'called', callBack: after };
    },
  );
}

async function ledgerState(client: pg.PoolClient, caseNo: string): Promise<LedgerState | null> {
  const { rows } = await client.query('SELECT state FROM rating_ledger WHERE case_no = $1', [caseNo]);
  return rows.length === 0 ? null : z.object({ state: ledgerStateSchema }).parse(rows[0]).state;
}

const DUE_FIRST = 'ORDER BY b.due_on, b.call_back_no';
/** As the entries of the ledger: those that are due first come first, of the closed ones the newest. */
const lists: Readonly<Record<LedgerFilter, { readonly where: string; readonly order: string }>> = {
  open: { where: 'b.closed_at IS NULL', order: DUE_FIRST },
  overdue: { where: 'b.closed_at IS NULL AND b.due_on < $1::date', order: DUE_FIRST },
  closed: { where: 'b.closed_at IS NOT NULL', order: 'ORDER BY b.closed_at DESC, b.call_back_no DESC' },
};

/** `scope` null: of all units. */
export function listCallBacks(
  pool: pg.Pool,
  {
    which,
    limit,
    scope,
  }: { readonly which: LedgerFilter; readonly limit: number; readonly scope: Scope | null },
  nowMs: number,
): Promise<CallBack[]> {
  const own = which === 'overdue' ? [chinaDate(nowMs)] : [];
  const { condition, values } = within(scope, own.length + 1);
  const { where, order } = lists[which];
  const list = `${where} AND ${condition} ${order} LIMIT ${String(Math.min(limit, MOST_LISTED))}`;
  return read(pool, list, [...own, ...values], nowMs);
}

/** Null: there is none, or it is not of this scope. */
export async function findCallBack(
  pool: pg.Pool,
  callBackNo: string,
  scope: Scope,
  nowMs: number,
): Promise<CallBack | null> {
  const { condition, values } = within(scope, 2);
  const [found] = await read(pool, `b.call_back_no = $1 AND ${condition}`, [callBackNo, ...values], nowMs);
  return found ?? null;
}

const rowsSchema = z.array(
  z.object({
    call_back_no: z.string(),
    case_no: z.string(),
    because: z.enum(callBackReasons),
    due_on: z.iso.date(),
    outcome: z.enum(['reached', 'not-reached']).nullable(),
    calls: z.array(z.object({ at: z.string(), was_reached: z.boolean(), said: z.string().nullable() })),
  }),
);

async function read(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  which: string,
  values: readonly unknown[],
  nowMs: number,
): Promise<CallBack[]> {
  const { rows } = await db.query(
    `SELECT b.call_back_no, b.case_no, b.because, b.due_on::text AS due_on, b.outcome,
       coalesce((SELECT json_agg(json_build_object('at', t.at, 'was_reached', t.was_reached, 'said', t.said)
         ORDER BY t.ordinal) FROM call_back_try t WHERE t.call_back_no = b.call_back_no), '[]') AS calls
     FROM call_back b JOIN case_number USING (case_no) JOIN case_record c USING (case_no, application_id)
       JOIN application a USING (application_id, revision)
     WHERE ${which}`,
    [...values],
  );
  const today = chinaDate(nowMs);
  return rowsSchema.parse(rows).map((row) => ({
    callBackNo: row.call_back_no,
    caseNo: row.case_no,
    because: row.because,
    dueOn: row.due_on,
    isOverdue: row.outcome === null && row.due_on < today,
    outcome: row.outcome,
    calls: row.calls.map(({ at, was_reached: wasReached, said }) => ({
      at: new Date(at).toISOString(),
      wasReached,
      said,
    })),
  }));
}
