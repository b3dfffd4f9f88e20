import { fault, type Fault } from '#contract/fault.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { Stamp } from '#contract/queue/stamp.ts';
import type { WindowId } from '#contract/queue/ticket.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Issuer } from './numbers.ts';
import { windowOf, type QueueDay, type QueueWindow, type Ticket } from './queue-day.ts';
import { canHappen, type MovingEvent } from './table.ts';

/** What a verb is decided by. It is told the time and reaches for nothing. */
export interface Asked {
  readonly day: QueueDay;
  /** Of all that the command does. */
  readonly stamp: Stamp;
  readonly settings: QueueSettings;
  readonly issuer: Issuer;
  /** Milliseconds since 1970-01-01T00:00:00Z at which this line's windows close today; null: not known, no limit. */
  readonly closesAtMs: (line: LineLetter) => number | null;
}

/** What happens then, or why it does not. */
export type Decision = Result<readonly QueueEvent[], Fault>;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;

/** Faults: `queue.ticket-unknown`, `queue.wrong-state`. */
export function ticketFor({ day }: Asked, ticketId: string, event: MovingEvent): Result<Ticket, Fault> {
  const ticket = day.tickets.get(ticketId);
  if (!ticket) return err(fault('queue.ticket-unknown'));
  if (!canHappen(event, ticket.state.name)) {
    return err(fault('queue.wrong-state', `${ticket.number} is ${ticket.state.name}`));
  }
  return ok(ticket);
}

/**
 * The same for a ticket that is called or served at a window; what merely waits belongs to no window, and any may do
 * it, or the list (null). Faults: also `queue.other-window`.
 */
export function ticketAt(
  asked: Asked,
  { window, ticketId }: { readonly window: WindowId | null; readonly ticketId: string },
  event: MovingEvent,
): Result<Ticket, Fault> {
  const ticket = ticketFor(asked, ticketId, event);
  if (!ticket.ok) return ticket;
  const at = windowOf(ticket.value);
  return at === null || at === window ? ticket : err(fault('queue.other-window', at));
}

/** Fault: `queue.window-closed`, when it is not open, or pauses. */
export function openWindow({ day }: Asked, id: WindowId): Result<QueueWindow, Fault> {
  const window = day.windows.get(id);
  return window?.state === 'open' ? ok(window) : err(fault('queue.window-closed', id));
}

/** Faults: `queue.window-closed`, `queue.window-busy`. */
export function freeWindow(asked: Asked, id: WindowId): Result<QueueWindow, Fault> {
  const window = openWindow(asked, id);
  if (!window.ok || window.value.ticketId === null) return window;
  return err(fault('queue.window-busy', id));
}
