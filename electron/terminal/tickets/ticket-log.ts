import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import { queueEventSchema, type QueueEvent } from '#contract/queue/event.ts';
import type { Store } from '../store/store.ts';

/** The stored events of the queue. Its calls throw what the store throws; inside a transaction rows live and die with it. */
export interface TicketLog {
  append(day: LocalDate, events: readonly QueueEvent[]): void;
  /** In the order in which they were learned. */
  load(day: LocalDate): LoadedDay;
  /** The last event before this day, whether it can be read or not; null when there is none. */
  lastBefore(
    day: LocalDate,
  ): { readonly day: LocalDate; readonly type: string; readonly atMs: number } | null;
  /**
   * From which days on a terminal on this day keeps what it has, `keepDays` being how long events are kept. `seen` is the
   * day on which it was before, as it ran; null at a start, and at a member. By the clock alone all would be old to one start with a clock
   * that is years ahead, and numbers in people's hands be given out again: what is old is told by the newest day
   * that has events or was seen, and by one midnight after it.
   */
  keptFrom(
    day: LocalDate,
    seen: LocalDate | null,
    keepDays: number,
  ): { readonly numbers: LocalDate; readonly events: LocalDate };
  /** Erases the days before this one; the number of rows. */
  eraseBefore(day: LocalDate): number;
  /** Of a member: what it has of this day is no log of the hub. */
  erase(day: LocalDate): void;
}

export interface LoadedDay {
  readonly events: readonly QueueEvent[];
  /** Every number that was given out, also one whose event cannot be read. */
  readonly given: readonly string[];
  /** Rows that are not what this program writes. One of them holds up no other. */
  readonly unreadable: number;
}

export function createTicketLog(store: Store): TicketLog {
  return {
    append: (day, events) => {
      for (const event of events) {
        store
          .sql(
            `INSERT INTO ticket_event (business_day, type, at_ms, ticket_id, number, body)
             VALUES (?, ?, ?, ?, ?, ?)`,
          )
          .run(day, event.type, event.stamp.atMs, ticketIdOf(event), numberOf(event), JSON.stringify(event));
      }
    },
    load: (day) => {
      const rows = store
        .sql('SELECT number, body FROM ticket_event WHERE business_day = ? ORDER BY sequence')
        .all(day);
      const read = rows.map((row) => eventOf(String(row['body'])));
      return {
        events: read.filter((event) => event !== null),
        given: rows.flatMap((row) => (row['number'] === null ? [] : [String(row['number'])])),
        unreadable: read.filter((event) => event === null).length,
      };
    },
    lastBefore: (day) => {
      const row = store
        .sql(
          `SELECT business_day, type, at_ms FROM ticket_event WHERE business_day < ?
           ORDER BY business_day DESC, sequence DESC LIMIT 1`,
        )
        .get(day);
      return row
        ? { day: String(row['business_day']), type: String(row['type']), atMs: Number(row['at_ms']) }
        : null;
    },
    keptFrom: (day, seen, keepDays) => {
      const row = store
        .sql('SELECT max(business_day) AS newest FROM ticket_event WHERE business_day <= ?')
        .get(day);
      const known = [row?.['newest'], seen].filter((one) => typeof one === 'string' && one <= day);
      const newest = String(known.sort().at(-1) ?? day);
      const next = addDays(newest, 1);
      return { numbers: newest, events: addDays(next < day ? next : day, -keepDays) };
    },
    eraseBefore: (day) =>
      Number(store.sql('DELETE FROM ticket_event WHERE business_day < ?').run(day).changes),
    erase: (day) => {
      store.sql('DELETE FROM ticket_event WHERE business_day = ?').run(day);
    },
  };
}

function eventOf(body: string): QueueEvent | null {
  try {
    const parsed = queueEventSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function ticketIdOf(event: QueueEvent): string | null {
  if (event.type === 'taken') return event.ticket.ticketId;
  return 'ticketId' in event ? event.ticketId : null;
}

function numberOf(event: QueueEvent): string | null {
  return event.type === 'taken' ? event.ticket.number : null;
}
