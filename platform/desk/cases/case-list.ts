import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, chainPlaceSchema, type CaseStatus } from '#contract/application.ts';
import { togetherness } from '../../cases/chain-cases.ts';
import { CASES_FROM, within, type Scope } from '../../cases/scope.ts';
import type { Catalogue } from '../../catalogue/load-catalogue.ts';
import type { OfficeCalendar } from '../../cases/working-days.ts';
import { dueOf, type Due } from './due.ts';

/** A case in a list: nothing of a person. */
export interface ListedCase {
  readonly cursor: number;
  readonly caseNo: string;
  readonly receiptNo: string;
  readonly itemSlug: string;
  readonly stationId: string;
  readonly status: CaseStatus;
  readonly receivedAtMs: number;
  readonly due: Due;
}

/** `todo`: the office has to do something. `waiting`: it waits for the applicant, for others of its chain, or is suspended. */
export const listViews = ['todo', 'waiting', 'all'] as const;
export type ListView = (typeof listViews)[number];

export interface ListFilter {
  readonly view: ListView;
  /** Questions, complaints and suggestions, or applications. */
  readonly isInteraction: boolean;
  /** Null: any. */
  readonly itemSlug: string | null;
  readonly status: CaseStatus | null;
  /** The beginning of a station's number; empty: any. */
  readonly station: string;
}

export interface ListParts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
  readonly nowMs: number;
}

const statusesOf: Readonly<Record<ListView, readonly CaseStatus[]>> = {
  todo: ['01', '02', '05', '12'],
  waiting: ['01', '02', '06', '11'],
  all: caseStatusSchema.options,
};

/**
 * What is open is sorted by its day, which the calendar of the offices decides and no index can: so many, the oldest,
 * are read and sorted. A unit that has more open works off the oldest first in any case.
 */
export const MOST_OPEN = 2000;

export interface CasePage {
  readonly cases: readonly ListedCase[];
  /** Null: there is no further page. */
  readonly next: string | null;
  /** Of what is to be done; null where it is not counted. */
  readonly count: {
    readonly all: number;
    readonly overdue: number;
    readonly today: number;
    /** There are newer ones that were not read: these are the least that there can be. */
    readonly isMore: boolean;
  } | null;
}

interface PageWanted {
  readonly after: string | null;
  readonly size: number;
  /** So many of what is open are read and sorted, as a rule MOST_OPEN. */
  readonly mostOpen: number;
}

/** Page by page; `after` is the `next` of the page before. */
export async function casePage(
  parts: ListParts,
  scope: Scope,
  filter: ListFilter,
  page: PageWanted,
): Promise<CasePage> {
  return filter.view === 'all'
    ? newestFirst(parts, scope, filter, page)
    : byTheirDay(parts, scope, filter, page);
}

/** Between a day and a cursor; neither holds it. */
const MARK = '_';
const keyOf = ({ due, cursor }: ListedCase) =>
  `${due.kind === 'day' || due.kind === 'applicant' ? (due.day ?? '9999') : '9999'}${MARK}${String(cursor).padStart(15, '0')}`;

async function byTheirDay(
  parts: ListParts,
  scope: Scope,
  filter: ListFilter,
  { after, size, mostOpen }: PageWanted,
): Promise<CasePage> {
  const read = await readCases(parts, scope, filter, { before: null, limit: mostOpen + 1, order: 'ASC' });
  const open = read.slice(0, mostOpen);
  // What waits for others is not ours to do; what they do not come for must stand somewhere all the same.
  const wanted = open.filter(({ due, status }) =>
    isReceived(status) ? (due.kind === 'waits') === (filter.view === 'waiting') : true,
  );
  const sorted = wanted
    .map((one) => ({ one, key: keyOf(one) }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  const rest = sorted.filter(({ key }) => after === null || key > after);
  const shown = rest.slice(0, size);
  const days = wanted.flatMap(({ due }) => (due.kind === 'day' ? [due] : []));
  return {
    cases: shown.map(({ one }) => one),
    next: rest.length > size ? (shown.at(-1)?.key ?? null) : null,
    count:
      filter.view === 'todo'
        ? {
            all: wanted.length,
            overdue: days.filter(({ isPast }) => isPast).length,
            today: days.filter(({ isPast, left }) => !isPast && left <= 0).length,
            isMore: read.length > open.length,
          }
        : null,
  };
}

function isReceived(status: CaseStatus): boolean {
  return status === '01' || status === '02';
}

async function newestFirst(
  parts: ListParts,
  scope: Scope,
  filter: ListFilter,
  { after, size }: PageWanted,
): Promise<CasePage> {
  const before = after !== null && /^\d{1,15}$/.test(after) ? Number(after) : null;
  const found = await readCases(parts, scope, filter, { before, limit: size + 1, order: 'DESC' });
  const cases = found.slice(0, size);
  return { cases, next: found.length > size ? String(cases.at(-1)?.cursor ?? '') : null, count: null };
}

const rowSchema = z.object({
  cursor: z.coerce.number().int(),
  case_no: z.string(),
  status: caseStatusSchema,
  decide_by: z.string().nullable(),
  receipt_no: z.string(),
  item_slug: z.string(),
  station_id: z.string(),
  received_at: z.date(),
  stored_at: z.date(),
  since: z.date().nullable(),
  correct_by: z.string().nullable(),
  chain: chainPlaceSchema.nullable(),
});

const COLUMNS = `c.cursor::text AS cursor, c.case_no, c.status, c.decide_by::text AS decide_by, a.receipt_no, a.item_slug,
  a.station_id, a.received_at, a.stored_at, a.chain,
  (SELECT max(e.at) FROM case_event e WHERE e.cursor = c.cursor AND e.application_id = c.application_id
   AND e.from_status IS DISTINCT FROM e.to_status) AS since,
  (SELECT e.notice ->> 'dueOn' FROM case_event e WHERE e.cursor = c.cursor AND e.application_id = c.application_id
   AND e.notice ->> 'kind' = 'correction'
   ORDER BY e.ordinal DESC LIMIT 1) AS correct_by`;

async function readCases(
  parts: ListParts,
  scope: Scope,
  filter: ListFilter,
  {
    before,
    limit,
    order,
  }: { readonly before: number | null; readonly limit: number; readonly order: 'ASC' | 'DESC' },
): Promise<ListedCase[]> {
  const slugs = [...parts.catalogue.items.values()]
    .filter(({ item }) => item.interaction !== undefined)
    .map(({ item }) => item.slug);
  const statuses = statusesOf[filter.view].filter(
    (status) => filter.status === null || filter.status === status,
  );
  // Only what needs another one can wait for it.
  const chained =
    filter.view === 'waiting'
      ? `AND (c.status NOT IN ('01', '02') OR jsonb_array_length(a.chain -> 'needs') > 0)`
      : '';
  // Said in words as well, so that the planner finds the index of what is open.
  const open = filter.view === 'all' ? '' : `AND c.status IN ('01', '02', '05', '06', '11', '12')`;
  const { condition, values } = within(scope, 8);
  const { rows } = await parts.pool.query(
    `SELECT ${COLUMNS} FROM ${CASES_FROM}
     WHERE c.joins IS NULL AND c.status = ANY($1) ${open} ${chained} AND ${condition}
       AND (a.item_slug = ANY($2)) = $3 AND ($4::text IS NULL OR a.item_slug = $4)
       AND starts_with(a.station_id, $5) AND ($6::bigint IS NULL OR c.cursor < $6)
     ORDER BY c.cursor ${order} LIMIT $7`,
    [statuses, slugs, filter.isInteraction, filter.itemSlug, filter.station, before, limit, ...values],
  );
  return asListed(parts, rows);
}

/** Two look-ups, each with its index: of both in one condition none could be used, and all cases would be walked. */
const NUMBERED = `c.application_id IN (SELECT application_id FROM case_number WHERE case_no = $1
  UNION SELECT application_id FROM application WHERE receipt_no = $1)`;

/** The query of `findByNumber`, so that a test can ask for its plan. */
export function byNumberQuery(
  scope: Scope,
  number: string,
): { readonly text: string; readonly values: unknown[] } {
  const { condition, values } = within(scope, 2);
  return {
    text: `SELECT ${COLUMNS} FROM ${CASES_FROM}
     WHERE c.joins IS NULL AND ${NUMBERED} AND ${condition} ORDER BY c.cursor LIMIT 50`,
    values: [number, ...values],
  };
}

/** By the whole number of a case or a receipt, of whatever state; a chain has one receipt number for each of its cases. */
export async function findByNumber(parts: ListParts, scope: Scope, number: string): Promise<ListedCase[]> {
  const { rows } = await parts.pool.query(byNumberQuery(scope, number));
  return asListed(parts, rows);
}

/** Those of these numbers that are of the scope. */
export async function casesNumbered(
  parts: ListParts,
  scope: Scope,
  caseNos: readonly string[],
): Promise<ListedCase[]> {
  const { condition, values } = within(scope, 2);
  const { rows } = await parts.pool.query(
    `SELECT ${COLUMNS} FROM ${CASES_FROM}
     WHERE c.application_id IN (SELECT application_id FROM case_number WHERE case_no = ANY($1))
       AND c.case_no = ANY($1) AND ${condition}`,
    [caseNos, ...values],
  );
  return asListed(parts, rows);
}

async function asListed(parts: ListParts, rows: readonly unknown[]): Promise<ListedCase[]> {
  const cases = rows.map((row) => rowSchema.parse(row));
  const together = await togetherness(
    parts,
    cases.map(({ case_no: caseNo, status, chain: place }) => ({ caseNo, status, place })),
  );
  return cases.map((row): ListedCase => {
    const chained = together.get(row.case_no);
    const due = dueOf(
      {
        status: row.status,
        decideBy: row.decide_by,
        item: parts.catalogue.items.get(row.item_slug)?.item ?? null,
        storedAtMs: row.stored_at.getTime(),
        sinceMs: (row.since ?? row.stored_at).getTime(),
        held: chained?.held ?? null,
        correctBy: row.correct_by,
      },
      parts,
    );
    return {
      cursor: row.cursor,
      caseNo: row.case_no,
      receiptNo: row.receipt_no,
      itemSlug: row.item_slug,
      stationId: row.station_id,
      status: row.status,
      receivedAtMs: row.received_at.getTime(),
      due,
    };
  });
}
