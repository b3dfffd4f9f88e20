import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import { SECOND_MS, ticketAt, type Asked, type Decision } from '../asked.ts';

export function recall(command: CommandOf<'recall'>, asked: Asked): Decision {
  const { stamp, settings } = asked;
  const ticket = ticketAt(asked, command, 'recalled');
  if (!ticket.ok) return ticket;
  const { state } = ticket.value;
  if (state.name !== 'called') return err(fault('queue.wrong-state'));
  if (state.calls > settings.mostRecalls) return err(fault('queue.recalled-enough'));
  if (stamp.atMs - state.lastCallMs < settings.recallEverySeconds * SECOND_MS)
    return err(fault('queue.too-soon'));
  return ok([{ type: 'recalled', stamp, ticketId: command.ticketId, window: command.window }]);
}
