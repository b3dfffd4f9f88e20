import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import type { Calendar } from '#contract/calendar.ts';
import { caseStatusSchema, chainPlaceSchema, type CaseStatus } from '#contract/application.ts';
import type { CaseVerb } from '#contract/case-choices.ts';
import type { Notice } from '#contract/case-history.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import { MAX_CASES_SHOWN, type CaseProgress } from '#contract/progress.ts';
import { queryCodeFromHash, queryCodeText } from '#contract/query-code.ts';
import { receiptDay } from '#contract/receipt-number.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { idsReceivedOn } from '../database/months.ts';
import { afterwardsOf } from '../interactions/afterwards.ts';
import { eventsOf } from './case-events.ts';
import { clocksOf, handedTo, isHeld, lastOf, termsOf, type CaseEvent } from './case-life.ts';
import { togetherness, type Togetherness } from './chain-cases.ts';
import { daysOf, type CaseDays } from './engine.ts';
import { noticeNo } from './notice.ts';
import { chinaDate, workdaysBetween, type OfficeCalendar } from './working-days.ts';

/** How cases go, for the people whose they are. */

export interface ProgressParts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
  readonly nowMs: number;
}

const MAX_EVENTS = 60;

const caseRowSchema = z.object({
  cursor: z.string(),
  case_no: z.string(),
  application_id: z.string(),
  status: caseStatusSchema,
  receipt_no: z.string(),
  item_slug: z.string(),
  received_at: z.date(),
  identity_source: z.string(),
  chain: chainPlaceSchema.nullable(),
});
type CaseRow = z.infer<typeof caseRowSchema>;

const CASES = `SELECT c.cursor::text AS cursor, c.case_no, c.application_id, c.status,
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
  const found = await rowsOfApplications(parts, await applicationsOfSlip(parts.pool, slip));
  const chainId = found[0]?.chain?.chainApplicationId;
  return withHistory(parts, chainId === undefined ? found : await rowsOfChain(parts, chainId), false);
}

/** The newest first. */
async function rowsOfApplications({ pool }: ProgressParts, ids: readonly string[]): Promise<CaseRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query(
    `${CASES} WHERE c.joins IS NULL AND c.application_id = ANY($1::uuid[]) ORDER BY c.cursor DESC LIMIT $2`,
    [ids, MAX_CASES_SHOWN],
  );
  return rows.map((row) => caseRowSchema.parse(row));
}

const idsSchema = z.array(z.object({ application_id: z.string() }));

/** A receipt number holds its day, which is that of the form or the one behind it; only what is not there is looked for everywhere. */
async function applicationsOfSlip(
  pool: pg.Pool,
  { receiptNo, queryCode }: { readonly receiptNo: string; readonly queryCode: string },
): Promise<string[]> {
  const look = async (where: string, values: readonly string[]): Promise<string[]> => {
    const { rows } = await pool.query(
      `SELECT DISTINCT application_id FROM application WHERE receipt_no = $1 ${where} LIMIT $2`,
      [receiptNo, MAX_CASES_SHOWN, ...values],
    );
    const ids = idsSchema.parse(rows).map(({ application_id: id }) => id);
    return ids.filter((id) => queryCodeOf(id) === queryCode);
  };
  const day = z.iso.date().safeParse(receiptDay(receiptNo));
  const near = day.success
    ? await look('AND application_id >= $3 AND application_id < $4', idsReceivedOn(day.data))
    : [];
  return near.length > 0 ? near : look('', []);
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
    'SELECT application_id FROM case_person WHERE person_number = $1 ORDER BY cursor DESC LIMIT $2',
    [personNumber, MAX_CASES_SHOWN],
  );
  const ids = idsSchema.parse(rows).map(({ application_id: id }) => id);
  return withHistory(parts, await rowsOfApplications(parts, ids), true);
}

export function queryCodeOf(applicationId: string): string {
  const hash = createHash('sha256').update(queryCodeText(applicationId), 'utf8').digest('hex');
  return queryCodeFromHash(hash);
}

async function withHistory(
  parts: ProgressParts,
  cases: readonly CaseRow[],
  isWhole: boolean,
): Promise<CaseProgress[]> {
  if (cases.length === 0) return [];
  const historyOf = await eventsOf(
    parts.pool,
    cases.map(({ cursor, application_id: applicationId }) => ({ cursor, applicationId })),
  );
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
    const history = historyOf(row.cursor);
    const shown = progressOf(parts, row, { history, together: together.get(row.case_no) ?? null, isWhole });
    return { ...shown, afterwards: afterwards.get(row.case_no) };
  });
}

interface Known {
  readonly history: readonly CaseEvent[];
  /** Null: an application by itself. */
  readonly together: Togetherness | null;
  readonly isWhole: boolean;
}

/** What happens to a case without another state, and is the applicant's business all the same. */
const TOLD_IN_PLACE: ReadonlySet<CaseVerb> = new Set(['extend', 'hand-over', 'complete-step']);

function progressOf(parts: ProgressParts, row: CaseRow, { history, together, isWhole }: Known): CaseProgress {
  const item = parts.catalogue.items.get(row.item_slug)?.item;
  const unknown = { zh: row.item_slug, en: row.item_slug };
  // A revision that changed nothing is the office's business.
  const steps = history.filter(({ from, to, verb }) => from !== to || TOLD_IN_PLACE.has(verb));
  const own = item
    ? { zh: item.department.zh, en: item.department.en }
    : { zh: '主管部门', en: 'The office' };
  const special = specialOf(row.status, history);
  return {
    caseNo: row.case_no,
    receiptNo: row.receipt_no,
    itemName: item?.name ?? unknown,
    office: handedTo(history) ?? own,
    phone: item?.contacts.consult ?? '',
    status: row.status,
    receivedAt: row.received_at.toISOString(),
    events: steps.slice(-MAX_EVENTS).map((event) => toldEvent(row.case_no, event)),
    next: nextOf(parts, row, { item, history, together, special }),
    ...(special ? { special } : {}),
    ...(together ? { chain: together.chain } : {}),
    // Nobody was asked who he is: there is no card to show, and nothing about anybody to hide.
    detail: isWhole || row.identity_source === 'none' ? detailOf(row, steps) : null,
  };
}

/** Said beside the state, since the state alone would tell another story. */
const SAID_BY_NAME: ReadonlySet<CaseVerb> = new Set([
  ...TOLD_IN_PLACE,
  'deem-accepted',
  'return-overdue',
  'correct-in-time',
  'end-special',
]);

function toldEvent(caseNo: string, event: CaseEvent): CaseProgress['events'][number] {
  const unit = event.facts?.handedTo;
  return {
    at: new Date(event.atMs).toISOString(),
    status: event.to,
    noticeNo: event.notice === null ? null : noticeNo(caseNo, event.ordinal),
    ...(SAID_BY_NAME.has(event.verb) ? { what: event.verb } : {}),
    ...(unit ? { handedTo: unit } : {}),
  };
}

function specialOf(status: CaseStatus, history: readonly CaseEvent[]): CaseProgress['special'] | null {
  const notice = status === '11' ? lastOf(history, 'begin-special')?.notice : null;
  return notice?.kind === 'special' ? { reason: notice.reason, expectedBy: notice.expectedBy } : null;
}

interface ForNext {
  readonly item: ServiceItem | undefined;
  readonly history: readonly CaseEvent[];
  readonly together: Togetherness | null;
  readonly special: CaseProgress['special'] | null;
}

function nextOf(
  { officeDays, nowMs }: ProgressParts,
  { status }: CaseRow,
  { item, history, together, special }: ForNext,
): CaseProgress['next'] {
  const terms = termsOf(item, together?.held ?? null, history);
  const today = chinaDate(nowMs);
  const days = daysOf(clocksOf(history, terms), status, officeDays);
  const isTold = terms.kind === 'application';
  const what = status === '02' && isHeld(terms, today) ? 'wait' : comingAfter(status, isTold);
  const by = lastDay(what, days, special);
  return { what, by, workdaysLeft: by === null ? null : daysLeft(today, by, officeDays) };
}

/** On a day off behind the last day, no working day has passed, and it is over all the same. */
function daysLeft(today: LocalDate, by: LocalDate, officeDays: Calendar): number {
  const left = workdaysBetween(today, by, officeDays);
  return by < today ? Math.min(left, -1) : left;
}

function comingAfter(status: CaseStatus, isTold: boolean): CaseProgress['next']['what'] {
  switch (status) {
    case '01':
    case '02':
      // Nobody says whether he accepts a question: it is answered.
      return isTold ? 'tell' : 'decide';
    case '05':
    case '12':
      return 'decide';
    case '11':
      return 'resume';
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
  days: CaseDays,
  special: CaseProgress['special'] | null,
): LocalDate | null {
  switch (what) {
    case 'tell':
      return days.tellBy;
    case 'decide':
      return days.promisedBy;
    case 'correct':
      return days.correctBy;
    case 'resume':
      return special?.expectedBy ?? null;
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

function detailOf(row: CaseRow, steps: readonly CaseEvent[]): NonNullable<CaseProgress['detail']> {
  const newest = <K extends Notice['kind']>(kind: K) => {
    const event = steps.findLast(({ notice }) => notice?.kind === kind);
    if (!event?.notice) return null;
    const head = { noticeNo: noticeNo(row.case_no, event.ordinal), at: new Date(event.atMs).toISOString() };
    // `findLast` has looked at the kind.
    return { head, notice: event.notice as Notice & { kind: K } };
  };
  const asked = row.status === '06' ? newest('correction') : null;
  const refusal = row.status === '07' ? newest('refusal') : row.status === '13' ? newest('return') : null;
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
