import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import type { Asked, Decision } from '../asked.ts';
import { nextFor } from '../order.ts';
import { freeForCall } from './free-for-call.ts';

/** With nobody waiting nothing happens, and who is being served goes on being served. */
export function next({ window }: CommandOf<'next'>, asked: Asked): Decision {
  const { day, stamp, settings } = asked;
  const freed = freeForCall(window, asked);
  if (!freed.ok) return freed;
  const ticket = nextFor(day, window, stamp.atMs, settings);
  if (ticket === null) return err(fault('queue.nobody-waits'));
  return ok([...freed.value, { type: 'called', stamp, ticketId: ticket.ticketId, window, how: 'next' }]);
}
