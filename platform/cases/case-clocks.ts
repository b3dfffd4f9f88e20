import type { Calendar } from '#contract/calendar.ts';
import type { CaseLimits } from '#contract/case-history.ts';
import { isOpenDay } from '#contract/form/calendar-days.ts';
import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import type { ClockEffects } from './table.ts';
import { addWorkdays, LONGEST_DAYS } from './working-days.ts';

/**
 * The clocks of a case, out of what happened to it. Pure: days and calendar come in. A day counts when the clock ran at
 * its beginning, so the day on which it starts or goes on is not counted (民法典 201), and the one on which it is put to rest is.
 */

/** Not told in time, an application counts as accepted from the day on which it came in (行政许可法 32, 82). */
export const TELL_WITHIN_WORKDAYS = 5;

/** Days after `from` up to and with `until`; null: it runs. */
interface Run {
  readonly from: LocalDate;
  readonly until: LocalDate | null;
}

interface DecideClock {
  /** Null: the item is not published any more, and nothing was pinned. */
  readonly limits: CaseLimits | null;
  readonly runs: readonly Run[];
  /** Of 延长审批, in the unit of each limit. */
  readonly extendedBy: number;
  readonly isStopped: boolean;
  /** The present step and since when; null: it has no steps, or all are done. */
  readonly step: { readonly index: number; readonly since: LocalDate } | null;
}

export interface CaseClocks {
  /** The office has to say since then whether it accepts. */
  readonly tellSince: LocalDate | null;
  readonly correctBy: LocalDate | null;
  readonly decide: DecideClock | null;
}

export const noClocks: CaseClocks = { tellSince: null, correctBy: null, decide: null };

/** What a step of a case says to the clocks. */
export interface Tick {
  readonly effects: ClockEffects;
  readonly day: LocalDate;
  /** The day from which the decision counts; the day itself where nothing else is said. */
  readonly countsFrom: LocalDate;
  readonly limits: CaseLimits | null;
  readonly dueOn: LocalDate | null;
  readonly extendedBy: number;
}

export function tick(clocks: CaseClocks, at: Tick): CaseClocks {
  const { tell, correct } = at.effects;
  return {
    tellSince: tell === 'starts' ? at.day : tell === 'stops' ? null : clocks.tellSince,
    correctBy: correct === 'starts' ? at.dueOn : correct === 'stops' ? null : clocks.correctBy,
    decide: tickDecide(clocks.decide, at),
  };
}

function tickDecide(clock: DecideClock | null, at: Tick): DecideClock | null {
  const { decide: effect, step } = at.effects;
  if (step === 'ends') return clock && { ...clock, step: stepAfter(clock, at.day) };
  switch (effect) {
    case undefined:
      return clock;
    case 'starts':
      return clock ?? started(at);
    case 'starts anew':
      // The steps are those of the first time.
      return { ...started(at), step: null };
    case 'rests':
      return clock && { ...clock, runs: clock.runs.map((run) => ({ ...run, until: run.until ?? at.day })) };
    case 'goes on':
      return clock && isRunning(clock)
        ? clock
        : clock && { ...clock, runs: [...clock.runs, { from: at.day, until: null }] };
    case 'is extended':
      return clock && { ...clock, extendedBy: clock.extendedBy + at.extendedBy };
    case 'stops':
      return clock && { ...clock, isStopped: true };
    default: {
      const never: never = effect;
      return never;
    }
  }
}

function started({ countsFrom, limits }: Tick): DecideClock {
  return {
    limits,
    runs: [{ from: countsFrom, until: null }],
    extendedBy: 0,
    isStopped: false,
    step: limits && limits.steps.length > 0 ? { index: 0, since: countsFrom } : null,
  };
}

function stepAfter({ limits, step }: DecideClock, day: LocalDate): DecideClock['step'] {
  if (!step || !limits || step.index + 1 >= limits.steps.length) return null;
  return { index: step.index + 1, since: day };
}

export function isRunning({ runs, isStopped }: DecideClock): boolean {
  return !isStopped && runs.some(({ until }) => until === null);
}

export type Limit = 'promised' | 'legal';

/** The last day in time; null: the clock rests with days left, has not begun, or no limit is known. */
export function limitBy({ decide }: CaseClocks, limit: Limit, calendar: Calendar): LocalDate | null {
  if (!decide?.limits) return null;
  const { count, unit } = decide.limits[limit];
  return lastDayInTime(decide.runs, { count: count + decide.extendedBy, unit }, calendar);
}

/** As `limitBy`, of the present step. A step of 0 days has no limit of its own. */
export function stepBy({ decide }: CaseClocks, calendar: Calendar): LocalDate | null {
  const step = decide?.step;
  const days = step && decide.limits?.steps[step.index]?.days;
  if (!step || !decide.limits || !days) return null;
  const runs = decide.runs
    .filter(({ until }) => until === null || until > step.since)
    .map(({ from, until }) => ({ from: from > step.since ? from : step.since, until }));
  return lastDayInTime(runs, { count: days, unit: decide.limits.promised.unit }, calendar);
}

/** The last day on which the office tells in time. */
export function tellBy({ tellSince }: CaseClocks, calendar: Calendar): LocalDate | null {
  return tellSince && addWorkdays(tellSince, TELL_WITHIN_WORKDAYS, calendar);
}

/** The last day in time of a limit that runs from `day` without a rest. */
export function daysAfter(day: LocalDate, { count, unit }: CaseLimits[Limit], calendar: Calendar): LocalDate {
  return unit === 'day' ? addDays(day, count) : addWorkdays(day, count, calendar);
}

/** The day before the first one at whose beginning the clock runs with no day left. */
function lastDayInTime(
  runs: readonly Run[],
  { count, unit }: CaseLimits[Limit],
  calendar: Calendar,
): LocalDate | null {
  let left = count;
  for (const { from, until } of runs) {
    if (until === null) return daysAfter(from, { count: left, unit }, calendar);
    let day = from;
    for (let days = 0; day < until && days < LONGEST_DAYS; days += 1) {
      if (left === 0) return day;
      day = addDays(day, 1);
      if (unit === 'day' || isOpenDay(calendar, day)) left -= 1;
    }
  }
  return null;
}
