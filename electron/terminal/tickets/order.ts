import { ticketClasses } from '#contract/queue/choices.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import { compareStamps } from '#contract/queue/stamp.ts';
import type { WindowId } from '#contract/queue/ticket.ts';
import { NO_TALLY, type QueueDay, type QueueWindow, type Ticket } from './queue-day.ts';

export type OrderRules = Pick<QueueSettings, 'priorityInARow' | 'raiseEveryMinutes'>;

const EMERGENCY_RANK = 0;
/** Nobody waits himself up to an emergency. */
const BEST_RANK_BY_WAITING = 1;
const MINUTE_MS = 60_000;

/** 0 goes first. Each `raiseEveryMinutes` of waiting raise a ticket by one class. */
export function rankOf(
  ticket: Pick<Ticket, 'ticketClass' | 'arrived'>,
  nowMs: number,
  rules: OrderRules,
): number {
  const own = ticketClasses.indexOf(ticket.ticketClass);
  if (own === EMERGENCY_RANK) return own;
  const raised = Math.floor((nowMs - ticket.arrived.atMs) / (rules.raiseEveryMinutes * MINUTE_MS));
  return Math.max(BEST_RANK_BY_WAITING, own - Math.max(0, raised));
}

/** Below nought when `a` goes first: by class as it is raised by now, then by arrival, whatever the line. */
export function compareTickets(
  a: Pick<Ticket, 'ticketClass' | 'arrived'>,
  b: Pick<Ticket, 'ticketClass' | 'arrived'>,
  nowMs: number,
  rules: OrderRules,
): number {
  return rankOf(a, nowMs, rules) - rankOf(b, nowMs, rules) || compareStamps(a.arrived, b.arrived);
}

/**
 * Whether this window may call it. A ticket that was sent to a window that has closed, or to a person who has signed
 * out, is its line's again: nobody waits for somebody who has gone home.
 */
export function mayCall(day: QueueDay, window: QueueWindow, ticket: Ticket): boolean {
  const { target } = ticket;
  switch (target?.to) {
    case 'window':
      if (isStaffed(day.windows.get(target.window))) return target.window === window.id;
      break;
    case 'person':
      if (windowsOfPerson(day, target.person).length > 0) return window.person === target.person;
      break;
    case 'line':
    case undefined:
      break;
  }
  return window.lines.includes(ticket.line);
}

export function isStaffed(window: QueueWindow | undefined): window is QueueWindow {
  return window !== undefined && window.state !== 'closed';
}

export function windowsOfPerson(day: QueueDay, person: string): readonly QueueWindow[] {
  return [...day.windows.values()].filter((window) => isStaffed(window) && window.person === person);
}

/** Whether somebody who came back has to let others go first. */
export function letsOthersPass(day: QueueDay, ticket: Ticket): boolean {
  const { calls } = day.lines.get(ticket.line) ?? NO_TALLY;
  return ticket.behindCalls !== null && calls < ticket.behindCalls;
}

export function waiting(day: QueueDay): readonly Ticket[] {
  return [...day.tickets.values()].filter(({ state }) => state.name === 'waiting');
}

/**
 * Who is called at this window next; null when nobody waits whom it may call. An emergency goes first. After
 * `priorityInARow` priority calls at this window the ordinary ticket that came first has its turn.
 */
export function nextFor(day: QueueDay, windowId: WindowId, nowMs: number, rules: OrderRules): Ticket | null {
  const window = day.windows.get(windowId);
  if (!window) return null;
  const callable = waiting(day).filter((ticket) => mayCall(day, window, ticket));
  const ready = callable.filter((ticket) => !letsOthersPass(day, ticket));
  const first = firstOf(ready.length > 0 ? ready : callable, nowMs, rules);
  if (first === null || first.ticketClass === 'emergency') return first;
  if (window.priorityRun < rules.priorityInARow) return first;
  const ordinary = ready.filter(({ ticketClass }) => ticketClass === 'ordinary');
  return firstOf(ordinary, nowMs, rules) ?? first;
}

function firstOf(tickets: readonly Ticket[], nowMs: number, rules: OrderRules): Ticket | null {
  return tickets.reduce<Ticket | null>(
    (first, ticket) => (first === null || compareTickets(ticket, first, nowMs, rules) < 0 ? ticket : first),
    null,
  );
}

/** Tickets that no window that is open or pauses may call: staff must open one for them. */
export function unserved(day: QueueDay): readonly Ticket[] {
  const staffed = [...day.windows.values()].filter(isStaffed);
  return waiting(day).filter((ticket) => !staffed.some((window) => mayCall(day, window, ticket)));
}
