import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { AuditRow } from '../audit/audit.ts';
import type { QueueDay } from './queue-day.ts';

/** Who asked the queue for something: a role, and of staff the account. Never a resident's name. */
export interface QueueActor {
  readonly role: 'resident' | 'staff' | 'terminal';
  /** As the station knows the person at a window; null: a resident, the terminal, or staff on the kiosk itself. */
  readonly account: string | null;
  /** The member at which it was asked; absent: here. */
  readonly terminal?: string;
}

export const residentActor: QueueActor = { role: 'resident', account: null };

/** One row for each verb that did something: who, what, which number, at which window. */
export function auditRowOf(
  command: QueueCommand,
  by: QueueActor,
  events: readonly QueueEvent[],
  before: QueueDay,
): AuditRow {
  const ticketId = ticketOf(command, events);
  const numbers = new Set(events.flatMap((event) => numberOf(event, before) ?? []));
  const window = 'window' in command ? command.window : null;
  const detail = [
    ...numbers,
    ...(window === null ? [] : [`window ${window}`]),
    ...(by.account === null ? [] : [`by ${by.account}`]),
    ...(by.terminal === undefined ? [] : [`at terminal ${by.terminal}`]),
  ].join(' ');
  return {
    event: `queue.${command.verb}`,
    actor: by.role,
    subject: ticketId,
    disposition: 'success',
    detail: detail === '' ? null : detail,
  };
}

function ticketOf(command: QueueCommand, events: readonly QueueEvent[]): string | null {
  if ('ticketId' in command) return command.ticketId;
  // "Next" may have finished one first: whom it called is what it is about.
  const last = events.findLast((event) => 'ticketId' in event);
  return last && 'ticketId' in last ? last.ticketId : null;
}

function numberOf(event: QueueEvent, before: QueueDay): string | null {
  if (event.type === 'taken') return event.ticket.number;
  return 'ticketId' in event ? (before.tickets.get(event.ticketId)?.number ?? null) : null;
}
