import { deepEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { caseVerbs, type CaseVerb } from '#contract/case-choices.ts';
import type { CaseLimits, Notice } from '#contract/case-history.ts';
import { addDays } from '#contract/form/local-date.ts';
import { clocksOf, type CaseEvent, type CaseTerms } from '#platform/cases/case-life.ts';
import { attempt, daysOf, dueAct, reckon, statusOf, type Act } from '#platform/cases/engine.ts';
import { chinaDate, dayBegins, officeCalendar, type OfficeCalendar } from '#platform/cases/working-days.ts';
import {
  movesOnCasePage,
  oracleAlerts,
  oracleDays,
  presentStep,
  tellSince,
  type Happened,
  type OracleCase,
} from './case-oracle.ts';

const DAY_MS = 86_400_000;

interface Step {
  readonly passMs: number;
  readonly verb: CaseVerb;
  readonly isAimed: boolean;
  readonly actor: 'station' | 'desk' | 'clock';
  /** Who wants it is mostly who may. */
  readonly isByRight: boolean;
  /** Chooses days, steps and reasons. */
  readonly pick: number;
}

/** What ends a case for good comes seldom, so that histories grow long. */
const endings: readonly string[] = ['refuse', 'return', 'withdraw', 'return-overdue', 'close', 'deliver'];

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  // To and over China's midnight; over a weekend; over a holiday; over every limit.
  passMs: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 1, 3_600_000, DAY_MS / 2) },
    { weight: 5, arbitrary: fc.constantFrom(DAY_MS, 2 * DAY_MS, 3 * DAY_MS) },
    { weight: 1, arbitrary: fc.constantFrom(9 * DAY_MS, 40 * DAY_MS) },
  ),
  verb: fc.constantFrom(...caseVerbs),
  /** Mostly something is tried that can be done there. */
  isAimed: fc.integer({ min: 0, max: 9 }).map((n) => n > 1),
  actor: fc.constantFrom('station', 'desk', 'clock'),
  isByRight: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  pick: fc.nat(1000),
});

/** Before leap days, year ends, and the nights on which other zones change their clocks. */
const starts = [
  '2027-12-20',
  '2028-02-22',
  '2028-02-29',
  '2026-12-24',
  '2026-03-05',
  '2026-10-29',
  '2027-09-28',
  '2026-02-10',
];

const limitArbitrary = fc.record({
  count: fc.constantFrom(0, 1, 2, 3, 5, 8, 15),
  unit: fc.constantFrom('workday' as const, 'day' as const),
});

const historyArbitrary = fc.record({
  start: fc.constantFrom(...starts),
  timeOfDayMs: fc.constantFrom(0, 1, DAY_MS / 3, DAY_MS - 1),
  kind: fc.constantFrom('application' as const, 'application' as const, 'matter' as const),
  promised: limitArbitrary,
  legal: limitArbitrary,
  steps: fc.array(fc.constantFrom(0, 1, 2, 4), { maxLength: 4 }),
  /**
   * Days behind the start until which another of its chain holds it up, which nobody knows before it is over, or everybody does, since
   * that one has not come; null: none does.
   */
  held: fc.constantFrom(
    null,
    null,
    null,
    { days: 0, isKnown: false },
    { days: 4, isKnown: false },
    { days: 4, isKnown: true },
    { days: 4000, isKnown: false },
  ),
  /** Weekdays that are off, and weekend days that are worked: by their place behind the start. */
  off: fc.uniqueArray(fc.nat(60), { maxLength: 9 }),
  worked: fc.uniqueArray(fc.nat(60), { maxLength: 9 }),
  wishes: fc.array(stepArbitrary, { minLength: 8, maxLength: 40, size: 'max' }),
});
type History = typeof historyArbitrary extends fc.Arbitrary<infer T> ? T : never;

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

function numbered(day: string | null): number | null {
  return day === null ? null : dayNumber(day);
}

/** A day of China by arithmetic alone: eight hours ahead, all year. */
function chinaDay(atMs: number): number {
  return Math.floor((atMs + 8 * 3_600_000) / DAY_MS);
}

const text = { zh: '好', en: 'Good' };
const name = { zh: '一步', en: 'A step' };

class Played {
  readonly calendar: OfficeCalendar;
  readonly limits: CaseLimits;
  readonly happened: Happened[] = [];
  events: readonly CaseEvent[] = [];
  nowMs: number;
  readonly #history: History;
  readonly #isOpen: OracleCase['isOpen'];
  readonly #seen: Set<string>;
  readonly #moves: ReadonlyMap<string, readonly string[]>;

  constructor(history: History, moves: ReadonlyMap<string, readonly string[]>, seen: Set<string>) {
    const { start, off, worked, promised, legal, steps } = history;
    this.#history = history;
    const closedOn = off.map((days) => addDays(start, days));
    const openOn = worked.map((days) => addDays(start, days)).filter((day) => !closedOn.includes(day));
    const weekdays = [1, 2, 3, 4, 5];
    const years = [2026, 2027, 2028];
    this.calendar = officeCalendar(
      JSON.stringify({ source: 'made up', issued: start, years, weekdays, closedOn, openOn }),
    );
    this.limits = { promised, legal, steps: steps.map((days) => ({ name, days })) };
    const [closed, open] = [new Set(closedOn.map(dayNumber)), new Set(openOn.map(dayNumber))];
    // The first of January 1970 was a Thursday.
    this.#isOpen = (day) => open.has(day) || ((day + 3) % 7 < 5 && !closed.has(day));
    this.nowMs = dayBegins(start) + history.timeOfDayMs;
    this.#moves = moves;
    this.#seen = seen;
  }

  get #held(): CaseTerms['held'] {
    const { held, start } = this.#history;
    if (held === null) return null;
    const day = addDays(start, held.days);
    return held.isKnown || chinaDate(this.nowMs) >= day ? day : 'waits';
  }

  /** Since its clock has begun the item promises something else: what was pinned stands. */
  get terms(): CaseTerms {
    const { kind } = this.#history;
    const hasBegun = this.happened.some(
      ({ verb }) =>
        verb === 'accept' || verb === 'deem-accepted' || (verb === 'receive' && kind === 'matter'),
    );
    const later = { count: this.limits.promised.count + 7, unit: 'day' } as const;
    const limits = hasBegun ? { promised: later, legal: later, steps: [] } : this.limits;
    return { kind, limits, held: this.#held };
  }

  get oracle(): OracleCase {
    const { kind, promised, legal, steps } = this.#history;
    const held = this.#held;
    const freeSince = held === 'waits' ? held : numbered(held);
    return { isMatter: kind === 'matter', promised, legal, steps, freeSince, isOpen: this.#isOpen };
  }

  do(step: Step): void {
    this.nowMs += step.passMs;
    this.#settle();
    const act = this.#actOf(step);
    const expected = this.#isPromised(act);
    const tried = attempt(this, act, this.calendar);
    if ((tried.kind === 'done') !== expected) {
      throw new Error(
        `${act.verb} by ${act.actor} in ${this.#place()} was ${tried.kind}, and should ${expected ? '' : 'not '}have been done`,
      );
    }
    if (tried.kind === 'done') this.#add(tried.event, act);
    this.#check();
  }

  #settle(): void {
    for (
      let due = dueAct(this, this.nowMs, this.calendar);
      due;
      due = dueAct(this, this.nowMs, this.calendar)
    ) {
      const today = chinaDay(this.nowMs);
      const { tellBy, correctBy } = oracleDays(this.oracle, this.happened);
      const by = due.verb === 'deem-accepted' ? tellBy : correctBy;
      if (by === null || today <= by) throw new Error(`the clock did ${due.verb} before its day`);
      if (due.verb === 'deem-accepted') {
        const since = tellSince(this.oracle, this.happened);
        if (numbered(due.facts?.countsFrom ?? null) !== since)
          throw new Error('deemed accepted from another day');
      }
      // As the item promises them before the clock has begun.
      const { limits } = this.terms;
      const tried = attempt(this, due, this.calendar);
      if (tried.kind === 'refused') throw new Error(`the clock may not ${due.verb}`);
      this.#add(tried.event, due);
      if (due.notice?.kind === 'acceptance') {
        const { promisedBy } = oracleDays(this.oracle, this.happened);
        deepEqual(numbered(due.notice.decideBy), promisedBy, 'another day on the notice');
        deepEqual(due.facts?.limits, limits, 'limits that are not pinned');
      }
    }
  }

  #place(): string {
    return statusOf(this) ?? 'nowhere';
  }

  /** By the page, and by what it says in words. */
  #isPromised({ verb, actor, facts, receivedOn }: Act): boolean {
    const place = this.#place();
    const move = [...this.#moves].find(([key]) => key.startsWith(`${verb}: ${place} → `));
    if (!move?.[1].includes(actor)) return false;
    const today = chinaDay(this.nowMs);
    switch (verb) {
      case 'accept': {
        const { isMatter, freeSince } = this.oracle;
        return isMatter || freeSince === null || (freeSince !== 'waits' && today >= freeSince);
      }
      case 'extend': {
        const { legalBy } = oracleDays(this.oracle, this.happened);
        const isFirst = this.happened.every((one) => one.verb !== 'extend');
        return isFirst && (legalBy === null || today <= legalBy);
      }
      case 'complete-step':
        return presentStep(this.oracle, this.happened) === (facts?.step ?? -1);
      case 'reopen':
        return this.oracle.isMatter;
      case 'correct-in-time': {
        const asked = this.happened.findLast((one) => one.verb === 'request-correction');
        const last = this.happened.findLast((one) => one.verb !== 'keep-revision');
        const received = numbered(receivedOn ?? null);
        return (
          last?.verb === 'return-overdue' &&
          received !== null &&
          received >= (asked?.day ?? Infinity) &&
          received <= (asked?.dueOn ?? 0)
        );
      }
      default:
        return true;
    }
  }

  #actOf({ verb: wish, isAimed, actor, isByRight, pick }: Step): Act {
    const verb = isAimed ? this.#possible(pick) : wish;
    const rights = [...this.#moves].find(([move]) => move.startsWith(`${verb}: `))?.[1] ?? [];
    const byRight = rights.find((right) => right === 'station' || right === 'desk' || right === 'clock');
    const today = chinaDate(this.nowMs);
    return {
      verb,
      actor: isByRight && byRight ? byRight : actor,
      atMs: this.nowMs,
      unit: null,
      revision: null,
      heading: null,
      facts: this.#factsOf(verb, pick),
      notice: noticeOf(verb, pick, today),
      // A station's clock may have fallen back to its beginning.
      receivedOn: pick % 50 === 0 ? '1970-01-01' : addDays(today, -(pick % 12)),
    };
  }

  #possible(pick: number): CaseVerb {
    const place = this.#place();
    const all = caseVerbs.filter((verb) =>
      [...this.#moves.keys()].some((move) => move.startsWith(`${verb}: ${place} → `)),
    );
    const some = pick % 8 === 0 ? all : all.filter((verb) => !endings.includes(verb));
    return some[pick % Math.max(some.length, 1)] ?? 'receive';
  }

  #factsOf(verb: CaseVerb, pick: number): CaseEvent['facts'] {
    const { limits } = this;
    if (verb === 'receive') return this.oracle.isMatter ? { limits } : null;
    if (verb === 'accept' || verb === 'reopen') return { limits };
    if (verb === 'deem-accepted') return { limits };
    if (verb !== 'complete-step') return null;
    const present = presentStep(this.oracle, this.happened) ?? 0;
    return { step: pick % 4 === 0 ? pick % 3 : present };
  }

  #add(event: CaseEvent, { notice }: Act): void {
    const move = `${event.verb}: ${event.from ?? 'nowhere'} → ${event.to}`;
    if (!this.#moves.has(move)) throw new Error(`${move} is on no page`);
    this.#seen.add(move);
    this.events = [...this.events, event];
    const countsFrom = event.facts?.countsFrom;
    this.happened.push({
      verb: event.verb,
      day: chinaDay(event.atMs),
      to: event.to,
      byOffice: event.actor === 'desk',
      ...(notice?.kind === 'correction' ? { dueOn: dayNumber(notice.dueOn) } : {}),
      ...(notice?.kind === 'extension' ? { days: notice.days } : {}),
      ...(countsFrom === undefined ? {} : { countsFrom: dayNumber(countsFrom) }),
    });
  }

  #check(): void {
    const status = statusOf(this);
    if (status === null) return;
    const { tellBy, correctBy, promisedBy, legalBy, stepBy } = daysOf(
      clocksOf(this.events, this.terms),
      status,
      this.calendar,
    );
    deepEqual(
      {
        tellBy: numbered(tellBy),
        correctBy: numbered(correctBy),
        promisedBy: numbered(promisedBy),
        legalBy: numbered(legalBy),
        stepBy: numbered(stepBy),
      },
      oracleDays(this.oracle, this.happened),
    );
    const today = chinaDay(this.nowMs);
    const { alerts, dueAtMs } = reckon(this, this.nowMs, this.calendar);
    const said = alerts
      .map(({ rule, since, step }) => `${rule} ${dayNumber(since)}${step === null ? '' : ` ${step}`}`)
      .sort();
    deepEqual(said, oracleAlerts(this.oracle, this.happened, today), 'alerts');
    this.#checkQuiet(said, today, dueAtMs);
  }

  /** Who looks again only after some weeks finds each hint that came and went meanwhile. */
  checkHints(): void {
    const [first, last] = [this.happened.at(-1)?.day ?? 0, chinaDay(this.nowMs) + 40];
    const days = Array.from({ length: last - first + 1 }, (_none, at) => first + at);
    const seen = new Set(days.flatMap((day) => oracleAlerts(this.oracle, this.happened, day).filter(isHint)));
    const { alerts, passed } = reckon(this, dayBegins(chinaDate(this.nowMs)) + 40 * DAY_MS, this.calendar);
    const said = [...alerts, ...passed].map(({ rule, since }) => `${rule} ${dayNumber(since)}`);
    deepEqual(said.filter(isHint).sort(), [...seen].sort(), 'hints that nobody saw');
  }

  /** Until the instant that the row names, time alone changes nothing; on it, it does. */
  #checkQuiet(said: readonly string[], today: number, dueAtMs: number | null): void {
    const last = dueAtMs === null ? today + 60 : chinaDay(dueAtMs) - 1;
    const { tellBy, correctBy } = oracleDays(this.oracle, this.happened);
    for (const day of [today + 1, last]) {
      if (day > last) continue;
      deepEqual(oracleAlerts(this.oracle, this.happened, day), said, 'an alert that nobody looks for');
      const acts = [tellBy, correctBy].filter((by) => by !== null && by < day && by >= today);
      if (acts.length > 0) throw new Error('an act of the clock that nobody looks for');
    }
    if (dueAtMs === null) return;
    // Whether what it waits for is over, only a look tells.
    if (this.#held === 'waits' && this.#place() === '02') {
      deepEqual(chinaDay(dueAtMs), today + 1, 'what waits is looked at each day');
      return;
    }
    const isChanged =
      oracleAlerts(this.oracle, this.happened, last + 1).join() !== said.join() ||
      [tellBy, correctBy].includes(last);
    if (!isChanged) throw new Error('the row is due for nothing');
  }
}

function isHint(alert: string): boolean {
  return alert.startsWith('near');
}

function noticeOf(verb: CaseVerb, pick: number, today: string): Notice | null {
  switch (verb) {
    case 'accept':
    case 'deem-accepted':
      return { kind: 'acceptance', decideBy: null };
    case 'refuse':
      return { kind: 'refusal', reason: text };
    case 'request-correction': {
      const target = { of: 'paper', materialId: 'm' } as const;
      return {
        kind: 'correction',
        dueOn: addDays(today, pick % 9),
        entries: [{ target, name, reason: text }],
      };
    }
    case 'confirm-correction':
      return { kind: 'corrected' };
    case 'begin-special':
      return { kind: 'special', reason: 'hearing', text, expectedBy: null };
    case 'extend':
      return { kind: 'extension', text, days: (pick % 15) + 1, decideBy: null };
    case 'return':
    case 'return-overdue':
      return { kind: 'return', reason: text, isOverdue: verb === 'return-overdue' };
    case 'close':
      return { kind: 'result', outcome: pick % 2 ? '1' : '2', text, documentNo: null };
    case 'deliver':
      return { kind: 'delivery', how: 'post' };
    default:
      return null;
  }
}

export interface CaseHistories {
  readonly count: number;
  readonly events: number;
  /** Moves that were seen, as docs/cases.md writes them. */
  readonly seen: ReadonlySet<string>;
  /** Over every event and day of all histories. */
  readonly digest: string;
}

/** Plays so many histories of a case; throws, with the history, when something does not hold. */
export function playCaseHistories(count: number, seed: number): CaseHistories {
  const moves = movesOnCasePage();
  const seen = new Set<string>();
  const digest = createHash('sha256');
  let events = 0;
  fc.assert(
    fc.property(historyArbitrary, (history) => {
      const played = new Played(history, moves, seen);
      const receive = {
        passMs: 0,
        verb: 'receive',
        actor: 'station',
        isAimed: false,
        isByRight: true,
        pick: 0,
      } as const;
      for (const step of [receive, ...history.wishes]) played.do(step);
      played.checkHints();
      events += played.events.length;
      digest.update(JSON.stringify([played.events, reckon(played, played.nowMs, played.calendar)]));
    }),
    { numRuns: count, endOnFailure: true, seed },
  );
  return { count, events, seen, digest: digest.digest('hex') };
}
