import { fault, type Fault } from '#contract/fault.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { aheadOf } from './ahead.ts';
import { NO_TALLY, type QueueDay, type Ticket } from './queue-day.ts';
import { waiting } from './order.ts';

/**
 * What is to be done for somebody who stands at the kiosk with a number and says that the call was missed: `return`, or nothing where
 * the ticket stands well. Faults, each with another thing to do: `queue.slip-of-another-day`, `queue.ticket-unknown`,
 * `queue.ticket-void`, `queue.ticket-over`, `queue.ticket-away`.
 */
export function comingBack(
  day: QueueDay,
  { number, day: slipDay }: { readonly number: string; readonly day: string | null },
): Result<{ readonly ticketId: string; readonly does: 'return' | 'nothing' }, Fault> {
  if (slipDay !== null && slipDay !== day.date) return err(fault('queue.slip-of-another-day'));
  const ticket = [...day.tickets.values()].find((one) => one.number === number);
  if (!ticket) return err(fault('queue.ticket-unknown'));
  const { ticketId, state } = ticket;
  switch (state.name) {
    case 'missed':
      return ok({ ticketId, does: 'return' });
    case 'waiting':
    case 'called':
      return ok({ ticketId, does: 'nothing' });
    case 'serving':
    case 'held':
      return err(fault('queue.ticket-away'));
    case 'voided':
      return err(fault('queue.ticket-void'));
    case 'done':
    case 'cancelled':
    case 'expired':
      return err(fault('queue.ticket-over'));
  }
}

/**
 * People who are called before this ticket, as its holder is told. Who came back has the old place, and for some calls
 * others go first all the same; with fewer people there than that, these.
 */
export function aheadForHolder(
  day: QueueDay,
  ticket: Ticket,
  nowMs: number,
  settings: QueueSettings,
): number {
  const ahead = aheadOf(day, ticket, nowMs, settings);
  if (ticket.behindCalls === null) return ahead;
  const { calls } = day.lines.get(ticket.line) ?? NO_TALLY;
  const others = waiting(day).filter(
    ({ ticketId, line }) => ticketId !== ticket.ticketId && line === ticket.line,
  ).length;
  return Math.max(ahead, Math.min(ticket.behindCalls - calls, others));
}
