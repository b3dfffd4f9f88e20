import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { ticketFor, type Asked, type Decision } from '../asked.ts';

export function cancel({ ticketId, window, reason }: CommandOf<'cancel'>, asked: Asked): Decision {
  const ticket = ticketFor(asked, ticketId, 'cancelled');
  return ticket.ok ? ok([{ type: 'cancelled', stamp: asked.stamp, ticketId, window, reason }]) : ticket;
}
