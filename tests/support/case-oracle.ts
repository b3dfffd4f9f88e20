import { readFileSync } from 'node:fs';

/**
 * What must hold of a case whatever is done to it, said in other words than the platform's own: the moves from the table in
 * docs/cases.md, the clocks day by day, from the states that a case was in. Days are counted from 1970.
 */

export interface Happened {
  readonly verb: string;
  /** On which day; never before the one before it. */
  readonly day: number;
  readonly to: string;
  readonly byOffice: boolean;
  /** With a correction asked for: the last day of it. */
  readonly dueOn?: number;
  /** With an acceptance: the day from which it counts. */
  readonly countsFrom?: number;
  /** With an extension. */
  readonly days?: number;
}

export interface OracleLimit {
  readonly count: number;
  readonly unit: 'workday' | 'day';
}

export interface OracleCase {
  readonly isMatter: boolean;
  readonly promised: OracleLimit;
  readonly legal: OracleLimit;
  readonly steps: readonly number[];
  /** From this day on no other of its chain holds it up; `waits`: nobody knows the day yet. */
  readonly freeSince: 'waits' | number | null;
  readonly isOpen: (day: number) => boolean;
}

/** The moves that docs/cases.md promises: `accept: 02 → 05`, and who may. */
export function movesOnCasePage(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(new URL('../../docs/cases.md', import.meta.url), 'utf8');
  const part = page.slice(page.indexOf('### Verbs of a case'), page.indexOf('### What the verbs mean'));
  return new Map(
    [...part.matchAll(/^\| `([a-z-]+)` \| (.*?) \| (.*?) \|/gm)].flatMap(([, verb, moves, who]) =>
      (moves ?? '')
        .split('; ')
        .map((move): [string, string[]] => [`${verb ?? ''}: ${move}`, (who ?? '').split(', ')]),
    ),
  );
}

/** Once it has begun, also in 02: the office looks at a correction while its days run. */
const RUNS = new Set(['02', '05', '12']);
const OVER = new Set(['07', '10', '13', '14', '15']);
/** No limit of the tests is further away, with all holidays. */
const HORIZON = 120;

interface Day {
  /** Whether the decision's clock runs at the beginning of the day. */
  readonly runs: boolean;
  readonly day: number;
}

/** The day on which the decision began to count: the last time that it began. */
function beganOn({ isMatter }: OracleCase, events: readonly Happened[]): number | null {
  let began: number | null = null;
  for (const { verb, day, countsFrom } of events) {
    if (verb === 'reopen') began = day;
    if (verb === 'receive' && isMatter) began = day;
    if ((verb === 'accept' || verb === 'deem-accepted') && began === null) began = countsFrom ?? day;
  }
  return began;
}

/** Each day behind the one on which it began. In 06 and 11, and when it is over, nothing is counted. */
function daysOf(events: readonly Happened[], began: number, until: number): Day[] {
  const days: Day[] = [];
  let happened = 0;
  for (let day = began + 1; day <= until; day += 1) {
    while ((events[happened]?.day ?? Infinity) < day) happened += 1;
    days.push({ day, runs: RUNS.has(events[happened - 1]?.to ?? '') });
  }
  return days;
}

/** The day before the first one at whose beginning the clock runs with nothing left. */
function lastInTime(
  days: readonly Day[],
  { count, unit }: OracleLimit,
  isOpen: OracleCase['isOpen'],
): number | null {
  let used = 0;
  for (const { day, runs } of days) {
    if (!runs) continue;
    if (used === count) return day - 1;
    if (unit === 'day' || isOpen(day)) used += 1;
  }
  return null;
}

function openAfter(day: number, count: number, isOpen: OracleCase['isOpen']): number {
  let reached = day;
  for (let left = count; left > 0;) {
    reached += 1;
    if (isOpen(reached)) left -= 1;
  }
  return reached;
}

export interface OracleDays {
  readonly tellBy: number | null;
  readonly correctBy: number | null;
  readonly promisedBy: number | null;
  readonly legalBy: number | null;
  readonly stepBy: number | null;
}

/** Since when the office has to tell; null: it has not. */
export function tellSince({ isMatter, freeSince }: OracleCase, events: readonly Happened[]): number | null {
  if (isMatter || freeSince === 'waits' || events.at(-1)?.to !== '02') return null;
  const came = events.findLast(({ verb }) =>
    ['receive', 'correct', 'confirm-correction', 'correct-in-time'].includes(verb),
  );
  return came ? Math.max(came.day, freeSince ?? came.day) : null;
}

export function oracleDays(of: OracleCase, events: readonly Happened[]): OracleDays {
  const status = events.at(-1)?.to ?? '';
  const since = tellSince(of, events);
  const asked = events.findLast(({ verb }) => verb === 'request-correction');
  const tellBy = since === null ? null : openAfter(since, 5, of.isOpen);
  const correctBy = status === '06' ? (asked?.dueOn ?? null) : null;
  const began = beganOn(of, events);
  if (began === null || OVER.has(status)) {
    return { tellBy, correctBy, promisedBy: null, legalBy: null, stepBy: null };
  }
  const days = daysOf(events, began, (events.at(-1)?.day ?? 0) + HORIZON);
  const more = extendedBy(events);
  const limit = ({ count, unit }: OracleLimit) => lastInTime(days, { count: count + more, unit }, of.isOpen);
  return {
    tellBy,
    correctBy,
    promisedBy: limit(of.promised),
    legalBy: limit(of.legal),
    stepBy: stepInTime(of, events, { began, days }),
  };
}

/** Since it began the last time. */
function extendedBy(events: readonly Happened[]): number {
  const anew = events.findLastIndex(({ verb }) => verb === 'reopen');
  return events
    .slice(Math.max(anew, 0))
    .reduce((sum, { verb, days }) => sum + (verb === 'extend' ? (days ?? 0) : 0), 0);
}

export function presentStep({ steps }: OracleCase, events: readonly Happened[]): number | null {
  if (events.some(({ verb }) => verb === 'reopen')) return null;
  const done = events.filter(({ verb }) => verb === 'complete-step').length;
  return done < steps.length ? done : null;
}

function stepInTime(
  of: OracleCase,
  events: readonly Happened[],
  { began, days }: { readonly began: number; readonly days: readonly Day[] },
): number | null {
  const step = presentStep(of, events);
  const count = step === null ? 0 : (of.steps[step] ?? 0);
  if (count === 0) return null;
  const since = events.findLast(({ verb }) => verb === 'complete-step')?.day ?? began;
  return lastInTime(
    days.filter(({ day }) => day > since),
    { count, unit: of.promised.unit },
    of.isOpen,
  );
}

/** The alerts that stand on a day, if nothing happens until then: `rule since`, or `rule since step`. */
export function oracleAlerts(of: OracleCase, events: readonly Happened[], today: number): string[] {
  const { promisedBy, legalBy, stepBy } = oracleDays(of, events);
  const alerts: string[] = [];
  const status = events.at(-1)?.to ?? '';
  if (promisedBy !== null) {
    if (today > promisedBy) alerts.push(`promise-over ${promisedBy + 1}`);
    const isHandled = events.some(({ day, byOffice }) => byOffice && day > promisedBy);
    const patience = openAfter(promisedBy, 1, of.isOpen);
    if (today > patience && !isHandled) alerts.push(`unhandled ${patience + 1}`);
    const near = nearSince(of, events, promisedBy);
    if (RUNS.has(status) && near !== null && today >= near && today <= promisedBy)
      alerts.push(`near ${near}`);
  }
  if (legalBy !== null && today > legalBy) alerts.push(`legal-over ${legalBy + 1}`);
  if (stepBy !== null && today > stepBy) {
    alerts.push(`step-over ${stepBy + 1} ${presentStep(of, events) ?? ''}`);
  }
  return alerts.sort();
}

/** The working day before the promised one, but not before the clock ran on last; null: it was over before, or is done at once. */
function nearSince(of: OracleCase, events: readonly Happened[], promisedBy: number): number | null {
  const began = beganOn(of, events) ?? 0;
  const wentOn =
    events.findLast(({ verb }) =>
      ['end-special', 'correct', 'confirm-correction', 'correct-in-time', 'reopen'].includes(verb),
    )?.day ?? began;
  const ranFrom = Math.max(began, wentOn);
  if (of.promised.count + extendedBy(events) === 0 || promisedBy < ranFrom) return null;
  let before = promisedBy - 1;
  while (!of.isOpen(before)) before -= 1;
  return Math.max(before, ranFrom);
}
