import { z } from 'zod';
import { itemSlugSchema } from './item.ts';
import { localizedTextSchema } from './localized.ts';
import { ratingReasonSchema } from './rating.ts';

/**
 * What the stations and offices did in a period, to make it better (以评促建): figures per item, department, station and terminal, and what to
 * fix first (docs/decisions/0045). Of no resident and of no officer.
 */

/** Of fewer cases (or ratings) no mean, share or percentile is told: one of them would make it. Counts are. */
export const FEWEST_COMPARED = 10;
/** Longer between the station and the platform: the terminal had no line, or none that worked. */
export const OFFLINE_AFTER_MINUTES = 10;
/** Longer than so many days nobody is without a line: the terminal's clock was wrong when it took the application. */
export const OFFLINE_UNTIL_DAYS = 30;
/** An application that nobody answers in so many working days is overdue (行政许可法 32). */
export const ANSWER_WORKDAYS = 5;

const MOST_DAYS = 366;
/** Nothing was received before, and no calendar reaches further. */
const EARLIEST = '2000-01-01';
const LATEST = '2199-12-31';
const DAY_MS = 86_400_000;

/** Both days are meant too, in China's time; a year at most. */
export const evaluationPeriodSchema = z.object({ from: z.iso.date(), until: z.iso.date() }).refine(
  ({ from, until }) => {
    const days = (Date.parse(until) - Date.parse(from)) / DAY_MS + 1;
    return days >= 1 && days <= MOST_DAYS && from >= EARLIEST && until <= LATEST;
  },
  { error: 'expected a day and the same or a later one, of a year at most' },
);
export type EvaluationPeriod = z.infer<typeof evaluationPeriodSchema>;

const count = z.int().min(0);
const share = z.number().min(0).max(1);

export const figuresSchema = z.object({
  received: count,
  accepted: count,
  closed: count,
  /** 不予受理. */
  refused: count,
  /** Working days of those that were closed: from acceptance (a question or complaint: from receipt) without those in which the
   * applicant had to correct, or the clock rested otherwise. Null: of too few. */
  workdays: z.object({ mean: z.number().min(0), median: count, ninetieth: count }).nullable(),
  /** Of those that were closed: within what the item promises, and within what the law gives. Null: of too few. */
  onPromise: share.nullable(),
  onLegal: share.nullable(),
  /** Working days that residents waited beyond the promise: of those closed, and of those that are overdue now. */
  lateDays: count,
  lateCases: count,
  overdueNow: count,
  corrections: count,
  correctionsPerCase: z.number().min(0).nullable(),
  /** Working days for which cases lay with their applicants, to be corrected. */
  correctionDays: count,
  /** Of those received: that came to the platform later than `OFFLINE_AFTER_MINUTES` after the station had taken them, and not as late as
   * `OFFLINE_UNTIL_DAYS`; and how many working days lay between. */
  offline: count,
  offlineShare: share.nullable(),
  offlineDays: z.number().min(0),
  /** Null: fewer than may be told, or none. */
  ratings: z
    .object({
      count,
      meanSatisfaction: z.number().min(1).max(5),
      badShare: share,
      levels: z.array(count).length(5),
    })
    .nullable(),
  replies: z.object({ given: count, sentBack: count, rejected: count, insisted: count }),
  ledger: z.object({ opened: count, overdue: count, callBacksOverdue: count }),
});
export type Figures = z.infer<typeof figuresSchema>;

const counted = <T extends z.ZodType>(what: T) => z.object({ what, count });
/** The commonest ones of an item or department, the first first. */
const commonestSchema = z.object({
  /** What had to be corrected, by the name of its page or paper. */
  corrections: z.array(counted(localizedTextSchema)).max(5),
  /** Why cases were not accepted, where the same words stand in several; `others`: in words of their own. */
  refusals: z.object({ same: z.array(counted(localizedTextSchema)).max(5), others: count }),
  ratings: z.array(counted(ratingReasonSchema)).max(5),
});
export type Commonest = z.infer<typeof commonestSchema>;

export const evaluationGroups = ['all', 'department', 'item', 'station', 'terminal'] as const;
export type EvaluationGroup = (typeof evaluationGroups)[number];

export const evaluationRowSchema = z.object({
  by: z.enum(evaluationGroups),
  /** Slug, credit code, station, terminal; empty for all. */
  key: z.string().max(60),
  name: localizedTextSchema,
  /** Of a terminal. */
  stationId: z.string().nullable(),
  figures: figuresSchema,
  /** Null for stations and terminals: there it would tell of single people. */
  commonest: commonestSchema.nullable(),
});
export type EvaluationRow = z.infer<typeof evaluationRowSchema>;

/** What residents lose, in working days, and where: `late` beyond the promise, `correction` with papers to put right, `offline` on the line. */
export const fixFirstSchema = z.object({
  why: z.enum(['late', 'correction', 'offline']),
  by: z.enum(['item', 'station']),
  key: z.string().max(60),
  name: localizedTextSchema,
  days: z.number().positive(),
  cases: count,
  /** What is corrected most often. */
  commonest: localizedTextSchema.nullable(),
});
export type FixFirst = z.infer<typeof fixFirstSchema>;

export const MOST_EVALUATION_ROWS = 20_000;

export const evaluationSchema = z.object({
  from: z.iso.date(),
  until: z.iso.date(),
  /** On this day: what is overdue is overdue now, whatever the period. */
  today: z.iso.date(),
  rows: z.array(evaluationRowSchema).max(MOST_EVALUATION_ROWS),
  fixFirst: z.array(fixFirstSchema).max(10),
  /** Promised and legal limits of the items in words. */
  items: z.array(z.object({ slug: itemSlugSchema, promisedWorkdays: count.nullable() })).max(2000),
});
export type Evaluation = z.infer<typeof evaluationSchema>;
