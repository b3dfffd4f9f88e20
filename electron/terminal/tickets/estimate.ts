import { ticketClasses } from '#contract/queue/choices.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import type { Stamp } from '#contract/queue/stamp.ts';
import type { TicketClass, WaitRange } from '#contract/queue/ticket.ts';
import { compareTickets, mayCall, waiting, type OrderRules } from './order.ts';
import { NO_TALLY, type QueueDay, type QueueWindow, type Ticket } from './queue-day.ts';

/**
 * How long somebody who takes a number now will wait: a range that holds in at least eight of ten cases, or null when
 * nobody can say. docs/queue.md tells the method; estimate.test.ts holds it against simulated days.
 */
export interface WaitEstimate {
  /** Tickets that go first, wherever else they may be called. */
  readonly ahead: number;
  /** Milliseconds; null: too little is known. */
  readonly expectedMs: number | null;
  readonly range: WaitRange | null;
}

const MINUTE_MS = 60_000;
/** Figures of the estimate, docs/queue.md "The wait". */
export const estimateFigures = {
  /** Fewer times at a window say nothing. */
  leastSamples: 3,
  /** Times over so many medians are somebody who forgot to press "finish". */
  longestInMedians: 4,
  /** Of a normal distribution, on each side: nine of ten before rounding, since windows pause and people come back. */
  deviations: 1.65,
  /** What the model does not know, as a part of the wait. */
  doubt: 0.25,
  /** People of a better class who come later: counted over this time. */
  overtakersMs: 60 * MINUTE_MS,
  /** How many they will be, nobody knows: a part of what they take. */
  overtakersDoubt: 0.8,
  /** At most two of three calls are of a priority class. */
  mostOvertaken: 0.6,
  stepMinutes: 5,
  /** A range wider than this says nothing that helps anybody. */
  widestMinutes: 120,
  /** Of the last waits that were told, at least so many must have held; with fewer than the count, none are asked. */
  heldOf: { count: 10, least: 0.5 },
} as const;

export function estimateWait(
  day: QueueDay,
  line: LineLetter,
  ticketClass: TicketClass,
  nowMs: number,
  rules: OrderRules,
): WaitEstimate {
  const arrived: Stamp = { atMs: nowMs, counter: Number.MAX_SAFE_INTEGER, terminal: '99' };
  const windows = openFor(day, line);
  const first = waiting(day).filter(
    (ticket) => compareTickets(ticket, { ticketClass, arrived }, nowMs, rules) < 0,
  );
  const competing = first.map((ticket) => ({ ticket, share: shareOf(day, windows, ticket) }));
  const ahead = competing.filter(({ share }) => share > 0).length;
  const pace = paceOf(day, windows);
  if (windows.length === 0 || pace === null || isUnsteady(day))
    return { ahead, expectedMs: null, range: null };

  const changeoverMs = meanOf(day.changeoversMs);
  const perTicketMs = pace.meanMs + changeoverMs;
  const idle = windows.filter(({ ticketId }) => ticketId === null).length;
  const turns = competing.reduce((sum, { share }) => sum + share, 0) + 1 - idle;
  if (turns <= 0) {
    return { ahead, expectedMs: 0, range: { fromMinutes: 0, toMinutes: estimateFigures.stepMinutes } };
  }
  const slower = 1 / (1 - overtakenPart(day, windows, ticketClass, nowMs, perTicketMs));
  const calls = Math.min(turns * slower, mostCallsBefore(competing, ticketClass, rules));
  const expectedMs = (calls * perTicketMs) / windows.length;
  // Each turn varies by itself; the mean is known as well as its samples allow; and the model is a model.
  const deviationMs = Math.hypot(
    (Math.sqrt(calls) * pace.deviationMs) / windows.length,
    (calls * pace.deviationMs) / windows.length / Math.sqrt(pace.samples),
    expectedMs * estimateFigures.doubt,
    expectedMs * (1 - 1 / slower) * estimateFigures.overtakersDoubt,
  );
  return { ahead, expectedMs, range: rangeOf(expectedMs, deviationMs) };
}

function openFor(day: QueueDay, line: LineLetter): readonly QueueWindow[] {
  return [...day.windows.values()].filter((window) => window.state === 'open' && window.lines.includes(line));
}

/** The part of a ticket that falls to these windows, when others may call it too. */
function shareOf(day: QueueDay, windows: readonly QueueWindow[], ticket: Ticket): number {
  const able = [...day.windows.values()].filter(
    (window) => window.state === 'open' && mayCall(day, window, ticket),
  );
  return able.length === 0 ? 0 : windows.filter((window) => able.includes(window)).length / able.length;
}

interface Pace {
  readonly meanMs: number;
  readonly deviationMs: number;
  readonly samples: number;
}

/**
 * Of the last times that tickets took, line by line, the unlikely long ones cut. A line counts by as much of these
 * windows as is for it.
 */
function paceOf(day: QueueDay, windows: readonly QueueWindow[]): Pace | null {
  const lines = new Set(windows.flatMap((window) => window.lines));
  const times = [...lines].flatMap((letter) => {
    const ofLine = (day.lines.get(letter) ?? NO_TALLY).occupanciesMs;
    const able = windows.filter((window) => window.lines.includes(letter));
    const part = able.reduce((sum, window) => sum + 1 / window.lines.length, 0);
    return ofLine.map((ms) => ({ ms, weight: part / ofLine.length }));
  });
  if (times.length < estimateFigures.leastSamples) return null;
  const mostMs = medianOf(times.map(({ ms }) => ms)) * estimateFigures.longestInMedians;
  const total = times.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (ms: number) => number): number =>
    times.reduce((sum, { ms, weight }) => sum + of(Math.min(ms, mostMs)) * weight, 0) / total;
  const meanMs = mean((ms) => ms);
  const variance = mean((ms) => (ms - meanMs) ** 2) * (times.length / (times.length - 1));
  return { meanMs, deviationMs: Math.sqrt(variance), samples: times.length };
}

/** The part of the windows' time that goes to people of a better class who come later. */
function overtakenPart(
  day: QueueDay,
  windows: readonly QueueWindow[],
  ticketClass: TicketClass,
  nowMs: number,
  perTicketMs: number,
): number {
  const rank = ticketClasses.indexOf(ticketClass);
  const came = [...day.tickets.values()]
    .filter(
      (ticket) =>
        ticketClasses.indexOf(ticket.ticketClass) < rank &&
        nowMs - ticket.arrived.atMs <= estimateFigures.overtakersMs,
    )
    .reduce((sum, ticket) => sum + shareOf(day, windows, ticket), 0);
  const part = (came * perTicketMs) / (windows.length * estimateFigures.overtakersMs);
  return Math.min(part, estimateFigures.mostOvertaken);
}

/** However many of a better class there are and will be, an ordinary ticket has its turn behind so many of them. */
function mostCallsBefore(
  competing: readonly { readonly ticket: Ticket; readonly share: number }[],
  ticketClass: TicketClass,
  rules: OrderRules,
): number {
  if (ticketClass !== 'ordinary') return Infinity;
  const ordinary = competing.filter(({ ticket }) => ticket.ticketClass === 'ordinary');
  const before = ordinary.reduce((sum, { share }) => sum + share, 0);
  return (before + 1) * (1 + rules.priorityInARow);
}

function isUnsteady({ toldTruly }: QueueDay): boolean {
  const { count, least } = estimateFigures.heldOf;
  return toldTruly.length >= count && toldTruly.filter(Boolean).length < toldTruly.length * least;
}

/** The quantiles of a lognormal distribution: a wait is never below nought, and is rather longer than shorter. */
function rangeOf(expectedMs: number, deviationMs: number): WaitRange | null {
  const { stepMinutes, deviations, widestMinutes } = estimateFigures;
  const spread = Math.sqrt(Math.log(1 + (deviationMs / expectedMs) ** 2));
  const middle = Math.log(expectedMs / MINUTE_MS) - spread ** 2 / 2;
  const fromMinutes = Math.floor(Math.exp(middle - deviations * spread) / stepMinutes) * stepMinutes;
  const toMinutes = Math.ceil(Math.exp(middle + deviations * spread) / stepMinutes) * stepMinutes;
  return toMinutes - fromMinutes > widestMinutes
    ? null
    : { fromMinutes, toMinutes: Math.max(toMinutes, stepMinutes) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
