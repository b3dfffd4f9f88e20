import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { ticketFor, type Asked, type Decision } from '../asked.ts';
import { freeForCall } from './free-for-call.ts';

/** Out of the order, from any line: a person decides, and the event says so. */
export function call({ window, ticketId }: CommandOf<'call'>, asked: Asked): Decision {
  const ticket = ticketFor(asked, ticketId, 'called');
  if (!ticket.ok) return ticket;
  const freed = freeForCall(window, asked);
  if (!freed.ok) return freed;
  return ok([...freed.value, { type: 'called', stamp: asked.stamp, ticketId, window, how: 'by-number' }]);
}
