import { fault, type Fault } from '#contract/fault.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Language } from '#contract/localized.ts';
import type { KioskClass, LineNow, TakenTicket } from '#contract/queue/snapshot.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { StationInfo } from '#contract/station.ts';
import { createChanges, type Changes } from '../changes.ts';
import { asCopy } from '../intake/receipt-document.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import type { Store } from '../store/store.ts';
import { aheadOf } from './ahead.ts';
import { foldAll } from './fold.ts';
import { windowOf, type QueueDay } from './queue-day.ts';
import { papersForWindow } from './papers-for-window.ts';
import { ticketSlip } from './slip.ts';
import type { StationQueue } from './station-queue.ts';
import { residentActor } from './who.ts';

/** What whoever stands at the kiosk does with the queue. Who it is, nobody asks. */
export interface KioskQueue {
  readonly changes: Changes;
  lines(): readonly LineNow[];
  /** Number and slip are written together, or neither. Faults: those of `take`. */
  take(asked: TakeANumber): Done;
  taken(ticketId: string): TakenTicket | null;
  /** Faults: `queue.ticket-unknown`, those of the store. */
  reprint(ticketId: string, language: Language): Done;
  settle(ticketId: string, cameOut: boolean): Done;
  giveUp(ticketId: string, reason: 'left' | 'never-printed'): Done;
  /** Faults: those of `return`. */
  comeBack(number: string): Result<{ ticketId: string }, Fault>;
  /** Something about a slip may have changed. */
  poke(): void;
}

export interface TakeANumber {
  readonly ticketId: string;
  readonly line: string;
  readonly slug: string | null;
  readonly ticketClass: KioskClass;
  readonly language: Language;
}

export interface KioskQueuePorts {
  readonly queue: StationQueue;
  readonly store: Store;
  readonly printJobs: PrintJobs;
  readonly station: StationInfo;
  readonly timeZone: string;
  readonly item: (slug: string) => ServiceItem | null;
  readonly onPrint: () => void;
  /** Writes the audit row of what somebody said about a slip. */
  readonly onSettled: (ticketId: string, cameOut: boolean) => void;
}

type Done = Result<null, Fault>;

export function createKioskQueue(ports: KioskQueuePorts): KioskQueue {
  const { queue, store, printJobs, station, timeZone } = ports;
  const changes = createChanges();
  /** The newest slip of each ticket since the start. Behind a restart a slip's end is not known any more. */
  const slips = new Map<string, string>();
  let revision = 0;

  queue.changes.subscribe(() => {
    forgetYesterday();
    changes.notify();
  });

  function poke(): void {
    revision += 1;
    changes.notify();
  }

  function forgetYesterday(): void {
    const { day } = queue.seen();
    for (const ticketId of slips.keys()) if (!day.tickets.has(ticketId)) slips.delete(ticketId);
  }

  function slipOf(ticketId: string, language: Language, day: QueueDay) {
    const ticket = day.tickets.get(ticketId);
    const line = queue.settings.lines.find(({ letter }) => letter === ticket?.line);
    if (!ticket || !line) return null;
    const { nowMs } = queue.seen();
    const item = ticket.slug === null ? null : ports.item(ticket.slug);
    return ticketSlip({
      station,
      language,
      timeZone,
      ticket,
      line: line.name,
      ahead: aheadOf(day, ticket, nowMs, queue.settings),
      item: item && { name: item.name, papers: papersForWindow(item) },
      returnWithinMinutes: queue.settings.returnWithinMinutes,
    });
  }

  return {
    changes,
    poke,
    lines: () => queue.lines(),
    take: ({ ticketId, line, slug, ticketClass, language }) => {
      const known = slug !== null && ports.item(slug) !== null ? slug : null;
      let jobId: string | null = null;
      const taken = queue.do(
        { verb: 'take', ticketId, line, slug: known, ticketClass, instead: null },
        residentActor,
        (events, before) => {
          const slip = slipOf(ticketId, language, foldAll(before, events));
          if (slip !== null) jobId = printJobs.insertLoose(slip);
        },
      );
      if (!taken.ok) return taken;
      if (jobId !== null) {
        slips.set(ticketId, jobId);
        ports.onPrint();
        poke();
      }
      return ok(null);
    },
    taken: (ticketId) => {
      const { day, nowMs } = queue.seen();
      const ticket = day.tickets.get(ticketId);
      const line = queue.settings.lines.find(({ letter }) => letter === ticket?.line);
      if (!ticket || !line) return null;
      const jobId = slips.get(ticketId);
      const item = ticket.slug === null ? null : ports.item(ticket.slug);
      return {
        revision: queue.revision() + revision,
        ticketId,
        number: ticket.number,
        line: line.name,
        ticketClass: ticket.ticketClass,
        state: ticket.state.name,
        window: windowOf(ticket),
        ahead: ticket.state.name === 'waiting' ? aheadOf(day, ticket, nowMs, queue.settings) : 0,
        told: ticket.told,
        bring: item === null ? [] : papersForWindow(item),
        print: jobId === undefined ? null : printJobs.stateOf(jobId),
      };
    },
    reprint: (ticketId, language) => {
      const slip = slipOf(ticketId, language, queue.seen().day);
      if (slip === null) return err(fault('queue.ticket-unknown'));
      const state = printJobs.stateOf(slips.get(ticketId) ?? '');
      if (state?.state === 'queued' || state?.state === 'printing') return ok(null);
      const added = store.transaction(() => printJobs.insertLoose(asCopy(slip)));
      if (!added.ok) return added;
      slips.set(ticketId, added.value);
      ports.onPrint();
      poke();
      return ok(null);
    },
    settle: (ticketId, cameOut) =>
      store.transaction(() => {
        ports.onSettled(ticketId, cameOut);
        return null;
      }),
    giveUp: (ticketId, reason) => {
      const done = queue.do({ verb: 'cancel', ticketId, window: null, reason }, residentActor);
      return done.ok ? ok(null) : done;
    },
    comeBack: (number) => {
      const ticket = [...queue.seen().day.tickets.values()].find((one) => one.number === number);
      if (!ticket) return err(fault('queue.ticket-unknown'));
      const { ticketId } = ticket;
      const done = queue.do({ verb: 'return', ticketId }, residentActor);
      return done.ok ? ok({ ticketId }) : done;
    },
  };
}
