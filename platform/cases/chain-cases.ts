import type pg from 'pg';
import { z } from 'zod';
import {
  caseStatusSchema,
  chainPlaceSchema,
  type CaseStatus,
  type ChainPlace,
} from '#contract/application.ts';
import type { Calendar } from '#contract/calendar.ts';
import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { CaseInChain } from '#contract/progress.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { applicationOf } from './find-case.ts';
import type { CaseTerms } from './case-life.ts';
import { isOver, overStatuses } from './table.ts';
import { addWorkdays, chinaDate, type OfficeCalendar } from './working-days.ts';

/**
 * What cases that were submitted together (一件事) have to do with each other. Over is whatever nothing more comes of: who
 * needs its result knows it then, and decides with it.
 */

/**
 * One that does not come (it was refused at the platform's door, and its resident was sent to a person) is waited for so many working
 * days, from when the one that needs it came. What comes later than that holds nothing up either: what has begun goes on.
 */
export const NOT_COME_WITHIN_WORKDAYS = 5;

const memberSchema = z.object({
  case_no: z.string(),
  status: caseStatusSchema,
  item_slug: z.string(),
  chain: chainPlaceSchema,
  came_at: z.date(),
  /** Of one that is over; null: nobody wrote down when it came to that. */
  ended_at: z.date().nullable(),
});
type Member = z.infer<typeof memberSchema>;

export interface Togetherness {
  readonly chain: CaseInChain;
  readonly held: CaseTerms['held'];
}

export interface PlacedCase {
  readonly caseNo: string;
  readonly status: CaseStatus;
  /** Null: an application by itself. */
  readonly place: ChainPlace | null;
}

export interface ChainParts {
  readonly pool: Pick<pg.Pool | pg.PoolClient, 'query'>;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
}

/** By case number, for those that came in a chain. */
export async function togetherness(
  { pool, catalogue, officeDays, nowMs }: ChainParts & { readonly nowMs: number },
  cases: readonly PlacedCase[],
): Promise<ReadonlyMap<string, Togetherness>> {
  const members = await membersOf(pool, cases);
  const today = chinaDate(nowMs);
  return new Map(
    cases.flatMap((one): [string, Togetherness][] => {
      if (one.place === null) return [];
      const needs = needsOf(one.caseNo, one.place, members, officeDays);
      return [
        [
          one.caseNo,
          { chain: shownChain(catalogue, one.place, one.status, needs, today), held: held(needs) },
        ],
      ];
    }),
  );
}

/** What the chain of a case says to its clocks. */
export async function heldBy(
  { pool, officeDays }: Omit<ChainParts, 'catalogue'>,
  one: PlacedCase,
): Promise<CaseTerms['held']> {
  if (one.place === null || one.place.needs.length === 0) return null;
  return held(needsOf(one.caseNo, one.place, await membersOf(pool, [one]), officeDays));
}

async function membersOf(pool: ChainParts['pool'], cases: readonly PlacedCase[]): Promise<Member[]> {
  const ids = new Set(cases.flatMap(({ place }) => (place ? [place.chainApplicationId] : [])));
  if (ids.size === 0) return [];
  const { rows } = await pool.query(
    `SELECT c.case_no, c.status, a.item_slug, a.chain,
       coalesce((SELECT e.at FROM case_event e
          WHERE e.cursor = c.cursor AND e.application_id = c.application_id AND e.ordinal = 1), a.stored_at) AS came_at,
       -- Not what comes behind the end: a delivery, or a revision that is only kept.
       (SELECT max(e.at) FROM case_event e
          WHERE e.cursor = c.cursor AND e.application_id = c.application_id AND e.to_status = ANY($2)
          AND e.from_status <> ALL($2)) AS ended_at
     FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.joins IS NULL AND a.chain IS NOT NULL AND a.chain ->> 'chainApplicationId' = ANY($1)`,
    [[...ids], overStatuses],
  );
  return rows.map((row) => memberSchema.parse(row));
}

/** One that another needs. */
interface Need {
  readonly order: number;
  /** Undefined: it has not come. */
  readonly member: Member | undefined;
  /** Since when, or until when, it holds nothing up; `waits`: nobody knows the day. */
  readonly free: 'waits' | LocalDate;
}

function needsOf(
  caseNo: string,
  { chainApplicationId, needs }: ChainPlace,
  members: readonly Member[],
  calendar: Calendar,
): Need[] {
  const ofChain = members.filter(({ chain }) => chain.chainApplicationId === chainApplicationId);
  const own = ofChain.find(({ case_no: number }) => number === caseNo);
  // From the day behind the last one on which it is waited for.
  const unlessCome =
    own && addDays(addWorkdays(chinaDate(own.came_at.getTime()), NOT_COME_WITHIN_WORKDAYS, calendar), 1);
  return needs.map((order): Need => {
    const member = ofChain.find(({ chain }) => chain.order === order);
    const isLate =
      unlessCome !== undefined && (member === undefined || chinaDate(member.came_at.getTime()) >= unlessCome);
    if (isLate) return { order, member, free: unlessCome };
    const isEnded = member !== undefined && isOver(member.status);
    const free = isEnded ? chinaDate((member.ended_at ?? member.came_at).getTime()) : 'waits';
    return { order, member, free };
  });
}

function held(needs: readonly Need[]): CaseTerms['held'] {
  return needs.reduce<CaseTerms['held']>((sofar, { free }) => {
    if (sofar === 'waits' || free === 'waits') return 'waits';
    return sofar !== null && sofar > free ? sofar : free;
  }, null);
}

function shownChain(
  catalogue: Catalogue,
  place: ChainPlace,
  status: CaseStatus,
  needs: readonly Need[],
  today: LocalDate,
): CaseInChain {
  const published = catalogue.chains.find(({ id }) => id === place.id);
  const nameOf = ({ order, member }: Need): LocalizedText =>
    (member && catalogue.items.get(member.item_slug)?.item.name) ??
    published?.steps.find((step) => step.order === order)?.name ?? {
      zh: `第 ${String(order)} 项`,
      en: `Step ${String(order)}`,
    };
  const isWaited = ({ free }: Need) => free === 'waits' || today < free;
  const shown = isUntouched(status) ? needs : [];
  const missing = shown.filter(({ member }) => member === undefined);
  return {
    id: place.id,
    name: published?.name ?? { zh: place.id, en: place.id },
    chainApplicationId: place.chainApplicationId,
    order: place.order,
    waitsFor: shown.filter(isWaited).map(nameOf),
    ...(missing.length > 0 ? { notCome: missing.map(nameOf) } : {}),
  };
}

/** The office has not decided whether it accepts. */
function isUntouched(status: CaseStatus): boolean {
  return status === '01' || status === '02';
}

const placedSchema = z.object({
  case_no: z.string(),
  status: caseStatusSchema,
  chain: chainPlaceSchema.nullable(),
});

/** What this case waits for, by name; nothing for one that waits for nothing, or is not there. */
export async function waitsFor(
  parts: ChainParts & { readonly nowMs: number },
  caseNo: string,
): Promise<readonly LocalizedText[]> {
  const { rows } = await parts.pool.query(
    `SELECT c.case_no, c.status, a.chain FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.application_id = $1 AND c.case_no = $2 AND c.joins IS NULL`,
    [await applicationOf(parts.pool, caseNo), caseNo],
  );
  if (rows.length === 0) return [];
  const { status, chain: place } = placedSchema.parse(rows[0]);
  const found = await togetherness(parts, [{ caseNo, status, place }]);
  return found.get(caseNo)?.chain.waitsFor ?? [];
}
