import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import { MINUTE_MS, ticketFor, type Asked, type Decision } from '../asked.ts';

export function returnVerb({ ticketId }: CommandOf<'return'>, asked: Asked): Decision {
  const { stamp, settings } = asked;
  const ticket = ticketFor(asked, ticketId, 'returned');
  if (!ticket.ok) return ticket;
  const { state } = ticket.value;
  if (state.name !== 'missed') return err(fault('queue.wrong-state'));
  if (stamp.atMs - state.atMs > settings.returnWithinMinutes * MINUTE_MS)
    return err(fault('queue.return-late'));
  return ok([{ type: 'returned', stamp, ticketId, behind: settings.returnBehind }]);
}
