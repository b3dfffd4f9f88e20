import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import { SECOND_MS, ticketAt, type Asked, type Decision } from '../asked.ts';

/** Somebody of eighty needs a second call, and the time to come. */
export function noShow(command: CommandOf<'no-show'>, asked: Asked): Decision {
  const { stamp, settings } = asked;
  const { ticketId, window } = command;
  const ticket = ticketAt(asked, command, 'missed');
  if (!ticket.ok) return ticket;
  const { state, misses } = ticket.value;
  if (state.name !== 'called') return err(fault('queue.wrong-state'));
  const isTooSoon =
    state.calls < settings.callsBeforeMissed ||
    stamp.atMs - state.lastCallMs < settings.recallEverySeconds * SECOND_MS;
  if (isTooSoon) return err(fault('queue.too-soon'));
  return ok([{ type: 'missed', stamp, ticketId, window, isLast: misses + 1 >= settings.missesUntilVoid }]);
}
