import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { ticketAt, type Asked, type Decision } from '../asked.ts';

export function hold(command: CommandOf<'hold'>, asked: Asked): Decision {
  const { ticketId, window, reason } = command;
  const ticket = ticketAt(asked, command, 'held');
  if (!ticket.ok) return ticket;
  return ok([{ type: 'held', stamp: asked.stamp, ticketId, window, reason }]);
}
