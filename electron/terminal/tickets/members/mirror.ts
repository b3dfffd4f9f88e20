import { fault, type Fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { cancelReasons } from '#contract/queue/choices.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { TicketNumber } from '#contract/queue/number.ts';
import { newTicketSchema, type NewTicket } from '#contract/queue/ticket.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Clock } from '#contract/ports.ts';
import type { Store } from '../../store/store.ts';
import { foldAll } from '../fold.ts';
import type { NumberLedger } from '../number-ledger.ts';
import { newDay, type QueueDay } from '../queue-day.ts';
import { createTicketLog } from '../ticket-log.ts';
import { createLogChain, type LogChain } from './log-chain.ts';

export type CancelReason = (typeof cancelReasons)[number];

/** A ticket that this terminal gave out while it could not ask the hub. */
export interface Alone {
  readonly ticket: NewTicket;
  /** Given up again before the hub knew of it. */
  readonly cancelled: CancelReason | null;
}

/**
 * The station's queue as a member has it: the hub's log, event by event, and what this terminal gave out by itself and the
 * hub has not said yet. Whatever changes is on the disk when it is answered.
 */
export interface Mirror {
  /** What both add up to. */
  day(): QueueDay;
  log(): LogChain;
  events(day: LocalDate): readonly QueueEvent[];
  noted(): readonly TicketNumber[];
  /** Another day is looked at; old ones are erased. */
  begin(day: LocalDate): Result<null, Fault>;
  /** What was given out alone on this day of a clock that was wrong is of another one. */
  redate(from: LocalDate, to: LocalDate): Result<null, Fault>;
  /**
   * More of the hub's log, from the place `from` on; what is here already is passed over, and what was new is given back.
   * `alongside` is written in the same transaction, and is given the day before. Faults: `store.full`, `store.failed`.
   */
  append(
    from: number,
    events: readonly QueueEvent[],
    alongside: (before: QueueDay) => void,
  ): Result<readonly QueueEvent[], Fault>;
  /** Another log takes the place of this one. */
  replace(events: readonly QueueEvent[]): Result<null, Fault>;
  /** Noted before the hub is asked: what becomes of it is settled also when nobody hears the answer. */
  asked(ticketId: string): Result<null, Fault>;
  /** Inside a transaction. */
  answered(ticketId: string): void;
  /** Those that were asked for, and of which this terminal has heard nothing. */
  unanswered(): readonly string[];
  /** Gives them out: their numbers are noted first. Faults: `store.full`, `store.failed`. */
  giveAlone(tickets: readonly NewTicket[], alongside: (before: QueueDay) => void): Result<null, Fault>;
  /** Fault: `queue.ticket-unknown`, of one that was not given out here alone, or that the hub knows already. */
  cancelAlone(ticketId: string, reason: CancelReason): Result<null, Fault>;
  /** What the hub has not taken in yet, of the present day, in that order. */
  untold(): readonly Alone[];
  told(ticketIds: readonly string[]): Result<null, Fault>;
}

export interface MirrorPorts {
  readonly store: Store;
  readonly ledger: NumberLedger;
  readonly clock: Clock;
  readonly keepDays: number;
}

export function createMirror({ store, ledger, clock, keepDays }: MirrorPorts, first: LocalDate): Mirror {
  const ticketLog = createTicketLog(store);
  let chain = createLogChain(first, []);
  let mirrored = newDay(first, []);
  let alone: readonly Alone[] = [];
  let whole = mirrored;

  function read(date: LocalDate): void {
    const { events, given } = ticketLog.load(date);
    chain = createLogChain(date, events);
    mirrored = foldAll(newDay(date, [...given, ...ledger.of(date)]), events);
    readAlone();
  }

  function readAlone(): void {
    alone = store
      .sql('SELECT body, cancelled FROM ticket_alone WHERE business_day = ? ORDER BY sequence')
      .all(mirrored.date)
      .flatMap((row) => {
        const ticket = newTicketSchema.safeParse(JSON.parse(String(row['body'])));
        const cancelled = row['cancelled'] === null ? null : asReason(row['cancelled']);
        return ticket.success ? [{ ticket: ticket.data, cancelled }] : [];
      });
    addUp();
  }

  function addUp(): void {
    const own = alone.filter(({ ticket }) => !mirrored.tickets.has(ticket.ticketId));
    whole =
      own.length === 0
        ? mirrored
        : foldAll(
            mirrored,
            own.flatMap(({ ticket, cancelled }) => eventsOf(ticket, cancelled)),
          );
  }

  function write(work: () => void): Result<null, Fault> {
    return store.transaction(() => {
      work();
      return null;
    });
  }

  read(first);

  return {
    day: () => whole,
    log: () => chain,
    events: (date) => ticketLog.load(date).events,
    noted: () => ledger.of(mirrored.date),
    begin: (date) => {
      if (date === mirrored.date) return ok(null);
      const { numbers, events: old } = ticketLog.keptFrom(date, null, keepDays);
      ledger.eraseBefore(numbers);
      const erased = write(() => {
        ticketLog.eraseBefore(old);
        store.sql('DELETE FROM ticket_alone WHERE business_day < ?').run(old);
      });
      read(date);
      return erased;
    },
    redate: (from, to) => {
      const written = write(() => {
        store
          .sql('UPDATE ticket_alone SET business_day = ? WHERE business_day = ? AND told_at_ms IS NULL')
          .run(to, from);
      });
      if (written.ok) readAlone();
      return written;
    },
    append: (from, events, alongside) => {
      // With something lacking before it, it is asked for again from there.
      const isLacking = from > chain.events.length;
      const fresh = isLacking ? [] : events.slice(chain.events.length - from);
      const before = whole;
      const written = write(() => {
        ticketLog.append(mirrored.date, fresh);
        alongside(before);
      });
      if (!written.ok) return written;
      if (fresh.length > 0) {
        chain.append(fresh);
        mirrored = foldAll(mirrored, fresh);
        addUp();
      }
      return ok(fresh);
    },
    replace: (events) => {
      const written = write(() => {
        ticketLog.erase(mirrored.date);
        ticketLog.append(mirrored.date, events);
      });
      if (written.ok) read(mirrored.date);
      return written;
    },
    asked: (ticketId) =>
      write(() => {
        store
          .sql('INSERT OR IGNORE INTO ticket_asked (ticket_id, asked_at_ms) VALUES (?, ?)')
          .run(ticketId, clock.now());
      }),
    answered: (ticketId) => {
      store.sql('DELETE FROM ticket_asked WHERE ticket_id = ?').run(ticketId);
    },
    unanswered: () =>
      store
        .sql('SELECT ticket_id FROM ticket_asked ORDER BY asked_at_ms')
        .all()
        .map((row) => String(row['ticket_id'])),
    giveAlone: (tickets, alongside) => {
      const noted = ledger.note(
        mirrored.date,
        tickets.map(({ number }) => number),
      );
      if (!noted.ok) return noted;
      const before = whole;
      const written = write(() => {
        for (const ticket of tickets) {
          store
            .sql('INSERT INTO ticket_alone (business_day, ticket_id, body) VALUES (?, ?, ?)')
            .run(mirrored.date, ticket.ticketId, JSON.stringify(ticket));
        }
        alongside(before);
      });
      if (written.ok) readAlone();
      return written;
    },
    cancelAlone: (ticketId, reason) => {
      if (!isUntold(ticketId)) return err(fault('queue.ticket-unknown'));
      const written = write(() => {
        store.sql('UPDATE ticket_alone SET cancelled = ? WHERE ticket_id = ?').run(reason, ticketId);
      });
      if (written.ok) readAlone();
      return written;
    },
    untold: () => alone.filter(({ ticket }) => isUntold(ticket.ticketId)),
    told: (ticketIds) =>
      write(() => {
        for (const id of ticketIds)
          store.sql('UPDATE ticket_alone SET told_at_ms = ? WHERE ticket_id = ?').run(clock.now(), id);
      }),
  };

  function isUntold(ticketId: string): boolean {
    const row = store.sql('SELECT told_at_ms FROM ticket_alone WHERE ticket_id = ?').get(ticketId);
    return row !== undefined && row['told_at_ms'] === null;
  }

  function eventsOf(ticket: NewTicket, cancelled: CancelReason | null): QueueEvent[] {
    const stamp = ticket.arrived;
    const taken = { type: 'taken', stamp, ticket } as const;
    const { ticketId } = ticket;
    if (cancelled === null) return [taken];
    return [taken, { type: 'cancelled', stamp, ticketId, window: null, reason: cancelled }];
  }
}

function asReason(value: unknown): CancelReason {
  return value === 'left' || value === 'mistake' ? value : 'never-printed';
}
