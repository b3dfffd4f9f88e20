import type { QueueEvent } from '#contract/queue/event.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import { compareStamps, sameStamp, type Stamp } from '#contract/queue/stamp.ts';
import type { TicketStateName, WindowId } from '#contract/queue/ticket.ts';
import { emptyWindow, windowAfter, type WindowEvent } from './fold-window.ts';
import {
  NO_TALLY,
  PACE_SAMPLES,
  windowOf,
  type Before,
  type LineTally,
  type QueueDay,
  type QueueWindow,
  type Ticket,
  type TicketState,
} from './queue-day.ts';
import { isUndoable, reached, type MovingEvent } from './table.ts';

/** A window that is free longer than this had nobody to call, or its person was away: no changeover. */
const MOST_CHANGEOVER_MS = 90_000;

/** The day after an event. Pure; an event that does not fit changes nothing and is counted. */
export function fold(day: QueueDay, event: QueueEvent): QueueDay {
  return foldAll(day, [event]);
}

/** The same for many, at the price of one copy. */
export function foldAll(day: QueueDay, events: readonly QueueEvent[]): QueueDay {
  const numbers = events.flatMap((event) => (event.type === 'taken' ? [event.ticket.number] : []));
  const draft: Draft = {
    ...day,
    tickets: new Map(day.tickets),
    windows: new Map(day.windows),
    lines: new Map(day.lines),
    given: numbers.length === 0 ? day.given : new Set([...day.given, ...numbers]),
  };
  for (const event of events) {
    if (!apply(draft, event)) draft.misfits += 1;
    // What was taken over from another log may be older than what stands before it.
    if (draft.last === null || compareStamps(event.stamp, draft.last) > 0) draft.last = event.stamp;
  }
  return draft;
}

interface Draft extends QueueDay {
  tickets: Map<string, Ticket>;
  windows: Map<WindowId, QueueWindow>;
  lines: Map<LineLetter, LineTally>;
  changeoversMs: readonly number[];
  toldTruly: readonly boolean[];
  last: Stamp | null;
  misfits: number;
}

type TicketEvent = Extract<QueueEvent, { ticketId: string }>;

function apply(draft: Draft, event: QueueEvent): boolean {
  switch (event.type) {
    case 'taken':
      return applyTaken(draft, event);
    case 'undone':
      return applyUndone(draft, event);
    case 'window-opened':
    case 'window-paused':
    case 'window-resumed':
    case 'window-closed':
      return applyToWindow(draft, event);
    case 'day-closed':
      applyDayClosed(draft, event.stamp.atMs);
      return true;
    default:
      return applyToTicket(draft, event);
  }
}

function applyTaken(draft: Draft, { ticket }: Extract<QueueEvent, { type: 'taken' }>): boolean {
  if (draft.tickets.has(ticket.ticketId) || reached('taken', 'nowhere', null) === null) return false;
  draft.tickets.set(ticket.ticketId, {
    ...ticket,
    state: { name: 'waiting' },
    misses: 0,
    target: null,
    behindCalls: null,
    firstCallMs: null,
    before: null,
  });
  return true;
}

function applyToTicket(draft: Draft, event: Exclude<TicketEvent, { type: 'undone' }>): boolean {
  const ticket = draft.tickets.get(event.ticketId);
  if (!ticket) return false;
  const when = event.type === 'missed' ? (event.isLast ? 'last miss' : 'may come back') : null;
  const to = reached(event.type, ticket.state.name, when);
  if (to === null) return false;
  const atWindow = 'window' in event ? event.window : null;
  const before = beforeOf(draft, ticket, event, atWindow);
  const moved: Ticket = {
    ...ticket,
    ...changedBy(draft, ticket, event),
    state: stateOf(to, ticket, atWindow, event.stamp.atMs),
    before,
  };
  draft.tickets.set(ticket.ticketId, moved);
  leave(draft, ticket, moved, event.stamp.atMs);
  enter(draft, ticket, moved, event);
  if (before !== null) remember(draft, before.window, ticket.ticketId, event.stamp);
  else if (atWindow !== null && isWalkIn(ticket, event)) forget(draft, atWindow);
  return true;
}

/** What an event changes besides the state. */
function changedBy(draft: Draft, ticket: Ticket, event: TicketEvent): Partial<Ticket> {
  switch (event.type) {
    case 'called':
      return { firstCallMs: ticket.firstCallMs ?? event.stamp.atMs, behindCalls: null };
    case 'missed':
      return { misses: ticket.misses + 1 };
    case 'returned':
      return { behindCalls: tallyOf(draft, ticket.line).calls + event.behind };
    case 'transferred':
      return event.target.to === 'line'
        ? { line: event.target.line, target: null, behindCalls: null }
        : { target: event.target, behindCalls: null };
    case 'reclassed':
      return { ticketClass: event.ticketClass };
    default:
      return {};
  }
}

function stateOf(to: TicketStateName, ticket: Ticket, window: WindowId | null, atMs: number): TicketState {
  const at = window ?? windowOf(ticket) ?? '';
  switch (to) {
    case 'waiting':
      return { name: to };
    case 'called':
      return {
        name: to,
        window: at,
        calls: ticket.state.name === 'called' ? ticket.state.calls + 1 : 1,
        lastCallMs: atMs,
      };
    case 'serving':
      return { name: to, window: at, sinceMs: atMs };
    case 'held':
      return ticket.state.name === 'held' ? ticket.state : { name: to, window, sinceMs: atMs };
    default:
      return { name: to, atMs };
  }
}

/** Who came without a number stands at the window: to send him or her back into the hall is no mistake's repair. */
function beforeOf(
  draft: Draft,
  ticket: Ticket,
  event: Exclude<TicketEvent, { type: 'undone' }>,
  windowId: WindowId | null,
): Before | null {
  const window = windowId === null ? undefined : draft.windows.get(windowId);
  if (!window || !isUndoable(event.type) || isWalkIn(ticket, event)) return null;
  return {
    event: event.type,
    window: window.id,
    atMs: event.stamp.atMs,
    ticket: { ...ticket, before: null },
    priorityRun: window.priorityRun,
    occupiedSinceMs: window.occupiedSinceMs,
    occupancyMs: leaves(ticket, event.type) ? event.stamp.atMs - window.occupiedSinceMs : null,
  };
}

function isWalkIn(ticket: Ticket, event: TicketEvent): boolean {
  return sameStamp(event.stamp, ticket.arrived);
}

const staying: readonly MovingEvent[] = ['recalled', 'served'];

function leaves(ticket: Ticket, event: MovingEvent): boolean {
  return windowOf(ticket) !== null && !staying.includes(event);
}

function leave(draft: Draft, ticket: Ticket, moved: Ticket, atMs: number): void {
  const from = windowOf(ticket);
  if (from === null || windowOf(moved) === from) return;
  const window = draft.windows.get(from);
  if (!window) return;
  draft.windows.set(from, { ...window, ticketId: null, freeSinceMs: atMs });
  const tally = tallyOf(draft, ticket.line);
  draft.lines.set(ticket.line, {
    ...tally,
    occupanciesMs: lastOf([...tally.occupanciesMs, atMs - window.occupiedSinceMs]),
  });
}

function enter(draft: Draft, ticket: Ticket, moved: Ticket, event: TicketEvent): void {
  const to = windowOf(moved);
  if (to === null || windowOf(ticket) === to) return;
  const window = draft.windows.get(to);
  if (!window) return;
  const { atMs } = event.stamp;
  const isCall = event.type === 'called';
  draft.windows.set(to, {
    ...window,
    ticketId: ticket.ticketId,
    occupiedSinceMs: atMs,
    priorityRun: isCall ? runAfter(window.priorityRun, ticket) : window.priorityRun,
    lastCallMs: isCall ? atMs : window.lastCallMs,
  });
  if (!isCall) return;
  countCall(draft, window, 1);
  const freeMs = window.freeSinceMs === null ? null : atMs - window.freeSinceMs;
  if (freeMs !== null && freeMs <= MOST_CHANGEOVER_MS) {
    draft.changeoversMs = lastOf([...draft.changeoversMs, freeMs]);
  }
  if (ticket.firstCallMs === null && ticket.told !== null) {
    const waitedMinutes = (atMs - ticket.arrived.atMs) / 60_000;
    const held = waitedMinutes >= ticket.told.fromMinutes && waitedMinutes <= ticket.told.toMinutes;
    draft.toldTruly = lastOf([...draft.toldTruly, held]);
  }
}

function countCall(draft: Draft, window: QueueWindow, by: 1 | -1): void {
  for (const line of window.lines) {
    const tally = tallyOf(draft, line);
    draft.lines.set(line, { ...tally, calls: tally.calls + by });
  }
}

/** An emergency neither uses up the turn of the ordinary nor is held up by it. */
function runAfter(run: number, { ticketClass }: Ticket): number {
  if (ticketClass === 'ordinary') return 0;
  return ticketClass === 'emergency' ? run : run + 1;
}

/** What one command did has one stamp, and is taken back together. */
function remember(draft: Draft, id: WindowId, ticketId: string, stamp: Stamp): void {
  const window = draft.windows.get(id);
  if (!window) return;
  const same = window.didAt !== null && sameStamp(window.didAt, stamp);
  draft.windows.set(id, { ...window, did: same ? [...window.did, ticketId] : [ticketId], didAt: stamp });
}

/** The window has done something since that cannot be taken back. */
function forget(draft: Draft, id: WindowId): void {
  const window = draft.windows.get(id);
  if (window) draft.windows.set(id, { ...window, did: [], didAt: null });
}

function applyUndone(draft: Draft, event: Extract<QueueEvent, { type: 'undone' }>): boolean {
  const ticket = draft.tickets.get(event.ticketId);
  const before = ticket?.before;
  const window = draft.windows.get(event.window);
  if (!ticket || !before || before.window !== event.window || !window) return false;
  draft.tickets.set(ticket.ticketId, before.ticket);
  const isBack = windowOf(before.ticket) === window.id;
  const isGone = !isBack && window.ticketId === ticket.ticketId;
  draft.windows.set(window.id, {
    ...window,
    ticketId: isBack ? ticket.ticketId : isGone ? null : window.ticketId,
    priorityRun: before.event === 'called' ? before.priorityRun : window.priorityRun,
    occupiedSinceMs: isBack ? before.occupiedSinceMs : window.occupiedSinceMs,
    did: window.did.filter((id) => id !== ticket.ticketId),
  });
  const tally = tallyOf(draft, before.ticket.line);
  if (before.event === 'called') countCall(draft, window, -1);
  if (before.occupancyMs !== null) {
    const index = tally.occupanciesMs.lastIndexOf(before.occupancyMs);
    draft.lines.set(before.ticket.line, {
      ...tally,
      occupanciesMs: tally.occupanciesMs.filter((_ms, at) => at !== index),
    });
  }
  return true;
}

function applyToWindow(draft: Draft, event: WindowEvent): boolean {
  const window = windowAfter(draft.windows.get(event.window), event);
  if (window !== null) draft.windows.set(event.window, window);
  return window !== null;
}

function applyDayClosed(draft: Draft, atMs: number): void {
  for (const ticket of draft.tickets.values()) {
    const to = reached('day-closed', ticket.state.name, null);
    if (to === null) continue;
    draft.tickets.set(ticket.ticketId, { ...ticket, state: stateOf(to, ticket, null, atMs), before: null });
  }
  for (const id of draft.windows.keys()) draft.windows.set(id, emptyWindow(id));
}

function tallyOf(draft: Draft, line: LineLetter): LineTally {
  return draft.lines.get(line) ?? NO_TALLY;
}

function lastOf<T>(values: readonly T[]): readonly T[] {
  return values.slice(-PACE_SAMPLES);
}
