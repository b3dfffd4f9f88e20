import type { CaseStatus } from '#contract/application.ts';
import type { CaseVerb } from '#contract/case-choices.ts';
import type { Notice } from '#contract/case-history.ts';
import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import { alertDays, alertsOn, alertsPassed, type PassedAlert, type StandingAlert } from './alerts.ts';
import { limitBy, stepBy, tellBy, type CaseClocks } from './case-clocks.ts';
import { clocksOf, isHeld, lastOf, type CaseEvent, type CaseTerms } from './case-life.ts';
import { documentKind, returnedAsOverdue } from './notice.ts';
import { isOver, reached, table } from './table.ts';
import { calendarGap, chinaDate, dayBegins, type OfficeCalendar } from './working-days.ts';

/**
 * What can happen to a case, and what time does to it. Pure: the case, the terms and the calendar go in, an event or the reason
 * against it comes out. Whatever was due by time happens before any act does, so that nothing depends on when somebody looked.
 */

export interface Case {
  readonly events: readonly CaseEvent[];
  readonly terms: CaseTerms;
}

/** What somebody wants to do. */
export type Act = Omit<CaseEvent, 'ordinal' | 'from' | 'to'> & {
  /** With `correct` and `correct-in-time`: the day on which the station received it. */
  readonly receivedOn?: LocalDate;
};

export type RefusedAct =
  /** The table has no such move from there, or not for who wants it. */
  'no-move' | 'extended-already' | 'limit-over' | 'other-step' | 'waits';

export type Attempt =
  | { readonly kind: 'done'; readonly event: CaseEvent }
  | { readonly kind: 'refused'; readonly why: RefusedAct };

export function statusOf({ events }: Pick<Case, 'events'>): CaseStatus | null {
  return events.at(-1)?.to ?? null;
}

/** The event that an act becomes, or why it does not. */
export function attempt(found: Case, act: Act, calendar: OfficeCalendar): Attempt {
  const from = statusOf(found);
  const to = reached(act.verb, from ?? 'nowhere');
  if (to === null || !table[act.verb].who.includes(act.actor)) return { kind: 'refused', why: 'no-move' };
  const why = refusal(found, act, calendar);
  if (why !== null) return { kind: 'refused', why };
  mustFit(found, act);
  const last = found.events.at(-1);
  const { verb, actor, unit, revision, facts, notice, heading } = act;
  // Two nodes' clocks differ by a little: what comes after did not happen before.
  const atMs = Math.max(act.atMs, last?.atMs ?? 0);
  const ordinal = (last?.ordinal ?? 0) + 1;
  return {
    kind: 'done',
    event: { ordinal, atMs, verb, from, to, actor, unit, revision, facts, notice, heading },
  };
}

/** A programmer's error: a step without its notice, or with another's. */
function mustFit({ terms }: Case, { verb, notice }: Act): void {
  const { notices } = table[verb];
  const given = notice && documentKind(notice);
  const fits = given === null ? notices.length === 0 || terms.kind === 'matter' : notices.includes(given);
  if (!fits)
    throw new Error(`${verb} goes with ${notices.join(' or ') || 'no notice'}, not with ${String(given)}`);
}

function refusal({ events, terms }: Case, act: Act, calendar: OfficeCalendar): RefusedAct | null {
  const clocks = clocksOf(events, terms);
  const today = chinaDate(act.atMs);
  switch (act.verb) {
    case 'accept':
      return terms.kind === 'application' && isHeld(terms, today) ? 'waits' : null;
    case 'extend': {
      if (lastOf(events, 'extend')) return 'extended-already';
      const legalBy = limitBy(clocks, 'legal', calendar);
      return legalBy !== null && today > legalBy ? 'limit-over' : null;
    }
    case 'complete-step':
      return clocks.decide?.step && clocks.decide.step.index === act.facts?.step ? null : 'other-step';
    case 'reopen':
      return terms.kind === 'matter' ? null : 'no-move';
    case 'correct-in-time': {
      const wasByClock = events.at(-1)?.verb === 'return-overdue' || isKeptAfterReturn(events);
      return wasByClock && isInTime(events, act.receivedOn) ? null : 'no-move';
    }
    default:
      return null;
  }
}

/** Between the day on which it was asked for and its due day: what a station says it had before anybody asked is a wrong clock. */
export function isInTime(events: readonly CaseEvent[], receivedOn: LocalDate | undefined): boolean {
  const asked = lastOf(events, 'request-correction');
  return (
    asked?.notice?.kind === 'correction' &&
    receivedOn !== undefined &&
    receivedOn >= chinaDate(asked.atMs) &&
    receivedOn <= asked.notice.dueOn
  );
}

/** Nothing but revisions that changed nothing since the clock returned it. */
function isKeptAfterReturn(events: readonly CaseEvent[]): boolean {
  return events.findLast(({ verb }) => verb !== 'keep-revision')?.verb === 'return-overdue';
}

/** What the clock itself has to do by now; null: nothing. */
export function dueAct({ events, terms }: Case, atMs: number, calendar: OfficeCalendar): Act | null {
  const status = statusOf({ events });
  const clocks = clocksOf(events, terms);
  const today = chinaDate(atMs);
  const byClock = (verb: CaseVerb, notice: Notice, facts: CaseEvent['facts']): Act => ({
    verb,
    atMs,
    actor: 'clock',
    unit: null,
    revision: null,
    facts,
    notice,
    heading: null,
  });
  const by = tellBy(clocks, calendar);
  if (status === '02' && clocks.tellSince !== null && by !== null && today > by) {
    const facts = { countsFrom: clocks.tellSince, ...(terms.limits ? { limits: terms.limits } : {}) };
    const draft = byClock('deem-accepted', { kind: 'acceptance', decideBy: null }, facts);
    const decideBy = promisedAfter({ events, terms }, draft, calendar);
    return { ...draft, notice: { kind: 'acceptance', decideBy, deemedFrom: clocks.tellSince } };
  }
  if (status === '06' && clocks.correctBy !== null && today > clocks.correctBy) {
    return byClock('return-overdue', { kind: 'return', reason: returnedAsOverdue, isOverdue: true }, null);
  }
  return null;
}

/** The promised day if this act were done; null: it is not, or no day is known. */
export function promisedAfter(found: Case, act: Act, calendar: OfficeCalendar): LocalDate | null {
  const tried = attempt(found, act, calendar);
  if (tried.kind === 'refused') return null;
  return limitBy(clocksOf([...found.events, tried.event], found.terms), 'promised', calendar);
}

/** The days that matter of a case now. Null: the clock rests, has not begun, or is over. */
export interface CaseDays {
  readonly tellBy: LocalDate | null;
  readonly correctBy: LocalDate | null;
  readonly promisedBy: LocalDate | null;
  readonly legalBy: LocalDate | null;
  readonly stepBy: LocalDate | null;
}

export function daysOf(clocks: CaseClocks, status: CaseStatus | null, calendar: OfficeCalendar): CaseDays {
  const isOn = clocks.decide !== null && !clocks.decide.isStopped && status !== null && !isOver(status);
  return {
    tellBy: status === '02' ? tellBy(clocks, calendar) : null,
    correctBy: clocks.correctBy,
    promisedBy: isOn ? limitBy(clocks, 'promised', calendar) : null,
    legalBy: isOn ? limitBy(clocks, 'legal', calendar) : null,
    stepBy: isOn ? stepBy(clocks, calendar) : null,
  };
}

/** The first year until the last of these days whose holidays the calendar does not have; null: it has them, or there is no day. */
export function gapOf(days: CaseDays, today: LocalDate, calendar: OfficeCalendar): number | null {
  const last = Object.values(days)
    .filter((day: LocalDate | null) => day !== null)
    .sort()
    .at(-1);
  return last === undefined ? null : calendarGap(calendar, today < last ? today : last, last);
}

/** What a case's row holds so that nobody has to add up its events to find it. */
export interface Reckoning {
  readonly status: CaseStatus;
  /** The promised last day; null while the clock rests or has not begun. */
  readonly decideBy: LocalDate | null;
  /** The next instant at which time alone changes something; null: none. */
  readonly dueAtMs: number | null;
  /** A year of its days that the calendar does not have; null: it has them. */
  readonly gap: number | null;
  readonly alerts: readonly StandingAlert[];
  /** Those that began and ended since the last event. */
  readonly passed: readonly PassedAlert[];
}

export function reckon({ events, terms }: Case, atMs: number, calendar: OfficeCalendar): Reckoning {
  const status = statusOf({ events });
  if (status === null) throw new Error('a case without an event');
  if (isOver(status)) return { status, decideBy: null, dueAtMs: null, gap: null, alerts: [], passed: [] };
  const today = chinaDate(atMs);
  const clocks = clocksOf(events, terms);
  const days = daysOf(clocks, status, calendar);
  const ends = [days.tellBy, days.correctBy].flatMap((by) => (by === null ? [] : [addDays(by, 1)]));
  const changes = [
    ...ends.filter((day) => day > today),
    ...alertDays(today, clocks, events, calendar),
  ].sort();
  // Who closes what it waits for wakes it, but a node of the release before does not: it is looked at each day.
  const [next] = terms.held === 'waits' && status === '02' ? [addDays(today, 1)] : changes;
  return {
    status,
    decideBy: days.promisedBy,
    dueAtMs: next === undefined ? null : dayBegins(next),
    gap: gapOf(days, today, calendar),
    alerts: alertsOn(today, clocks, events, calendar),
    passed: alertsPassed(today, clocks, events, calendar),
  };
}
