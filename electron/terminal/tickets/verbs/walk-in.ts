import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { freeWindow, type Asked, type Decision } from '../asked.ts';
import { newTicket } from './new-ticket.ts';

/** Also after the last number: whom staff serve, staff decide. */
export function walkIn(command: CommandOf<'walk-in'>, asked: Asked): Decision {
  const { stamp } = asked;
  const { ticketId, window } = command;
  if (asked.day.tickets.has(ticketId)) return ok([]);
  const free = freeWindow(asked, window);
  if (!free.ok) return free;
  const ticket = newTicket({ ...command, source: 'walk-in', bookingId: null, instead: null }, asked);
  if (!ticket.ok) return ticket;
  return ok([
    { type: 'taken', stamp, ticket: ticket.value },
    { type: 'called', stamp, ticketId, window, how: 'walk-in' },
    { type: 'served', stamp, ticketId, window },
  ]);
}
