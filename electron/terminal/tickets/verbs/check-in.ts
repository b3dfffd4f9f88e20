import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import { MINUTE_MS, type Asked, type Decision } from '../asked.ts';
import { newTicket } from './new-ticket.ts';
import { isGiven } from './take.ts';

/** Who is too late has lost the booking's class and nothing else: no second queue for a number. */
export function checkIn(command: CommandOf<'check-in'>, asked: Asked): Decision {
  const { day, stamp, settings, closesAtMs } = asked;
  if (isGiven(day, command.ticketId)) return ok([]);
  const isUsed = [...day.tickets.values()].some(
    ({ bookingId, state }) => bookingId === command.bookingId && state.name !== 'cancelled',
  );
  if (isUsed) return err(fault('queue.booking-used'));
  if (stamp.atMs < command.bookedForMs - settings.bookingEarlyMinutes * MINUTE_MS) {
    return err(fault('queue.booking-early'));
  }
  if (stamp.atMs >= (closesAtMs(command.line) ?? Infinity))
    return err(fault('queue.line-closed', command.line));
  const isInTime = stamp.atMs <= command.bookedForMs + settings.bookingLateMinutes * MINUTE_MS;
  const ticket = newTicket(
    {
      ...command,
      // A class of one's own that goes before bookings is kept.
      ticketClass: isInTime && command.ticketClass === 'ordinary' ? 'booked' : command.ticketClass,
      source: 'booking',
    },
    asked,
  );
  return ticket.ok ? ok([{ type: 'taken', stamp, ticket: ticket.value }]) : ticket;
}
