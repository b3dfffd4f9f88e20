import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import type { Calendar } from '#contract/calendar.ts';
import { caseStatusSchema, chainPlaceSchema, type CaseStatus } from '#contract/application.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import { MAX_CASES_SHOWN, type CaseProgress } from '#contract/progress.ts';
import { queryCodeFromHash, queryCodeText } from '#contract/query-code.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { afterwardsOf } from '../interactions/afterwards.ts';
import { togetherness, type Togetherness } from './chain-cases.ts';
import { noticeNo, noticeSchema, type Notice } from './notice.ts';
import { addWorkdays, chinaDate, workdaysBetween } from './working-days.ts';

/** How cases go, for the people whose they are. */

export interface ProgressParts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly officeDays: Calendar;
  readonly nowMs: number;
}

/** Not told in time, an application counts as accepted from the day on which it came in (行政许可法 32). */
const TELL_WITHIN_WORKDAYS = 5;
const MAX_EVENTS = 60;

const caseRowSchema = z.object({
  cursor: z.string(),
  case_no: z.string(),
  application_id: z.string(),
  status: caseStatusSchema,
  decide_by: z.string().nullable(),
  receipt_no: z.string(),
  item_slug: z.string(),
  received_at: z.date(),
  identity_source: z.string(),
  chain: chainPlaceSchema.nullable(),
});
type CaseRow = z.infer<typeof caseRowSchema>;

// A date as text: the driver would make it an instant of the server's own zone.
const CASES = `SELECT c.cursor::text AS cursor, c.case_no, c.application_id, c.status, c.decide_by::text AS decide_by,
  a.receipt_no, a.item_slug, a.received_at, a.submission #>> '{payload,identitySource}' AS identity_source, a.chain
  FROM case_record c JOIN application a USING (application_id, revision)`;

/**
 * None, where the number is unknown or the code is not the one of its slip. A chain has one slip: whoever has a number
 * and its code of that slip has those of all the others.
 */
export async function casesBySlip(
  parts: ProgressParts,
  slip: { readonly receiptNo: string; readonly queryCode: string },
): Promise<CaseProgress[]> {
  const { rows } = await parts.pool.query(
    `${CASES} WHERE c.joins IS NULL
       AND c.application_id IN (SELECT application_id FROM application WHERE receipt_no = $1)
     ORDER BY c.cursor DESC LIMIT $2`,
    [slip.receiptNo, MAX_CASES_SHOWN],
  );
  const found = rows
    .map((row) => caseRowSchema.parse(row))
    .filter((row) => queryCodeOf(row.application_id) === slip.queryCode);
  const chainId = found[0]?.chain?.chainApplicationId;
  return withHistory(parts, chainId === undefined ? found : await rowsOfChain(parts, chainId), false);
}

async function rowsOfChain({ pool }: ProgressParts, chainApplicationId: string): Promise<CaseRow[]> {
  const { rows } = await pool.query(
    `${CASES} WHERE c.joins IS NULL AND a.chain IS NOT NULL AND a.chain ->> 'chainApplicationId' = $1
     ORDER BY (a.chain ->> 'order')::int, c.cursor LIMIT $2`,
    [chainApplicationId, MAX_CASES_SHOWN],
  );
  return rows.map((row) => caseRowSchema.parse(row));
}

/** All cases of a person, the newest first, whichever station took them. */
export async function casesByCard(parts: ProgressParts, personNumber: string): Promise<CaseProgress[]> {
  const { rows } = await parts.pool.query(
    `${CASES} JOIN case_person p USING (cursor) WHERE p.person_number = $1 AND c.joins IS NULL
     ORDER BY c.cursor DESC LIMIT $2`,
    [personNumber, MAX_CASES_SHOWN],
  );
  return withHistory(
    parts,
    rows.map((row) => caseRowSchema.parse(row)),
    true,
  );
}

export function queryCodeOf(applicationId: string): string {
  const hash = createHash('sha256').update(queryCodeText(applicationId), 'utf8').digest('hex');
  return queryCodeFromHash(hash);
}

const eventRowSchema = z.object({
  cursor: z.string(),
  ordinal: z.number().int(),
  at: z.date(),
  from_status: z.string().nullable(),
  to_status: caseStatusSchema,
  notice: noticeSchema.nullable(),
});
type EventRow = z.infer<typeof eventRowSchema>;

async function withHistory(
  parts: ProgressParts,
  cases: readonly CaseRow[],
  isWhole: boolean,
): Promise<CaseProgress[]> {
  if (cases.length === 0) return [];
  const { rows } = await parts.pool.query(
    `SELECT cursor::text AS cursor, ordinal, at, from_status, to_status, notice FROM case_event
     WHERE cursor = ANY($1::bigint[]) ORDER BY cursor, ordinal`,
    [cases.map(({ cursor }) => cursor)],
  );
  const events = rows.map((row) => eventRowSchema.parse(row));
  const afterwards = await afterwardsOf(
    parts,
    cases.map(({ case_no }) => case_no),
    { byCard: isWhole },
  );
  const together = await togetherness(
    parts,
    cases.map(({ case_no: caseNo, status, chain: place }) => ({ caseNo, status, place })),
  );
  return cases.map((row) => {
    const history = events.filter(({ cursor }) => cursor === row.cursor);
    const shown = progressOf(parts, row, { history, together: together.get(row.case_no) ?? null, isWhole });
    return { ...shown, afterwards: afterwards.get(row.case_no) };
  });
}

interface Known {
  readonly history: readonly EventRow[];
  /** Null: an application by itself. */
  readonly together: Togetherness | null;
  readonly isWhole: boolean;
}

function progressOf(parts: ProgressParts, row: CaseRow, { history, together, isWhole }: Known): CaseProgress {
  const item = parts.catalogue.items.get(row.item_slug)?.item;
  const unknown = { zh: row.item_slug, en: row.item_slug };
  // A revision that changed nothing is the office's business.
  const steps = history.filter((event) => event.from_status !== event.to_status);
  return {
    caseNo: row.case_no,
    receiptNo: row.receipt_no,
    itemName: item?.name ?? unknown,
    office: item ? { zh: item.department.zh, en: item.department.en } : { zh: '主管部门', en: 'The office' },
    phone: item?.contacts.consult ?? '',
    status: row.status,
    receivedAt: row.received_at.toISOString(),
    events: steps.slice(-MAX_EVENTS).map((event) => ({
      at: event.at.toISOString(),
      status: event.to_status,
      noticeNo: event.notice === null ? null : noticeNo(row.case_no, event.ordinal),
    })),
    next: nextOf(parts, row, { steps, together }),
    ...(together ? { chain: together.chain } : {}),
    // Nobody was asked who he is: there is no card to show, and nothing about anybody to hide.
    detail: isWhole || row.identity_source === 'none' ? detailOf(row, steps) : null,
  };
}

function nextOf(
  { officeDays, nowMs }: ProgressParts,
  row: CaseRow,
  { steps, together }: { readonly steps: readonly EventRow[]; readonly together: Togetherness | null },
): CaseProgress['next'] {
  const what = together && together.chain.waitsFor.length > 0 ? 'wait' : comingAfter(row.status);
  const last = steps.at(-1);
  const by = lastDay(what, row, { last, freeSinceMs: together?.freeSinceMs ?? null }, officeDays);
  const workdaysLeft = by === null ? null : workdaysBetween(chinaDate(nowMs), by, officeDays);
  return { what, by, workdaysLeft };
}

function comingAfter(status: CaseStatus): CaseProgress['next']['what'] {
  switch (status) {
    case '01':
    case '02':
      return 'tell';
    case '05':
    case '11':
    case '12':
      return 'decide';
    case '06':
      return 'correct';
    case '07':
    case '10':
    case '13':
    case '14':
    case '15':
      return 'none';
    default: {
      const never: never = status;
      return never;
    }
  }
}

function lastDay(
  what: CaseProgress['next']['what'],
  row: CaseRow,
  { last, freeSinceMs }: { readonly last: EventRow | undefined; readonly freeSinceMs: number | null },
  officeDays: Calendar,
): LocalDate | null {
  switch (what) {
    case 'tell':
      // What had to wait for others is before the office only since they are over.
      return last
        ? addWorkdays(
            chinaDate(Math.max(last.at.getTime(), freeSinceMs ?? 0)),
            TELL_WITHIN_WORKDAYS,
            officeDays,
          )
        : null;
    case 'decide':
      // While it is suspended (挂起) the clock rests.
      return row.status === '11' ? null : row.decide_by;
    case 'correct':
      return last?.notice?.kind === 'correction' ? last.notice.dueOn : null;
    // For how long the others take, nobody has promised anything.
    case 'wait':
    case 'none':
      return null;
    default: {
      const never: never = what;
      return never;
    }
  }
}

function detailOf(row: CaseRow, steps: readonly EventRow[]): NonNullable<CaseProgress['detail']> {
  const newest = <K extends Notice['kind']>(kind: K) => {
    const event = steps.findLast(({ notice }) => notice?.kind === kind);
    if (!event?.notice) return null;
    const head = { noticeNo: noticeNo(row.case_no, event.ordinal), at: event.at.toISOString() };
    // `findLast` has looked at the kind.
    return { head, notice: event.notice as Notice & { kind: K } };
  };
  const asked = row.status === '06' ? newest('correction') : null;
  const refusal = row.status === '07' ? newest('refusal') : null;
  const result = row.status === '10' || row.status === '15' ? newest('result') : null;
  return {
    correction: asked && { ...asked.head, dueOn: asked.notice.dueOn, entries: asked.notice.entries },
    refusal: refusal && refusal.notice.reason,
    result: result && {
      ...result.head,
      outcome: result.notice.outcome,
      text: result.notice.text,
      documentNo: result.notice.documentNo,
    },
  };
}
