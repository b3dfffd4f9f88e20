import { fault, type Fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { MINUTE_MS, type Asked, type Decision } from '../asked.ts';
import { estimateWait } from '../estimate.ts';
import type { QueueDay } from '../queue-day.ts';
import { newTicket } from './new-ticket.ts';

/** The same touch twice is one ticket. An emergency is taken until the windows close. */
export function take(command: CommandOf<'take'>, asked: Asked): Decision {
  if (isGiven(asked.day, command.ticketId)) return ok([]);
  const open = isStillGiven(command, asked);
  if (!open.ok) return open;
  const ticket = newTicket({ ...command, source: 'kiosk', bookingId: null }, asked);
  return ticket.ok ? ok([{ type: 'taken', stamp: asked.stamp, ticket: ticket.value }]) : ticket;
}

/** Or another one instead, by the terminal that asked for it and heard no answer: the question may still be on its way. */
export function isGiven({ tickets }: QueueDay, ticketId: string): boolean {
  return tickets.has(ticketId) || [...tickets.values()].some(({ instead }) => instead === ticketId);
}

/** The last number is given so early that its holder can still be served. Fault: `queue.line-closed`. */
export function isStillGiven(
  { line, ticketClass }: Pick<CommandOf<'take'>, 'line' | 'ticketClass'>,
  { day, stamp, settings, closesAtMs }: Pick<Asked, 'day' | 'stamp' | 'settings' | 'closesAtMs'>,
): Result<null, Fault> {
  const closesMs = closesAtMs(line);
  if (closesMs === null) return ok(null);
  const expectedMs = estimateWait(day, line, ticketClass, stamp.atMs, settings).expectedMs ?? 0;
  const beforeMs =
    ticketClass === 'emergency' ? 0 : Math.max(settings.lastTicketMinutes * MINUTE_MS, expectedMs);
  return stamp.atMs < closesMs - beforeMs ? ok(null) : err(fault('queue.line-closed', line));
}
