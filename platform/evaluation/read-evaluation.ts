import type pg from 'pg';
import { z } from 'zod';
import {
  ANSWER_WORKDAYS,
  FEWEST_COMPARED,
  OFFLINE_AFTER_MINUTES,
  OFFLINE_UNTIL_DAYS,
  type Commonest,
  type Evaluation,
  type EvaluationGroup,
  type EvaluationPeriod,
  type EvaluationRow,
  type Figures,
} from '#contract/evaluation.ts';
import { isOpenDay } from '#contract/form/calendar-days.ts';
import { addDays } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { LocalizedText } from '#contract/localized.ts';
import { addWorkdays, chinaDate, officeDays, workdaysBetween } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { inTransaction } from '../database/connect.ts';
import { CASES, SAYINGS, WORDS } from './evaluation-sql.ts';
import { commonestOf, noWords, wordsSchema, type CountedWords } from './commonest.ts';
import { fixFirst } from './fix-first.ts';

export interface EvaluationParts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly nowMs: number;
}

/** A case that is older when it is closed has waited at least so long. */
const CALENDAR_DAYS_BEFORE = 5 * 366;
/** Of one point in time: what two statements say of a case is the same. A district's whole year takes seconds. */
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '30s'; SET LOCAL work_mem = '64MB'`;
/** A little more than the server gives: its word is the better one. */
const QUERY_TIMEOUT_MS = 32_000;

export async function readEvaluation(
  { pool, catalogue, nowMs }: EvaluationParts,
  { from, until }: EvaluationPeriod,
): Promise<Evaluation> {
  const today = chinaDate(nowMs);
  const published = [...catalogue.items.values()].map(({ item }) => item);
  const period = [chinaMidnight(from), chinaMidnight(addDays(until, 1))] as const;
  const of = <T>(value: (item: ServiceItem) => T): T[] => published.map(value);
  const slugs = of(({ slug }) => slug);
  const departments = of(({ department }) => department.uscc);
  const calendar = workdayNumbers(addDays(from, -CALENDAR_DAYS_BEFORE), today > until ? today : until);
  const read = await inTransaction(pool, BEGIN, async (client) => ({
    cases: await patiently(client, CASES, [
      ...period,
      calendar.from,
      calendar.numbers,
      today,
      slugs,
      departments,
      of(({ timeLimits }) => timeLimits.promised.value),
      of(({ timeLimits }) => timeLimits.promised.unit),
      of(({ timeLimits }) => timeLimits.legal.value),
      of(({ timeLimits }) => timeLimits.legal.unit),
      of(({ interaction }) => interaction !== undefined),
      OFFLINE_AFTER_MINUTES,
      ANSWER_WORKDAYS,
      OFFLINE_UNTIL_DAYS,
    ]),
    sayings: await patiently(client, SAYINGS, [...period, slugs, departments, today]),
    words: await patiently(client, WORDS, [...period]),
  }));
  const words = wordsSchema.parse(read.words.rows);
  const rows = joined(
    casesSchema.parse(read.cases.rows),
    sayingsSchema.parse(read.sayings.rows),
    published,
    words,
  );
  return {
    from,
    until,
    today,
    rows,
    fixFirst: fixFirst(rows),
    items: published.map((item) => ({ slug: item.slug, promisedWorkdays: promisedWorkdays(item, today) })),
  };
}

/** The pool's own limit is that of a look-up. */
function patiently(client: pg.PoolClient, text: string, values: unknown[]): Promise<pg.QueryResult> {
  // The limit of one query is pg's, and its types know only that of a connection.
  const query = { text, values, query_timeout: QUERY_TIMEOUT_MS };
  return client.query(query);
}

/** The instant at which a day begins in China. */
function chinaMidnight(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`);
}

/** How many working days there were until each day: one number a day, from the first one on. */
function workdayNumbers(
  from: string,
  until: string,
): { readonly from: string; readonly numbers: readonly number[] } {
  const numbers: number[] = [];
  let count = 0;
  for (let day = from; day <= until; day = addDays(day, 1)) {
    if (isOpenDay(officeDays, day)) count += 1;
    numbers.push(count);
  }
  return { from, numbers };
}

/** For a mark beside the days that were taken; a promise in calendar days as those that fall into it from today on. */
function promisedWorkdays({ timeLimits: { promised } }: ServiceItem, today: string): number {
  if (promised.unit !== 'day') return promised.value;
  const start = addWorkdays(today, 1, officeDays);
  return workdaysBetween(start, addDays(start, promised.value), officeDays);
}

const count = z.coerce.number().int().min(0);
const average = z.coerce.number().nullable();
const keyShape = {
  level: z.number().int(),
  department: z.string().nullable(),
  item_slug: z.string().nullable(),
  station_id: z.string().nullable(),
  terminal_id: z.string().nullable(),
} as const;

const casesSchema = z.array(
  z.object({
    ...keyShape,
    received: count,
    accepted: count,
    closed: count,
    refused: count,
    timed: count,
    mean: average,
    median: average,
    ninetieth: average,
    on_promise: count,
    on_legal: count,
    late_days: count,
    late_cases: count,
    overdue_now: count,
    corrections: count,
    correction_days: count,
    offline: count,
    offline_days: count,
  }),
);
type CasesRow = z.infer<typeof casesSchema>[number];

const sayingsSchema = z.array(
  z.object({
    ...keyShape,
    ratings: count,
    satisfaction: average,
    level_1: count,
    level_2: count,
    level_3: count,
    level_4: count,
    level_5: count,
    given: count,
    insisted: count,
    sent_back: count,
    rejected: count,
    entered: count,
    entries_overdue: count,
    calls_overdue: count,
  }),
);
type SayingsRow = z.infer<typeof sayingsSchema>[number];

/** `grouping(department, item_slug, station_id, terminal_id)`: a bit is set where the key was not grouped by. */
const groupOfLevel: ReadonlyMap<number, EvaluationGroup> = new Map([
  [0b1111, 'all'],
  [0b0111, 'department'],
  [0b1011, 'item'],
  [0b1101, 'station'],
  [0b1100, 'terminal'],
]);

type Keys = Pick<CasesRow, keyof typeof keyShape>;

interface Group {
  readonly by: EvaluationGroup;
  readonly key: string;
  readonly stationId: string | null;
}

function groupOf(row: Keys): Group | null {
  const by = groupOfLevel.get(row.level);
  switch (by) {
    case 'all':
      return { by, key: '', stationId: null };
    case 'department':
      // Of an item that is not published any more, nobody knows it.
      return row.department === null ? null : { by, key: row.department, stationId: null };
    case 'item':
      return { by, key: row.item_slug ?? '', stationId: null };
    case 'station':
      return { by, key: row.station_id ?? '', stationId: row.station_id };
    case 'terminal':
      return { by, key: row.terminal_id ?? '', stationId: row.station_id };
    case undefined:
      return null;
    default: {
      const never: never = by;
      return never;
    }
  }
}

const identity = ({ by, key, stationId }: Group): string => [by, stationId ?? '', key].join('\n');

function joined(
  cases: readonly CasesRow[],
  sayings: readonly SayingsRow[],
  published: readonly ServiceItem[],
  words: readonly CountedWords[],
): EvaluationRow[] {
  const groups = new Map<string, { group: Group; cases?: CasesRow; sayings?: SayingsRow }>();
  for (const row of cases) {
    const group = groupOf(row);
    if (group !== null) groups.set(identity(group), { group, cases: row });
  }
  for (const row of sayings) {
    const group = groupOf(row);
    if (group !== null) groups.set(identity(group), { ...groups.get(identity(group)), group, sayings: row });
  }
  const names = namesOf(published);
  return [...groups.values()]
    .map(({ group, cases: ofCases, sayings: ofSayings }) => ({
      ...group,
      name: names(group),
      figures: figuresOf(ofCases ?? noCases, ofSayings ?? noSayings),
      commonest: commonestIn(group, published, words),
    }))
    .sort((a, b) => b.figures.received - a.figures.received || (a.key < b.key ? -1 : 1));
}

function namesOf(published: readonly ServiceItem[]): (group: Group) => LocalizedText {
  const items = new Map(published.map(({ slug, name }) => [slug, name]));
  const departments = new Map(published.map(({ department }) => [department.uscc, department]));
  return ({ by, key }) => {
    const known = by === 'item' ? items.get(key) : by === 'department' ? departments.get(key) : undefined;
    return known === undefined ? { zh: key || '全部', en: key || 'All' } : { zh: known.zh, en: known.en };
  };
}

function commonestIn(
  { by, key }: Group,
  published: readonly ServiceItem[],
  words: readonly CountedWords[],
): Commonest | null {
  if (by === 'station' || by === 'terminal') return null;
  const slugs = new Set(
    published.filter(({ department }) => department.uscc === key).map(({ slug }) => slug),
  );
  const own = words.filter(({ slug }) => by === 'all' || (by === 'item' ? slug === key : slugs.has(slug)));
  return own.length === 0 ? noWords : commonestOf(own);
}

function figuresOf(cases: CasesRow, sayings: SayingsRow): Figures {
  const few = cases.closed < FEWEST_COMPARED;
  const timed = Math.max(1, cases.timed);
  const { ratings, satisfaction } = sayings;
  return {
    received: cases.received,
    accepted: cases.accepted,
    closed: cases.closed,
    refused: cases.refused,
    workdays:
      few || cases.mean === null
        ? null
        : {
            mean: Math.max(0, Math.round(cases.mean * 10) / 10),
            median: Math.max(0, cases.median ?? 0),
            ninetieth: Math.max(0, cases.ninetieth ?? 0),
          },
    onPromise: cases.timed < FEWEST_COMPARED ? null : cases.on_promise / timed,
    onLegal: cases.timed < FEWEST_COMPARED ? null : cases.on_legal / timed,
    lateDays: cases.late_days,
    lateCases: cases.late_cases,
    overdueNow: cases.overdue_now,
    corrections: cases.corrections,
    correctionsPerCase: cases.received < FEWEST_COMPARED ? null : cases.corrections / cases.received,
    correctionDays: cases.correction_days,
    offline: cases.offline,
    offlineShare: cases.received < FEWEST_COMPARED ? null : cases.offline / cases.received,
    offlineDays: cases.offline_days,
    ratings:
      ratings < FEWEST_COMPARED || satisfaction === null
        ? null
        : {
            count: ratings,
            meanSatisfaction: Math.round(satisfaction * 100) / 100,
            badShare: (sayings.level_4 + sayings.level_5) / ratings,
            levels: [sayings.level_1, sayings.level_2, sayings.level_3, sayings.level_4, sayings.level_5],
          },
    replies: {
      given: sayings.given,
      sentBack: sayings.sent_back,
      rejected: sayings.rejected,
      insisted: sayings.insisted,
    },
    ledger: {
      opened: sayings.entered,
      overdue: sayings.entries_overdue,
      callBacksOverdue: sayings.calls_overdue,
    },
  };
}

const noKeys: Keys = { level: 0, department: null, item_slug: null, station_id: null, terminal_id: null };
const noCases: CasesRow = {
  ...noKeys,
  received: 0,
  accepted: 0,
  closed: 0,
  refused: 0,
  timed: 0,
  mean: null,
  median: null,
  ninetieth: null,
  on_promise: 0,
  on_legal: 0,
  late_days: 0,
  late_cases: 0,
  overdue_now: 0,
  corrections: 0,
  correction_days: 0,
  offline: 0,
  offline_days: 0,
};
const noSayings: SayingsRow = {
  ...noKeys,
  ratings: 0,
  satisfaction: null,
  level_1: 0,
  level_2: 0,
  level_3: 0,
  level_4: 0,
  level_5: 0,
  given: 0,
  insisted: 0,
  sent_back: 0,
  rejected: 0,
  entered: 0,
  entries_overdue: 0,
  calls_overdue: 0,
};
