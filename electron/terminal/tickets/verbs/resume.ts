import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { freeWindow, ticketFor, type Asked, type Decision } from '../asked.ts';

/** At any window: the one that put it aside may have closed. */
export function resume({ window, ticketId }: CommandOf<'resume'>, asked: Asked): Decision {
  const ticket = ticketFor(asked, ticketId, 'resumed');
  if (!ticket.ok) return ticket;
  const free = freeWindow(asked, window);
  if (!free.ok) return free;
  return ok([{ type: 'resumed', stamp: asked.stamp, ticketId, window }]);
}
