import type { QueueEvent } from '#contract/queue/event.ts';
import { compareStamps, type Stamp } from '#contract/queue/stamp.ts';
import type { NewTicket, WindowId } from '#contract/queue/ticket.ts';
import { fold } from '../fold.ts';
import { windowOf, type QueueDay } from '../queue-day.ts';
import type { LogChain } from './log-chain.ts';

export interface Adopted {
  readonly events: readonly QueueEvent[];
  /** Tickets whose number another one has. A person holds each of them. */
  readonly refused: readonly NewTicket[];
}

/**
 * What the hub takes of a log that is not its own: that of the hub before it, as a member mirrored it or as that one itself
 * has it, or its own before it was restored from an older copy. Of each ticket and each window the story goes on that went
 * on last: what the hub has done with it since stays, and what it does not know is taken as it was. Where both have somebody
 * at one window, the offered one waits again in the old place: nobody is lost, and nobody is served twice.
 */
export function adoptOffered(
  before: QueueDay,
  log: Pick<LogChain, 'events' | 'has'>,
  offered: readonly QueueEvent[],
  /** Numbers of rows that cannot be read any more. */
  unreadable: ReadonlySet<string>,
  /** Of what the hub itself does about it. */
  now: Stamp,
): Adopted {
  const touched = new Map<string, Stamp>();
  for (const event of log.events) touch(touched, event);
  const numbers = new Set([...unreadable, ...[...before.tickets.values()].map(({ number }) => number)]);
  const leftBehind = new Set<string>();
  const events: QueueEvent[] = [];
  const refused: NewTicket[] = [];
  let day = before;
  for (const event of offered) {
    // The hub ends its day itself.
    if (event.type === 'day-closed' || log.has(event)) continue;
    if (closesOverOurs(day, touched, event, now)) continue;
    const ticketId = ticketIn(event);
    if (
      event.type === 'taken' &&
      !day.tickets.has(event.ticket.ticketId) &&
      numbers.has(event.ticket.number)
    ) {
      refused.push(event.ticket);
      continue;
    }
    const next = goesOn(touched, event) && !leftBehind.has(ticketId ?? '') ? stepped(day, event) : null;
    if (next === null) {
      if (ticketId !== null && event.type !== 'taken') leftBehind.add(ticketId);
      continue;
    }
    day = next;
    touch(touched, event);
    events.push(event);
    if (event.type !== 'taken') continue;
    numbers.add(event.ticket.number);
    const never = neverPrinted(day, event.ticket.ticketId, now);
    if (never === null) continue;
    day = fold(day, never);
    touch(touched, never);
    events.push(never);
  }
  return { events, refused };
}

/** Null: whoever asked for it has it. Another one that was given instead was told before this one was known of. */
function neverPrinted({ tickets }: QueueDay, ticketId: string, stamp: Stamp): QueueEvent | null {
  const isReplaced = [...tickets.values()].some(({ instead }) => instead === ticketId);
  return isReplaced ? { type: 'cancelled', stamp, ticketId, window: null, reason: 'never-printed' } : null;
}

/** Null where it does not fit what is there. */
function stepped(day: QueueDay, event: QueueEvent): QueueDay | null {
  const next = fold(day, event);
  if (next.misfits > day.misfits) return null;
  const ticketId = ticketIn(event);
  const ticket = ticketId === null ? undefined : next.tickets.get(ticketId);
  const at = ticket ? windowOf(ticket) : null;
  return at === null || isFreeFor(day, at, ticketId) ? next : null;
}

function isFreeFor(day: QueueDay, id: WindowId, ticketId: string | null): boolean {
  const window = day.windows.get(id);
  return window !== undefined && (window.ticketId === null || window.ticketId === ticketId);
}

/** A hub that was cut off ends sessions that go on here: nobody's window is closed under him by that. */
function closesOverOurs(
  day: QueueDay,
  touched: ReadonlyMap<string, Stamp>,
  event: QueueEvent,
  now: Stamp,
): boolean {
  if (event.type !== 'window-closed' || event.stamp.terminal === now.terminal) return false;
  const isOurs = touched.get(`window ${event.window}`)?.terminal === now.terminal;
  return isOurs || (day.windows.get(event.window)?.ticketId ?? null) !== null;
}

/** Nothing that it is about has gone on here since. What one command did has one stamp. */
function goesOn(touched: ReadonlyMap<string, Stamp>, event: QueueEvent): boolean {
  return subjectsOf(event).every((subject) => {
    const last = touched.get(subject);
    return last === undefined || compareStamps(event.stamp, last) >= 0;
  });
}

function touch(touched: Map<string, Stamp>, event: QueueEvent): void {
  for (const subject of subjectsOf(event)) {
    const last = touched.get(subject);
    if (last === undefined || compareStamps(event.stamp, last) > 0) touched.set(subject, event.stamp);
  }
}

function subjectsOf(event: QueueEvent): string[] {
  const ticketId = ticketIn(event);
  const window = 'window' in event ? event.window : null;
  return [
    ...(ticketId === null ? [] : [`ticket ${ticketId}`]),
    ...(window === null ? [] : [`window ${window}`]),
  ];
}

function ticketIn(event: QueueEvent): string | null {
  if (event.type === 'taken') return event.ticket.ticketId;
  return 'ticketId' in event ? event.ticketId : null;
}
