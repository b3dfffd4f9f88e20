import { z } from 'zod';
import { givenDaySchema } from './calendar-time.ts';
import { MOST_LINES } from './queue/event.ts';
import { lineLetterSchema } from './queue/number.ts';
import { windowIdSchema } from './queue/ticket.ts';

/**
 * What one day of a station's queue was like, as its hub tells the platform: counts, and no person. There is no ticket, no
 * class of priority, no item, no booking and no account in it, and no place for one (docs/decisions/0036).
 */

/**
 * Upper bounds of the buckets, in minutes; a time on a bound is in the bucket below it, and one bucket more is above the last
 * bound. The same everywhere and always: only so can days and stations be added up and a percentile be read off the sum.
 */
export const durationBoundsMinutes = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 180, 240,
] as const;

/** Times of fewer people are not told: beside a booking one of them would have a name. */
export const FEWEST_TIMES = 5;

/**
 * Three years, of nobody: what a new window has changed is seen against the same month of other years. Before that the platform
 * takes no day.
 */
export const KEPT_AT_PLATFORM_DAYS = 3 * 366;

/** More than a station configures, since windows are renamed in the middle of a day. */
const MOST_WINDOWS = 100;
const count = z.int().min(0).max(1_000_000);

export const durationsSchema = z
  .strictObject({
    /** How many were so long, bound by bound (`durationBoundsMinutes`). */
    buckets: z.array(count).length(durationBoundsMinutes.length + 1),
    /** Of all of them together, in seconds. */
    sumSeconds: z.int().min(0).max(1_000_000_000),
  })
  .refine(isTellable, { error: `expected the times of nobody, or of ${FEWEST_TIMES} people or more` });
export type Durations = z.infer<typeof durationsSchema>;

const rowSchema = z
  .strictObject({
    line: lineLetterSchema,
    /** On the station's local clock, from this hour on, 0 to 23. */
    fromHour: z.int().min(0).max(23),
    /** Until before this one: mostly the next, and later where an hour alone would have had too few people. */
    untilHour: z.int().min(1).max(24),
    /** Tickets given out; the other figures stand in the hour in which they happened. */
    taken: count,
    served: count,
    /** Calls that nobody came to. */
    noShows: count,
    /** Given up: by mistake, or never printed. */
    cancelled: count,
    /** Given up because the person had left. */
    left: count,
    /** From arrival to the first call. Null: of fewer people than may be told. */
    waits: durationsSchema.nullable(),
    /** From "has come", or the call, to "finished", one for each who was served. Null: of fewer people than may be told. */
    services: durationsSchema.nullable(),
  })
  .refine(({ served, services }) => services === null || countOf(services) === served, {
    error: 'expected one time for each who was served',
  });
export type StationDayRow = z.infer<typeof rowSchema>;

const windowSchema = z.strictObject({ window: windowIdSchema, served: count });

export const stationDaySchema = z.strictObject({
  /** The hub's term on that day, and of how many events of the queue this was made: of two reports the later term, then the fuller one stands. */
  term: count.min(1),
  events: count.min(1),
  /** By line and hour. */
  rows: z
    .array(rowSchema)
    .max(MOST_LINES * 24)
    .refine(areApart, { error: 'expected rows in their order, none of which overlaps another one' }),
  windows: z.array(windowSchema).max(MOST_WINDOWS),
});
export type StationDay = z.infer<typeof stationDaySchema>;

/** `stands`: the platform has this report of the day, and not another one that is later or fuller. */
export const stationDayKeptSchema = z.object({ day: z.iso.date(), stands: z.boolean() });
export type StationDayKept = z.infer<typeof stationDayKeptSchema>;

/** Station and region, as in every submission. */
const stationIdSchema = z.string().regex(/^\d{9}$/);
const MOST_DAYS_READ = 366;
const DAY_MS = 86_400_000;

/** Both days are meant too; a year at most. */
export const stationFiguresQuerySchema = z
  .object({ stationId: stationIdSchema, from: givenDaySchema, until: givenDaySchema })
  .refine(
    ({ from, until }) => {
      const days = (Date.parse(until) - Date.parse(from)) / DAY_MS + 1;
      return days >= 1 && days <= MOST_DAYS_READ;
    },
    { error: 'expected a day and the same or a later one, of a year at most' },
  );
export type StationFiguresQuery = z.infer<typeof stationFiguresQuerySchema>;

/** Between so many minutes; the upper end is null above the last bound. */
export const percentileSchema = z.object({
  fromMinutes: z.int().min(0),
  toMinutes: z.int().positive().nullable(),
});
export type Percentile = z.infer<typeof percentileSchema>;

/** Nulls where nobody's time was told. */
export const durationSummarySchema = z.object({
  count: z.int().min(0),
  meanMinutes: z.number().min(0).nullable(),
  median: percentileSchema.nullable(),
  /** Nine of ten were not longer. */
  ninetieth: percentileSchema.nullable(),
});
export type DurationSummary = z.infer<typeof durationSummarySchema>;

const sumsShape = {
  taken: z.int().min(0),
  served: z.int().min(0),
  noShows: z.int().min(0),
  cancelled: z.int().min(0),
  left: z.int().min(0),
  waits: durationSummarySchema,
  services: durationSummarySchema,
} as const;

export const stationFiguresSchema = z.object({
  /** Of how many of the days a report is here. */
  days: z.int().min(0).max(MOST_DAYS_READ),
  whole: z.object(sumsShape),
  lines: z.array(z.object({ line: lineLetterSchema, ...sumsShape })).max(MOST_LINES),
  windows: z.array(z.object({ window: windowIdSchema, served: z.int().min(0) })).max(10_000),
});
export type StationFigures = z.infer<typeof stationFiguresSchema>;

/** Of times in milliseconds; one that is below zero, of clocks that differ, is none. Null: too few to be told. */
export function durationsOf(valuesMs: readonly number[]): Durations | null {
  const buckets = Array.from({ length: durationBoundsMinutes.length + 1 }, () => 0);
  let sumMs = 0;
  for (const value of valuesMs) {
    const ms = Math.max(0, value);
    const within = durationBoundsMinutes.findIndex((minutes) => ms <= minutes * 60_000);
    const bucket = within === -1 ? durationBoundsMinutes.length : within;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    sumMs += ms;
  }
  const made = { buckets, sumSeconds: Math.round(sumMs / 1000) };
  return isTellable(made) ? made : null;
}

export const noDurations: Durations = {
  buckets: durationBoundsMinutes.map(() => 0).concat(0),
  sumSeconds: 0,
};

export function joined(a: Durations, b: Durations): Durations {
  return {
    buckets: a.buckets.map((value, index) => value + (b.buckets[index] ?? 0)),
    sumSeconds: a.sumSeconds + b.sumSeconds,
  };
}

export function summaryOf(durations: Durations): DurationSummary {
  const all = countOf(durations);
  return {
    count: all,
    meanMinutes: all === 0 ? null : Math.round(durations.sumSeconds / all / 6) / 10,
    median: percentile(durations, 0.5),
    ninetieth: percentile(durations, 0.9),
  };
}

/** The bucket in which the value stands that this part of all does not exceed (nearest rank). */
function percentile(durations: Durations, part: number): Percentile | null {
  const rank = Math.ceil(countOf(durations) * part);
  let seen = 0;
  for (const [index, value] of durations.buckets.entries()) {
    seen += value;
    if (seen < rank || seen === 0) continue;
    return {
      fromMinutes: durationBoundsMinutes[index - 1] ?? 0,
      toMinutes: durationBoundsMinutes[index] ?? null,
    };
  }
  return null;
}

function countOf({ buckets }: { readonly buckets: readonly number[] }): number {
  return buckets.reduce((sum, value) => sum + value, 0);
}

function isTellable(durations: { readonly buckets: readonly number[] }): boolean {
  const all = countOf(durations);
  return all === 0 || all >= FEWEST_TIMES;
}

/** Of one line after the other, and within it of one hour after the other. */
function areApart(rows: readonly Pick<StationDayRow, 'line' | 'fromHour' | 'untilHour'>[]): boolean {
  return rows.every((row, index) => {
    const before = rows[index - 1];
    if (row.untilHour <= row.fromHour) return false;
    if (before === undefined || before.line < row.line) return true;
    return before.line === row.line && before.untilHour <= row.fromHour;
  });
}
