import type pg from 'pg';
import { z } from 'zod';
import { levelOfCode } from '#contract/rating-scale.ts';
import {
  LEDGER_WORKDAYS,
  MOST_LEDGER_EVENTS,
  ledgerEventSchema,
  ledgerStateSchema,
  MOST_LISTED,
  type LedgerEntry,
  type LedgerState,
  type Remedy,
  type Verification,
} from '#contract/rating-ledger.ts';
import { ratingReasonSchema } from '#contract/rating.ts';
import { within, type Scope } from '../cases/scope.ts';
import { addWorkdays, chinaDate, officeDays } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { inTransaction } from '../database/connect.ts';
import type { TheCase } from '../interactions/the-case.ts';
import { openCallBack } from './call-backs.ts';
import { entryNumber } from './ledger-number.ts';

/** 差评台账 (contract/rating-ledger.ts): opened with its rating in one transaction, and gone through step by step. */

export interface LedgerParts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly nowMs: number;
}

/** With the rating: the case is locked, and has one. */
export async function openEntry(client: pg.PoolClient, found: TheCase, nowMs: number): Promise<void> {
  const dueOn = addWorkdays(chinaDate(nowMs), LEDGER_WORKDAYS, officeDays);
  await client.query(
    `INSERT INTO rating_ledger (entry_no, case_no, state, opened_at, due_on) VALUES ($1, $2, 'open', $3, $4)`,
    [await entryNumber(client, nowMs), found.caseNo, new Date(nowMs), dueOn],
  );
  await openCallBack(client, found, { because: 'bad-rating', dueOn, nowMs });
}

export type LedgerOutcome =
  | { readonly kind: 'done'; readonly entry: LedgerEntry }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'wrong-step'; readonly state: LedgerState }
  | { readonly kind: 'call-back-open'; readonly callBackNo: string };

interface Step {
  readonly from: LedgerState;
  readonly to: LedgerState;
  readonly act: LedgerEntry['events'][number]['act'];
  readonly isFounded?: boolean;
  readonly words?: string;
  readonly legalGround?: string;
}

export function verify(parts: LedgerParts, entryNo: string, found: Verification): Promise<LedgerOutcome> {
  return step(parts, entryNo, { from: 'open', to: 'verified', act: 'verified', ...found });
}

export function answer(parts: LedgerParts, entryNo: string, remedy: Remedy): Promise<LedgerOutcome> {
  const { kind: act, ...said } = remedy;
  return step(parts, entryNo, { from: 'verified', to: 'answered', act, ...said });
}

/** After the call: who left a number hears it from a person before the books are shut. */
export function close(parts: LedgerParts, entryNo: string): Promise<LedgerOutcome> {
  return step(parts, entryNo, { from: 'answered', to: 'closed', act: 'closed' });
}

const BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';
const lockedSchema = z.object({ state: ledgerStateSchema, case_no: z.string() });

/** Of two officers who act at once, the second finds the entry where the first has brought it. */
function step(
  { pool, catalogue, nowMs }: LedgerParts,
  entryNo: string,
  { from, to, ...event }: Step,
): Promise<LedgerOutcome> {
  return inTransaction(pool, BEGIN, async (client): Promise<LedgerOutcome> => {
    const locked = await lockEntry(client, entryNo);
    if (locked === null) return { kind: 'unknown' };
    if (locked.state !== from) return { kind: 'wrong-step', state: locked.state };
    const callBackNo = to === 'closed' ? await openCallBackNo(client, locked.case_no) : null;
    if (callBackNo !== null) return { kind: 'call-back-open', callBackNo };
    await client.query('UPDATE rating_ledger SET state = $2, closed_at = $3 WHERE entry_no = $1', [
      entryNo,
      to,
      to === 'closed' ? new Date(nowMs) : null,
    ]);
    await addLedgerEvent(client, entryNo, event, nowMs);
    const [entry] = await read(client, catalogue, 'l.entry_no = $1', [entryNo], nowMs);
    return entry === undefined ? { kind: 'unknown' } : { kind: 'done', entry };
  });
}

async function lockEntry(
  client: pg.PoolClient,
  entryNo: string,
): Promise<z.infer<typeof lockedSchema> | null> {
  const { rows } = await client.query(
    'SELECT state, case_no FROM rating_ledger WHERE entry_no = $1 FOR UPDATE',
    [entryNo],
  );
  return rows.length === 0 ? null : lockedSchema.parse(rows[0]);
}

/** Which case it is, for who looks into it; that somebody asked is an event of the entry. Null: no such entry. */
export function showCase({ pool, nowMs }: LedgerParts, entryNo: string): Promise<string | null> {
  return inTransaction(pool, BEGIN, async (client) => {
    const locked = await lockEntry(client, entryNo);
    if (locked === null) return null;
    await addLedgerEvent(client, entryNo, { act: 'case-shown' }, nowMs);
    return locked.case_no;
  });
}

async function openCallBackNo(client: pg.PoolClient, caseNo: string): Promise<string | null> {
  const { rows } = await client.query(
    `SELECT call_back_no FROM call_back WHERE case_no = $1 AND because = 'bad-rating' AND closed_at IS NULL`,
    [caseNo],
  );
  return rows.length === 0 ? null : z.object({ call_back_no: z.string() }).parse(rows[0]).call_back_no;
}

async function addLedgerEvent(
  client: pg.PoolClient,
  entryNo: string,
  { act, isFounded, words, legalGround }: Omit<Step, 'from' | 'to'>,
  nowMs: number,
): Promise<void> {
  await client.query(
    `INSERT INTO rating_ledger_event (entry_no, ordinal, at, actor, act, is_founded, words, legal_ground)
     SELECT $1, coalesce(max(ordinal), 0) + 1, $2, 'desk', $3, $4, $5, $6
     FROM rating_ledger_event WHERE entry_no = $1`,
    [entryNo, new Date(nowMs), act, isFounded ?? null, words ?? null, legalGround ?? null],
  );
}

export const ledgerFilters = ['open', 'overdue', 'closed'] as const;
export type LedgerFilter = (typeof ledgerFilters)[number];

const DUE_FIRST = 'ORDER BY l.due_on, l.entry_no';
/** Those that are due first come first; of the closed ones, which grow for ever, the newest. */
const lists: Readonly<Record<LedgerFilter, { readonly where: string; readonly order: string }>> = {
  open: { where: `l.state <> 'closed'`, order: DUE_FIRST },
  overdue: { where: `l.state <> 'closed' AND l.due_on < $1::date`, order: DUE_FIRST },
  closed: { where: `l.state = 'closed'`, order: 'ORDER BY l.closed_at DESC, l.entry_no DESC' },
};

/** `scope` null: of all units. */
export function listLedger(
  { pool, catalogue, nowMs }: LedgerParts,
  {
    which,
    limit,
    scope,
  }: { readonly which: LedgerFilter; readonly limit: number; readonly scope: Scope | null },
): Promise<LedgerEntry[]> {
  const own = which === 'overdue' ? [chinaDate(nowMs)] : [];
  const { condition, values } = within(scope, own.length + 1);
  const { where, order } = lists[which];
  const list = `${where} AND ${condition} ${order} LIMIT ${String(Math.min(limit, MOST_LISTED))}`;
  return read(pool, catalogue, list, [...own, ...values], nowMs);
}

/** Null: there is none, or it is not of this scope. */
export async function findEntry(
  { pool, catalogue, nowMs }: LedgerParts,
  entryNo: string,
  scope: Scope,
): Promise<LedgerEntry | null> {
  const { condition, values } = within(scope, 2);
  const where = `l.entry_no = $1 AND ${condition}`;
  const [entry] = await read(pool, catalogue, where, [entryNo, ...values], nowMs);
  return entry ?? null;
}

const rowsSchema = z.array(
  z.object({
    entry_no: z.string(),
    item_slug: z.string(),
    satisfaction: z.number().int(),
    reasons: z.array(ratingReasonSchema),
    words: z.string().nullable(),
    rated_on: z.iso.date(),
    opened_at: z.date(),
    due_on: z.iso.date(),
    state: ledgerStateSchema,
    call_back: z.enum(['none', 'open', 'closed']),
    events: z.array(ledgerEventSchema.extend({ at: z.string() })),
  }),
);

async function read(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  catalogue: Catalogue,
  which: string,
  values: readonly unknown[],
  nowMs: number,
): Promise<LedgerEntry[]> {
  const { rows } = await db.query(
    `SELECT l.entry_no, a.item_slug, r.satisfaction, r.reasons, r.words, r.rated_on::text AS rated_on, l.opened_at,
       l.due_on::text AS due_on, l.state,
       CASE WHEN b.call_back_no IS NULL THEN 'none' WHEN b.closed_at IS NULL THEN 'open' ELSE 'closed' END AS call_back,
       coalesce((SELECT json_agg(json_build_object('at', e.at, 'act', e.act, 'isFounded', e.is_founded,
         'words', e.words, 'legalGround', e.legal_ground) ORDER BY e.ordinal)
         FROM rating_ledger_event e WHERE e.entry_no = l.entry_no), '[]') AS events
     FROM rating_ledger l JOIN rating r USING (case_no) JOIN case_number USING (case_no)
       JOIN case_record c USING (case_no, application_id)
       JOIN application a USING (application_id, revision)
       LEFT JOIN call_back b ON b.case_no = l.case_no AND b.because = 'bad-rating'
     WHERE ${which}`,
    [...values],
  );
  const today = chinaDate(nowMs);
  return rowsSchema.parse(rows).map((row) => ({
    entryNo: row.entry_no,
    itemSlug: row.item_slug,
    department: departmentOf(catalogue, row.item_slug),
    satisfactionCode: row.satisfaction,
    // The table holds 1 to 5 and no other.
    level: levelOfCode(row.satisfaction) ?? 'very-dissatisfied',
    reasons: row.reasons,
    words: row.words,
    ratedOn: row.rated_on,
    openedOn: chinaDate(row.opened_at.getTime()),
    dueOn: row.due_on,
    state: row.state,
    isOverdue: row.state !== 'closed' && row.due_on < today,
    callBack: row.call_back,
    // The newest: each look at the case is an event, too.
    events: row.events
      .slice(-MOST_LEDGER_EVENTS)
      .map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
  }));
}

function departmentOf(catalogue: Catalogue, slug: string): LedgerEntry['department'] {
  const department = catalogue.items.get(slug)?.item.department;
  return department === undefined ? null : { zh: department.zh, en: department.en };
}
