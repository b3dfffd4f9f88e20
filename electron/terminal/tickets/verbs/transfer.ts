import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import { ticketAt, type Asked, type Decision } from '../asked.ts';
import { isStaffed, windowsOfPerson } from '../order.ts';
import { windowOf, type Ticket } from '../queue-day.ts';

export function transfer(command: CommandOf<'transfer'>, asked: Asked): Decision {
  const { ticketId, window, target, reason } = command;
  const ticket = ticketAt(asked, command, 'transferred');
  if (!ticket.ok) return ticket;
  if (!leadsSomewhere(target, ticket.value, asked)) return err(fault('queue.nowhere'));
  return ok([{ type: 'transferred', stamp: asked.stamp, ticketId, window, target, reason }]);
}

function leadsSomewhere(
  target: CommandOf<'transfer'>['target'],
  ticket: Ticket,
  { day, settings }: Asked,
): boolean {
  const at = windowOf(ticket);
  switch (target.to) {
    case 'line': {
      const isKnown = settings.lines.some(({ letter }) => letter === target.line);
      // Back into its own line is a way to free a window, or to take a ticket out of another window's hands.
      return isKnown && (target.line !== ticket.line || at !== null || ticket.target !== null);
    }
    case 'window':
      return isStaffed(day.windows.get(target.window)) && target.window !== at;
    case 'person':
      return windowsOfPerson(day, target.person).some(({ id }) => id !== at);
  }
}
