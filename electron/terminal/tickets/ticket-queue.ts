import type { Fault } from '#contract/fault.ts';
import { localDate, type LocalDate } from '#contract/form/local-date.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { LineLetter, TicketNumber } from '#contract/queue/number.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import { ok, type Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { decide, numbersByDate } from './decide.ts';
import { foldAll } from './fold.ts';
import { adoptOffered, type Adopted } from './members/adopt.ts';
import { createLogChain, type LogChain } from './members/log-chain.ts';
import { mergeTold, type Merged, type Told } from './merge.ts';
import type { NumberLedger } from './number-ledger.ts';
import type { Issuer } from './numbers.ts';
import { newDay, type QueueDay } from './queue-day.ts';
import type { StationClock } from './station-clock.ts';
import { createTicketLog } from './ticket-log.ts';

/**
 * The queue of the station, at its hub. One command after
 * the other: whoever asks second sees what the first has done, so that windows that ask in the same moment call
 * different people. What is answered is on the disk.
 */
export interface TicketQueue {
  /** Faults: those of the verb (table.ts); `store.full`, `store.failed`: then nothing has happened. */
  do(command: QueueCommand, alongside: Alongside): Result<readonly QueueEvent[], Fault>;
  /** What a member gave out by itself. Faults: `store.full`, `store.failed`. */
  merge(told: Told, alongside: Alongside): Result<Merged, Fault>;
  /** Of a log of today that is not this one what this one lacks. Faults: `store.full`, `store.failed`. */
  adopt(offered: readonly QueueEvent[], alongside: Alongside): Result<Adopted, Fault>;
  /** The log of today. */
  log(): LogChain;
  /** Of today. */
  day(): QueueDay;
  /** Numbers of today that were noted before they were given out. */
  noted(): readonly TicketNumber[];
  /** To be called now and then, also when nobody comes: closes a day that ran out here, and erases old ones. */
  turn(): Result<null, Fault>;
  /** The day began at a midnight that passed while this ran. */
  hasTurned(): boolean;
  /** The events of a day, for figures; of an erased day there are none. */
  events(day: LocalDate): readonly QueueEvent[];
}

/** Written with the events of a command, in their transaction: the row that says who, the slip. Not called when nothing happens. */
export type Alongside = (events: readonly QueueEvent[], before: QueueDay) => void;

export interface TicketQueuePorts {
  readonly store: Store;
  readonly ledger: NumberLedger;
  readonly clock: StationClock;
  readonly timeZone: string;
  readonly settings: QueueSettings;
  /** Asked each time: a hub may be lost, and be back. */
  readonly issuer: () => Issuer;
  readonly closesAtMs: (line: LineLetter) => number | null;
  readonly log: Log;
  /** The machine's own date is known to be wrong now: the queue does not go over to it, closes no day by it and gives no number under it. */
  readonly isDateWrong: () => boolean;
  /** Inside a transaction: the events before this day are about to be erased. */
  readonly onErase: (before: LocalDate) => void;
  /** After each change, with what is on the disk. */
  readonly onEvents: (events: readonly QueueEvent[]) => void;
}

/** Fault: `store.failed`. */
export function createTicketQueue(ports: TicketQueuePorts): Result<TicketQueue, Fault> {
  const { store, clock, settings, log, ledger } = ports;
  const ticketLog = createTicketLog(store);
  let day = newDay(today(), []);
  let chain = createLogChain(day.date, []);
  let numbersLost: ReadonlySet<string> = new Set();
  let hasTurned = false;
  /** The day before which none is open any more. */
  let closedBefore: LocalDate | null = null;

  function today(): LocalDate {
    return localDate(clock.nowMs(), ports.timeZone);
  }

  function read(date: LocalDate): QueueDay {
    const { events, given, unreadable } = ticketLog.load(date);
    const noted = ledger.of(date);
    const loaded = foldAll(newDay(date, [...given, ...noted]), events);
    const unknown = noted.filter((number) => !given.includes(number)).length;
    if (unknown > 0) {
      log({ level: 'warn', event: 'queue.numbers-unknown', detail: `${unknown} of ${date}` });
    }
    const wrong = unreadable + loaded.misfits;
    if (wrong > 0) {
      log({
        level: 'error',
        event: 'queue.events-unreadable',
        code: 'store.corrupt',
        detail: `${wrong} of ${date}`,
      });
    }
    chain = createLogChain(date, events);
    const read = new Set([...loaded.tickets.values()].map(({ number }) => number));
    numbersLost = new Set(given.filter((number) => !read.has(number)));
    return loaded;
  }

  /** The events are there for good, or nothing is. */
  function write(date: LocalDate, events: readonly QueueEvent[], alongside: Alongside): Result<null, Fault> {
    if (events.length === 0) return ok(null);
    const numbers = events.flatMap((event) => (event.type === 'taken' ? [event.ticket.number] : []));
    const noted = ledger.note(date, numbers);
    if (!noted.ok) return noted;
    return store.transaction(() => {
      ticketLog.append(date, events);
      alongside(events, day);
      return null;
    });
  }

  function tell(events: readonly QueueEvent[], alongside: Alongside): Result<null, Fault> {
    const closed = events.length === 0 ? ok(null) : closeDayBefore(day.date);
    if (!closed.ok) return closed;
    const written = write(day.date, events, alongside);
    if (!written.ok || events.length === 0) return written;
    day = foldAll(day, events);
    chain.append(events);
    ports.onEvents(events);
    return written;
  }

  /**
   * A day that ended while nobody looked, or while the terminal was off. Those before it were closed in their turn. With the first event of the next
   * one: whoever waits when a start is years ahead goes on waiting once the clock is set.
   */
  function closeDayBefore(date: LocalDate): Result<null, Fault> {
    if (closedBefore === date || ports.isDateWrong()) return ok(null);
    const last = ticketLog.lastBefore(date);
    const stamp = { atMs: last?.atMs ?? 0, counter: 1, terminal: clock.terminal };
    const closed =
      last === null || last.type === 'day-closed'
        ? ok(null)
        : write(last.day, [{ type: 'day-closed', stamp }], nothing);
    if (closed.ok) closedBefore = date;
    return closed;
  }

  /** The terminal was started under a wrong date, and its clock has been set since. */
  function isOfAnotherDate(): boolean {
    const setToMs = clock.setToMs();
    return setToMs !== null && localDate(setToMs, ports.timeZone) !== day.date && !ports.isDateWrong();
  }

  function turn(): Result<null, Fault> {
    const isOver = today() !== day.date;
    if (!isOver && !isOfAnotherDate()) return ok(null);
    const seen = ports.isDateWrong() ? null : day.date;
    clock.beginDay();
    const date = today();
    const closed = isOver ? closeDayBefore(date) : ok(null);
    if (!closed.ok) return closed;
    hasTurned = isOver;
    day = read(date);
    clock.goOnFrom(day.last);
    return eraseOld(date, seen);
  }

  function eraseOld(date: LocalDate, seen: LocalDate | null): Result<null, Fault> {
    const { numbers, events: before } = ticketLog.keptFrom(date, seen, settings.keepDays);
    ledger.eraseBefore(numbers);
    const erased = store.transaction(() => {
      ports.onErase(before);
      return ticketLog.eraseBefore(before);
    });
    if (erased.ok && erased.value > 0) {
      log({ level: 'info', event: 'queue.days-erased', detail: `${erased.value} events` });
    }
    return erased.ok ? ok(null) : erased;
  }

  const erased = eraseOld(day.date, null);
  if (!erased.ok) return erased;
  day = read(day.date);
  clock.goOnFrom(day.last);

  return ok({
    do: (command, alongside) => {
      const turned = turn();
      if (!turned.ok) return turned;
      const asked = {
        day,
        stamp: clock.stamp(),
        settings,
        issuer: ports.issuer(),
        closesAtMs: ports.closesAtMs,
      };
      const decided = numbersByDate(decide(command, asked), ports.isDateWrong);
      if (!decided.ok) return decided;
      const told = tell(decided.value, alongside);
      return told.ok ? decided : told;
    },
    merge: (told, alongside) => {
      const turned = turn();
      if (!turned.ok) return turned;
      const merged = mergeTold(day, told, clock.stamp(), numbersLost);
      for (const { ticket, fault } of merged.refused) {
        log({ level: 'error', event: 'queue.number-twice', code: fault.code, detail: ticket.number });
      }
      const written = tell(merged.events, alongside);
      return written.ok ? ok(merged) : written;
    },
    adopt: (offered, alongside) => {
      const turned = turn();
      if (!turned.ok) return turned;
      const adopted = adoptOffered(day, chain, offered, numbersLost, clock.stamp());
      for (const { number } of adopted.refused) {
        log({ level: 'error', event: 'queue.number-twice', code: 'queue.number-twice', detail: number });
      }
      const written = tell(adopted.events, alongside);
      if (!written.ok) return written;
      clock.goOnFrom(day.last);
      return ok(adopted);
    },
    log: () => chain,
    day: () => day,
    noted: () => ledger.of(day.date),
    turn,
    hasTurned: () => hasTurned,
    events: (date) => ticketLog.load(date).events,
  });
}

function nothing(): void {
  // The end of a day has no slip.
}
