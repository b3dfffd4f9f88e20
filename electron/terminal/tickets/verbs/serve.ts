import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { ticketAt, type Asked, type Decision } from '../asked.ts';

export function serve(command: CommandOf<'serve'>, asked: Asked): Decision {
  const ticket = ticketAt(asked, command, 'served');
  if (!ticket.ok) return ticket;
  return ok([{ type: 'served', stamp: asked.stamp, ticketId: command.ticketId, window: command.window }]);
}
