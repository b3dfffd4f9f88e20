import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import type { WindowId } from '#contract/queue/ticket.ts';
import { err, ok } from '#contract/result.ts';
import { SECOND_MS, type Asked, type Decision } from '../asked.ts';
import { windowOf, type QueueDay, type Ticket } from '../queue-day.ts';

/** "Next" finished one and called another: both are taken back, the later one first. */
export function undo({ window: id }: CommandOf<'undo'>, asked: Asked): Decision {
  const { day, stamp, settings } = asked;
  const window = day.windows.get(id);
  const did = [...(window?.did ?? [])].reverse();
  const canBe = did.every((ticketId) => {
    const ticket = day.tickets.get(ticketId);
    return ticket !== undefined && isFresh(ticket, id, stamp.atMs - settings.undoSeconds * SECOND_MS);
  });
  if (!window || did.length === 0 || !canBe || isInTheWay(day, id, did)) {
    return err(fault('queue.nothing-to-undo'));
  }
  return ok(did.map((ticketId) => ({ type: 'undone', stamp, ticketId, window: id }) as const));
}

/** Whatever else happens to a ticket puts another deed in the place of this window's. */
function isFresh(ticket: Ticket, window: WindowId, sinceMs: number): boolean {
  return ticket.before !== null && ticket.before.window === window && ticket.before.atMs >= sinceMs;
}

/** Somebody would come back to the window, and somebody else is there. */
function isInTheWay(day: QueueDay, id: WindowId, did: readonly string[]): boolean {
  const there = day.windows.get(id)?.ticketId ?? null;
  if (there === null || did.includes(there)) return false;
  return did.some((ticketId) => {
    const before = day.tickets.get(ticketId)?.before;
    return before !== undefined && before !== null && windowOf(before.ticket) === id;
  });
}
