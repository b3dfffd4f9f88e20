import { fault, type Fault } from '#contract/fault.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import { compareStamps, stampAfter, type Stamp } from '#contract/queue/stamp.ts';
import type { NewTicket } from '#contract/queue/ticket.ts';
import type { QueueDay } from './queue-day.ts';
import { canHappen } from './table.ts';

/** What a member gave out by itself, told to the hub. */
export interface Told {
  readonly terminal: string;
  /** In the order in which the member gave them out. */
  readonly tickets: readonly NewTicket[];
  /** When the hub last heard from it; null: not today. Nothing that it tells now is older than that. */
  readonly lastHeard: Stamp | null;
}

export interface Merged {
  readonly events: readonly QueueEvent[];
  /** Tickets that cannot stand in the log. A person holds each of them, so that staff are told. */
  readonly refused: readonly { readonly ticket: NewTicket; readonly fault: Fault }[];
}

/**
 * Gives each ticket the place of its time, between when the hub last heard the member and now. Told twice, nothing
 * happens the second time. Nothing is asked of a printed ticket: neither closing time nor a booking that was used
 * takes it away. Fault of a single one: `queue.number-twice`.
 */
export function mergeTold(
  day: QueueDay,
  told: Told,
  now: Stamp,
  /** Numbers of rows that cannot be read any more. */
  unreadable: ReadonlySet<string>,
): Merged {
  const events: QueueEvent[] = [];
  const refused: { ticket: NewTicket; fault: Fault }[] = [];
  // A number that was only noted may be this very ticket's, of a store that was restored from an older copy.
  const given = new Set([...unreadable, ...[...day.tickets.values()].map(({ number }) => number)]);
  let last = lastOf(day, told.terminal);
  for (const ticket of told.tickets) {
    if (day.tickets.has(ticket.ticketId)) continue;
    if (given.has(ticket.number)) {
      refused.push({ ticket, fault: fault('queue.number-twice', ticket.number) });
      continue;
    }
    given.add(ticket.number);
    last = placeOf(ticket.arrived, told, last, now);
    events.push({ type: 'taken', stamp: now, ticket: { ...ticket, arrived: last } });
    const ghost = ticket.instead === null ? undefined : day.tickets.get(ticket.instead);
    if (ghost && canHappen('cancelled', ghost.state.name)) {
      const { ticketId } = ghost;
      events.push({ type: 'cancelled', stamp: now, ticketId, window: null, reason: 'never-printed' });
    }
  }
  return { events, refused };
}

/** The last place that a terminal's own count has given anybody. */
function lastOf(day: QueueDay, terminal: string): Stamp | null {
  return [...day.tickets.values()]
    .filter(({ arrived, local }) => local && arrived.terminal === terminal)
    .reduce<Stamp | null>(
      (last, { arrived }) => (last === null || compareStamps(arrived, last) > 0 ? arrived : last),
      null,
    );
}

function placeOf(said: Stamp, { terminal, lastHeard }: Told, last: Stamp | null, now: Stamp): Stamp {
  const atMs = Math.min(Math.max(said.atMs, lastHeard?.atMs ?? 0), now.atMs);
  const isSaid = atMs === said.atMs && said.terminal === terminal;
  const place = isSaid ? said : { atMs, counter: 0, terminal };
  return last === null || compareStamps(place, last) > 0 ? place : stampAfter(last, atMs, terminal);
}
