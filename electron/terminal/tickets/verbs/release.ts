import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { ticketFor, type Asked, type Decision } from '../asked.ts';

export function release({ ticketId }: CommandOf<'release'>, asked: Asked): Decision {
  const ticket = ticketFor(asked, ticketId, 'released');
  return ticket.ok ? ok([{ type: 'released', stamp: asked.stamp, ticketId }]) : ticket;
}
