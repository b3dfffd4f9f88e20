import type { LocalDate } from '#contract/form/local-date.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import type { Stamp } from '#contract/queue/stamp.ts';
import type { NewTicket, Target, WindowId } from '#contract/queue/ticket.ts';
import type { MovingEvent } from './table.ts';

/** One business day of the queue: what its events add up to. Nobody changes it; fold.ts makes the next one. */
export interface QueueDay {
  readonly date: LocalDate;
  readonly tickets: ReadonlyMap<string, Ticket>;
  readonly windows: ReadonlyMap<WindowId, QueueWindow>;
  readonly lines: ReadonlyMap<LineLetter, LineTally>;
  /** Every number that was given out today, also one whose event cannot be read any more. */
  readonly given: ReadonlySet<string>;
  /** Milliseconds from a window's becoming free to its next call, the last ones, where it went on at once. */
  readonly changeoversMs: readonly number[];
  /** Of the last waits that were told: whether they held. */
  readonly toldTruly: readonly boolean[];
  readonly last: Stamp | null;
  /** Events that do not fit what was before them; of a whole log there are none. */
  readonly misfits: number;
}

export type TicketState =
  | { readonly name: 'waiting' }
  /** `calls`: the first one and those after it. */
  | {
      readonly name: 'called';
      readonly window: WindowId;
      readonly calls: number;
      readonly lastCallMs: number;
    }
  | { readonly name: 'serving'; readonly window: WindowId; readonly sinceMs: number }
  | { readonly name: 'held'; readonly window: WindowId | null; readonly sinceMs: number }
  | { readonly name: 'missed'; readonly atMs: number }
  | { readonly name: 'done' | 'cancelled' | 'voided' | 'expired'; readonly atMs: number };

export interface Ticket extends NewTicket {
  readonly state: TicketState;
  readonly misses: number;
  /** Null: whoever serves its line. */
  readonly target: Target | null;
  /** Of somebody who came back: the number of calls of the line until which others go first. */
  readonly behindCalls: number | null;
  readonly firstCallMs: number | null;
  /** What a window may take back. */
  readonly before: Before | null;
}

export interface Before {
  readonly event: MovingEvent;
  readonly window: WindowId;
  readonly atMs: number;
  /** Without what could be taken back before that. */
  readonly ticket: Ticket;
  readonly priorityRun: number;
  readonly occupiedSinceMs: number;
  /** The time that it counted as taken at the window; null when it did not leave one. */
  readonly occupancyMs: number | null;
}

export interface QueueWindow {
  readonly id: WindowId;
  readonly state: 'open' | 'paused' | 'closed';
  readonly lines: readonly LineLetter[];
  readonly person: string | null;
  /** Who is called or served there. */
  readonly ticketId: string | null;
  /** Calls of priority classes since the last ordinary one; emergencies are not counted. */
  readonly priorityRun: number;
  readonly lastCallMs: number | null;
  readonly occupiedSinceMs: number;
  readonly freeSinceMs: number | null;
  /** The tickets that its last command moved, in that order. */
  readonly did: readonly string[];
  readonly didAt: Stamp | null;
}

export interface LineTally {
  /** Calls at windows that serve the line, whomever they called; without calls again. */
  readonly calls: number;
  /** The last times that tickets of the line took at a window, from the call to its becoming free. */
  readonly occupanciesMs: readonly number[];
}

/** Of how many recent ones a pace is made. */
export const PACE_SAMPLES = 20;

export const NO_TALLY: LineTally = { calls: 0, occupanciesMs: [] };

export function newDay(date: LocalDate, given: Iterable<string>): QueueDay {
  return {
    date,
    tickets: new Map(),
    windows: new Map(),
    lines: new Map(),
    given: new Set(given),
    changeoversMs: [],
    toldTruly: [],
    last: null,
    misfits: 0,
  };
}

export function windowOf(ticket: Ticket): WindowId | null {
  return ticket.state.name === 'called' || ticket.state.name === 'serving' ? ticket.state.window : null;
}
