import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { ticketAt, type Asked, type Decision } from '../asked.ts';

/** Also from "called": who has a quick question is served before anybody has pressed that he came. */
export function finish(command: CommandOf<'finish'>, asked: Asked): Decision {
  const ticket = ticketAt(asked, command, 'finished');
  if (!ticket.ok) return ticket;
  return ok([{ type: 'finished', stamp: asked.stamp, ticketId: command.ticketId, window: command.window }]);
}
