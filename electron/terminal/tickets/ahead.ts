import type { QueueSettings } from '#contract/queue/settings.ts';
import { compareTickets, isStaffed, mayCall, waiting } from './order.ts';
import type { QueueDay, Ticket } from './queue-day.ts';

/** How many people are called before this ticket, as it stands now: those in its way at windows that may call it. */
export function aheadOf(
  day: QueueDay,
  ticket: Pick<Ticket, 'ticketId' | 'line' | 'ticketClass' | 'arrived'>,
  nowMs: number,
  settings: QueueSettings,
): number {
  const windows = [...day.windows.values()].filter(
    (window) => isStaffed(window) && window.lines.includes(ticket.line),
  );
  return waiting(day).filter((other) => {
    if (other.ticketId === ticket.ticketId) return false;
    if (compareTickets(other, ticket, nowMs, settings) > 0) return false;
    // Before the windows open, it is the people in the same line.
    if (windows.length === 0) return other.line === ticket.line;
    return windows.some((window) => mayCall(day, window, other));
  }).length;
}

/** Nothing can happen to it any more. */
export function isOver({ state }: Pick<Ticket, 'state'>): boolean {
  switch (state.name) {
    case 'done':
    case 'cancelled':
    case 'voided':
    case 'expired':
      return true;
    case 'waiting':
    case 'called':
    case 'serving':
    case 'held':
    case 'missed':
      return false;
  }
}
