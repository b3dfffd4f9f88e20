import { fault, type Fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { QueueFigures } from '#contract/queue/figures.ts';
import type { TicketNumber } from '#contract/queue/number.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { BoardSnapshot, ConsoleTicket, LineNow, QueueSnapshot } from '#contract/queue/snapshot.ts';
import type { StationInfo } from '#contract/station.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Devices } from '../devices/devices.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { boardSnapshot } from './board-view.ts';
import { callsAfter, type Call } from './calls.ts';
import { consoleSnapshot, consoleTicket, linesNow, type Seen } from './console-view.ts';
import { createDisplays } from './displays.ts';
import { figuresOf } from './figures.ts';
import type { Desk } from './members/desk.ts';
import type { QueueDay } from './queue-day.ts';
import type { OnEvents, QueueSource } from './queue-source.ts';
import type { TermOf } from './station-day-rows.ts';
import type { Alongside } from './ticket-queue.ts';
import type { QueueActor } from './who.ts';

/** The queue as a service of the terminal: what is asked of it, what is seen of it, and what it shows over the windows. */
export interface StationQueue {
  readonly changes: Changes;
  readonly settings: QueueSettings;
  /** As at its source (queue-source.ts). */
  do(
    command: QueueCommand,
    by: QueueActor,
    alongside?: Alongside,
  ): Promise<Result<readonly QueueEvent[], Fault>>;
  /** Where the station's other terminals are answered. */
  readonly desk: Desk;
  readonly source: Pick<QueueSource, 'toHub' | 'isHub' | 'dayBy'>;
  snapshot(): QueueSnapshot;
  board(): BoardSnapshot;
  lines(): readonly LineNow[];
  /** Any ticket of today. Fault: `queue.ticket-unknown`. */
  find(number: TicketNumber): Result<ConsoleTicket, Fault>;
  seen(): Seen;
  revision(): number;
  /** As at its source. */
  readonly termOf: TermOf;
  /** Of an erased day, and of one on which nothing happened, empty. */
  figures(day: LocalDate): QueueFigures;
  close(): Promise<void>;
}

/** All intervals of the queue, in milliseconds. */
export const queueDelays = {
  /** Waits, classes raised by waiting, closing times: they change while nobody does anything. */
  lookAgainMs: 30_000,
  /** A call that is read in behind so long is no new one: nobody speaks it. */
  newCallMs: 10_000,
} as const;

export interface StationQueuePorts {
  readonly settings: QueueSettings;
  readonly station: StationInfo;
  readonly timeZone: string;
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: Pick<Devices, 'showAtWindow'>;
  /** Fault: `store.failed`. */
  readonly openSource: (onEvents: OnEvents) => Result<QueueSource, Fault>;
}

/** Fault: `store.failed`. */
export function startStationQueue(ports: StationQueuePorts): Result<StationQueue, Fault> {
  const { settings, timeZone, audit, log } = ports;
  const changes = createChanges();
  const displays = createDisplays({ devices: ports.devices, settings, log });
  let revision = 0;
  let calls: readonly Call[] = [];
  let shownDay: LocalDate | null = null;
  let source: QueueSource | null = null;
  /** A snapshot costs what the day is long: it is made once for all who look. */
  let made: {
    readonly revision: number;
    readonly console: QueueSnapshot;
    readonly board: BoardSnapshot;
  } | null = null;

  const created = ports.openSource((events) => {
    // It is told from within `openSource` too, while it reads what is there.
    if (source === null) return;
    if (events === null) {
      shownDay = null;
      readCalls(source);
      changed(source, false);
      return;
    }
    calls = callsAfter(calls, events);
    const { nowMs } = source.clock;
    changed(
      source,
      events.some((event) => isCall(event) && nowMs() - event.stamp.atMs < queueDelays.newCallMs),
    );
  });
  if (!created.ok) return created;
  const queue = created.value;
  source = queue;

  /** `isNew`: somebody was called just now. */
  function changed({ day }: QueueSource, isNew: boolean): void {
    revision += 1;
    displays.show(day(), calls, isNew);
    changes.notify();
  }

  /** What was called before a restart stands on the board again, and begins anew on a new day. */
  function readCalls({ day, events }: QueueSource): void {
    const { date } = day();
    if (shownDay === date) return;
    shownDay = date;
    calls = callsAfter([], events(date));
  }

  const seen = (): Seen => ({ day: queue.day(), settings, nowMs: queue.clock.nowMs(), timeZone });

  function now(): NonNullable<typeof made> {
    if (made?.revision !== revision) {
      const present = seen();
      made = {
        revision,
        console: consoleSnapshot(present, revision, queue.noted()),
        board: boardSnapshot(present, revision, calls, ports.station.name),
      };
    }
    return made;
  }

  function lookAgain(): void {
    const turned = queue.turn();
    if (!turned.ok) log({ level: 'error', event: 'queue.day-not-turned', code: turned.fault.code });
    readCalls(queue);
    changed(queue, false);
  }

  tellLost(queue.day(), queue.noted());

  /** Said once, at the start that found it: staff see the numbers themselves in the console. */
  function tellLost(day: QueueDay, noted: readonly TicketNumber[]): void {
    const known = new Set([...day.tickets.values()].map(({ number }) => number));
    const unknown = noted.filter((number) => !known.has(number)).length;
    if (unknown <= 0) return;
    ports.store.transaction(() => {
      audit.write({
        event: 'queue.numbers-unknown',
        actor: 'terminal',
        subject: null,
        disposition: day.date,
        detail: `${unknown} numbers`,
      });
    });
  }

  lookAgain();
  let cancel = ports.clock.after(queueDelays.lookAgainMs, again);
  function again(): void {
    cancel = ports.clock.after(queueDelays.lookAgainMs, again);
    lookAgain();
  }

  return ok({
    changes,
    settings,
    do: (command, by, alongside) => queue.do(command, by, (...what) => alongside?.(...what)),
    desk: queue.desk,
    source: queue,
    snapshot: () => now().console,
    board: () => now().board,
    lines: () => linesNow(seen()),
    find: (number) => {
      const present = seen();
      const ticket = [...present.day.tickets.values()].find((one) => one.number === number);
      return ticket ? ok(consoleTicket(present, ticket)) : err(fault('queue.ticket-unknown'));
    },
    seen,
    revision: () => revision,
    termOf: queue.termOf,
    figures: (day) => figuresOf(queue.events(day), timeZone),
    close: async () => {
      cancel();
      await queue.close();
    },
  });
}

function isCall({ type }: QueueEvent): boolean {
  return type === 'called' || type === 'recalled';
}
