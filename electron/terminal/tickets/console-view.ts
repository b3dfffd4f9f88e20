import { localMinute } from '#contract/form/local-date.ts';
import type { TicketNumber } from '#contract/queue/number.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import {
  MOST_OVER,
  type ConsoleTicket,
  type ConsoleWindow,
  type Giving,
  type LineNow,
  type QueueSnapshot,
} from '#contract/queue/snapshot.ts';
import { isOver } from './ahead.ts';
import { SECOND_MS } from './asked.ts';
import { estimateWait } from './estimate.ts';
import { emptyWindow } from './fold-window.ts';
import { closesAtMs, givingBy, hoursOf } from './hours.ts';
import { compareTickets, letsOthersPass, nextFor, unserved, waiting } from './order.ts';
import { againFromMs, ticketVerbsNow, windowVerbsNow } from './possible.ts';
import { windowOf, type QueueDay, type QueueWindow, type Ticket } from './queue-day.ts';
import { isStillGiven } from './verbs/take.ts';

export interface Seen {
  readonly day: QueueDay;
  readonly settings: QueueSettings;
  readonly nowMs: number;
  readonly timeZone: string;
}

export function linesNow(seen: Seen): LineNow[] {
  const { day, settings, nowMs } = seen;
  return settings.lines.map(({ letter, name, items }) => ({
    letter,
    name,
    items,
    waiting: waiting(day).filter(({ line }) => line === letter).length,
    wait: estimateWait(day, letter, 'ordinary', nowMs, settings).range,
    openWindows: [...day.windows.values()].filter(
      (window) => window.state === 'open' && window.lines.includes(letter),
    ).length,
    giving: givingOf(seen, letter),
  }));
}

/** Also closed when the last number of the day was given: whoever takes one now would not be served any more. */
function givingOf({ day, settings, nowMs, timeZone }: Seen, line: string): Giving {
  const hours = hoursOf(settings, line);
  const now = localMinute(nowMs, timeZone);
  const giving = givingBy(hours, now);
  if (giving.is === 'closed') return giving;
  const stamp = { atMs: nowMs, counter: 0, terminal: '00' };
  const given = isStillGiven(
    { line, ticketClass: 'ordinary' },
    { day, stamp, settings, closesAtMs: () => closesAtMs(hours, nowMs, timeZone) },
  );
  if (given.ok || giving.until === null) return giving;
  return givingBy(hours, giving.until);
}

export function consoleSnapshot(seen: Seen, revision: number, noted: readonly TicketNumber[]): QueueSnapshot {
  const { day, settings, nowMs } = seen;
  const all = [...day.tickets.values()];
  const there = all.filter((ticket) => !isOver(ticket)).sort((a, b) => compareTickets(a, b, nowMs, settings));
  const over = all
    .filter(isOver)
    .sort((a, b) => endOf(b) - endOf(a))
    .slice(0, MOST_OVER);
  return {
    revision,
    day: day.date,
    nowMs,
    lines: linesNow(seen),
    windows: windowsOf(day, settings).map((window) => consoleWindow(seen, window)),
    tickets: there.map((ticket) => consoleTicket(seen, ticket)),
    over: over.map((ticket) => consoleTicket(seen, ticket)),
    unserved: unserved(day).map(({ ticketId }) => ticketId),
    lostNumbers: lostNumbers(day, noted),
  };
}

export function consoleTicket({ day, settings }: Seen, ticket: Ticket): ConsoleTicket {
  const { ticketId, number, line, slug, source, local, told, ticketClass, state, misses, target } = ticket;
  return {
    ticketId,
    number,
    line,
    slug,
    source,
    local,
    told,
    ticketClass,
    arrivedMs: ticket.arrived.atMs,
    firstCallMs: ticket.firstCallMs,
    state: state.name,
    sinceMs: sinceOf(ticket),
    window: windowOf(ticket) ?? (state.name === 'held' ? state.window : null),
    calls: state.name === 'called' ? state.calls : 0,
    misses,
    target,
    letsOthersPass: letsOthersPass(day, ticket),
    verbs: ticketVerbsNow(ticket, settings),
    againFromMs: againFromMs(ticket, settings),
  };
}

function sinceOf({ state, arrived }: Ticket): number {
  switch (state.name) {
    case 'waiting':
      return arrived.atMs;
    case 'called':
      return state.lastCallMs;
    case 'serving':
    case 'held':
      return state.sinceMs;
    case 'missed':
    case 'done':
    case 'cancelled':
    case 'voided':
    case 'expired':
      return state.atMs;
  }
}

function endOf(ticket: Ticket): number {
  return sinceOf(ticket);
}

/** Those of the station, and any other at which somebody signed in; in the order of their names. */
export function windowsOf(day: QueueDay, settings: QueueSettings): readonly QueueWindow[] {
  const usual = settings.windows.map(({ window, lines }) => ({ ...emptyWindow(window), lines }));
  const known = usual.map((window) => {
    const present = day.windows.get(window.id);
    if (!present) return window;
    return present.state === 'closed' ? { ...present, lines: window.lines } : present;
  });
  const others = [...day.windows.values()].filter(({ id }) => !usual.some((window) => window.id === id));
  const order = new Intl.Collator('en', { numeric: true });
  return [...known, ...others].sort((a, b) => order.compare(a.id, b.id));
}

function consoleWindow({ day, settings, nowMs }: Seen, window: QueueWindow): ConsoleWindow {
  const { id, state, lines, person, ticketId, did, didAt } = window;
  const isCalled = ticketId !== null && day.tickets.get(ticketId)?.state.name === 'called';
  const undoUntilMs =
    did.length === 0 || didAt === null ? null : didAt.atMs + settings.undoSeconds * SECOND_MS;
  const mayUndo = undoUntilMs !== null && undoUntilMs >= nowMs;
  const verbs = windowVerbsNow(window, isCalled, mayUndo);
  return {
    window: id,
    state,
    lines: [...lines],
    person,
    ticketId,
    verbs,
    undoUntilMs: mayUndo ? undoUntilMs : null,
    nextTicketId: verbs.includes('next') ? (nextFor(day, id, nowMs, settings)?.ticketId ?? null) : null,
  };
}

/** Numbers that were noted before they were given out, and of which the store knows nothing; in a row, as one. */
export function lostNumbers(
  day: QueueDay,
  noted: readonly TicketNumber[],
): { from: TicketNumber; to: TicketNumber }[] {
  const known = new Set([...day.tickets.values()].map(({ number }) => number));
  const lost = [...new Set(noted)].filter((number) => !known.has(number)).sort();
  const rows: { from: TicketNumber; to: TicketNumber }[] = [];
  for (const number of lost) {
    const last = rows.at(-1);
    if (last && isBehind(last.to, number)) last.to = number;
    else rows.push({ from: number, to: number });
  }
  return rows;
}

function isBehind(a: TicketNumber, b: TicketNumber): boolean {
  return a.startsWith(b.charAt(0)) && Number(b.slice(1)) === Number(a.slice(1)) + 1;
}
