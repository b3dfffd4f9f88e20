import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import { ticketFor, type Asked, type Decision } from '../asked.ts';

export function reclass({ ticketId, ticketClass }: CommandOf<'reclass'>, asked: Asked): Decision {
  const ticket = ticketFor(asked, ticketId, 'reclassed');
  if (!ticket.ok) return ticket;
  if (ticket.value.ticketClass === ticketClass) return err(fault('queue.wrong-state', 'it is of that class'));
  return ok([{ type: 'reclassed', stamp: asked.stamp, ticketId, ticketClass }]);
}
