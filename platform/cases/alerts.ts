import type { Calendar } from '#contract/calendar.ts';
import type { AlertLevel, AlertRule } from '#contract/case-choices.ts';
import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import { limitBy, stepBy, type CaseClocks } from './case-clocks.ts';
import type { CaseEvent } from './case-life.ts';
import { addWorkdays, chinaDate, workdayBefore } from './working-days.ts';

/** What electronic supervision (电子监察) signals of a case: out of its clocks and events, for one day. */

export const levelOf: Readonly<Record<AlertRule, AlertLevel>> = {
  near: 'hint',
  'promise-over': 'yellow',
  'step-over': 'yellow',
  'legal-over': 'red',
  unhandled: 'red',
};

export interface StandingAlert {
  readonly rule: AlertRule;
  readonly step: number | null;
  readonly since: LocalDate;
}

/** It has ended by time alone; on `until` it stood no more. */
export interface PassedAlert extends StandingAlert {
  readonly until: LocalDate;
}

/**
 * The alerts that stand on `today`. A clock that rests brings no new one; what was over before it came to rest stays over, since
 * resting makes nobody punctual.
 */
export function alertsOn(
  today: LocalDate,
  clocks: CaseClocks,
  events: readonly CaseEvent[],
  calendar: Calendar,
): readonly StandingAlert[] {
  return changesOf(clocks, events, calendar).filter(
    ({ since, until }) => since <= today && (until === null || today < until),
  );
}

/** What has stood since the last event and ended before `today` or on it, with nobody looking meanwhile perhaps. */
export function alertsPassed(
  today: LocalDate,
  clocks: CaseClocks,
  events: readonly CaseEvent[],
  calendar: Calendar,
): readonly PassedAlert[] {
  const lastAtMs = events.at(-1)?.atMs;
  if (lastAtMs === undefined) return [];
  return changesOf(clocks, events, calendar).flatMap(({ until, ...alert }) =>
    until !== null && until > chinaDate(lastAtMs) && until <= today ? [{ ...alert, until }] : [],
  );
}

/** The days after `today` on which an alert begins or ends by time alone. */
export function alertDays(
  today: LocalDate,
  clocks: CaseClocks,
  events: readonly CaseEvent[],
  calendar: Calendar,
): readonly LocalDate[] {
  return changesOf(clocks, events, calendar)
    .flatMap(({ since, until }) => (until === null ? [since] : [since, until]))
    .filter((day) => day > today);
}

function changesOf(
  clocks: CaseClocks,
  events: readonly CaseEvent[],
  calendar: Calendar,
): readonly (StandingAlert & { readonly until: LocalDate | null })[] {
  const { decide } = clocks;
  if (!decide || decide.isStopped) return [];
  const promisedBy = limitBy(clocks, 'promised', calendar);
  const legalBy = limitBy(clocks, 'legal', calendar);
  const ofStep = stepBy(clocks, calendar);
  const over = (rule: AlertRule, by: LocalDate | null, step: number | null = null) =>
    by === null ? [] : [{ rule, step, since: addDays(by, 1), until: null }];
  return [
    ...near(clocks, promisedBy, calendar),
    ...over('promise-over', promisedBy),
    ...over('step-over', ofStep, decide.step?.index ?? null),
    ...over('legal-over', legalBy),
    ...unhandled(promisedBy, events, calendar),
  ];
}

/** From one working day before the last day until it is over; of what is done at once there is nothing to hint at. */
function near({ decide }: CaseClocks, by: LocalDate | null, calendar: Calendar) {
  const run = decide?.runs.at(-1);
  if (!decide || !run || by === null || by < run.from) return [];
  if (decide.limits && decide.limits.promised.count + decide.extendedBy === 0) return [];
  const before = workdayBefore(by, calendar);
  const since = before > run.from ? before : run.from;
  return [{ rule: 'near' as const, step: null, since, until: addDays(by, 1) }];
}

/** A yellow one that the office has let lie for a working day: until it does something. */
function unhandled(by: LocalDate | null, events: readonly CaseEvent[], calendar: Calendar) {
  if (by === null) return [];
  const isHandled = events.some(({ actor, atMs }) => actor === 'desk' && chinaDate(atMs) > by);
  if (isHandled) return [];
  return [
    { rule: 'unhandled' as const, step: null, since: addDays(addWorkdays(by, 1, calendar), 1), until: null },
  ];
}
