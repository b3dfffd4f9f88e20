import { fault, type Fault } from '#contract/fault.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Language } from '#contract/localized.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { slipCode } from '#contract/queue/slip-code.ts';
import type { KioskClass, LineNow, TakenTicket } from '#contract/queue/snapshot.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { StationInfo } from '#contract/station.ts';
import { createChanges, type Changes } from '../changes.ts';
import { asCopy } from '../intake/receipt-document.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import type { Store } from '../store/store.ts';
import { aheadOf } from './ahead.ts';
import { aheadForHolder, comingBack } from './come-back.ts';
import { foldAll } from './fold.ts';
import { windowOf, type QueueDay, type Ticket } from './queue-day.ts';
import { papersForWindow } from './papers-for-window.ts';
import { ticketSlip } from './slip.ts';
import type { StationQueue } from './station-queue.ts';
import { residentActor } from './who.ts';

/** What whoever stands at the kiosk does with the queue. Who it is, nobody asks. */
export interface KioskQueue {
  readonly changes: Changes;
  lines(): readonly LineNow[];
  /** Number and slip are written together, or neither. Faults: those of `take`. */
  take(asked: TakeANumber): Promise<Done>;
  /** Any way to a number: with its slip, and with what `also` writes; it is told the ticket, which may be one instead. */
  give(
    command: CommandOf<'take' | 'check-in'>,
    language: Language,
    also: (ticketId: string) => void,
  ): Promise<Done>;
  taken(ticketId: string): TakenTicket | null;
  /** Faults: `queue.ticket-unknown`, those of the store. */
  reprint(ticketId: string, language: Language): Done;
  settle(ticketId: string, cameOut: boolean): Done;
  giveUp(ticketId: string, reason: 'left' | 'never-printed'): Promise<Done>;
  /** Faults: those of `comingBack` and of `return`. */
  comeBack(asked: { number: string; day: string | null }): Promise<Result<{ ticketId: string }, Fault>>;
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
  /** Whether a code on the slip is of any use here. */
  readonly hasScanner: boolean;
  readonly item: (slug: string) => ServiceItem | null;
  /** Fault: `station.out-of-service`. */
  readonly mayBegin: () => Done;
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
    for (const ticketId of slips.keys()) if (!ticketAsked(day, ticketId)) slips.delete(ticketId);
  }

  function slipOf(ticketId: string, language: Language, day: QueueDay) {
    const ticket = ticketAsked(day, ticketId);
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
      code: ports.hasScanner ? slipCode(day.date, ticket.number) : null,
    });
  }

  async function give(
    command: CommandOf<'take' | 'check-in'>,
    language: Language,
    also: (ticketId: string) => void,
  ): Promise<Done> {
    const may = ports.mayBegin();
    if (!may.ok) return may;
    const { ticketId } = command;
    let jobId: string | null = null;
    const given = await queue.do(command, residentActor, (events, before) => {
      const slip = slipOf(ticketId, language, foldAll(before, events));
      if (slip !== null) jobId = printJobs.insertLoose(slip);
      also(ticketAsked(foldAll(before, events), ticketId)?.ticketId ?? ticketId);
    });
    if (!given.ok) return given;
    if (jobId !== null) {
      slips.set(ticketId, jobId);
      ports.onPrint();
      poke();
    }
    return ok(null);
  }

  return {
    changes,
    poke,
    lines: () => queue.lines(),
    give,
    take: ({ ticketId, line, slug, ticketClass, language }) => {
      const known = slug !== null && ports.item(slug) !== null ? slug : null;
      return give(
        { verb: 'take', ticketId, line, slug: known, ticketClass, instead: null },
        language,
        () => undefined,
      );
    },
    taken: (ticketId) => {
      const { day, nowMs } = queue.seen();
      const ticket = ticketAsked(day, ticketId);
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
        ahead: ticket.state.name === 'waiting' ? aheadForHolder(day, ticket, nowMs, queue.settings) : 0,
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
    giveUp: async (asked, reason) => {
      const { ticketId } = ticketAsked(queue.seen().day, asked) ?? { ticketId: asked };
      const done = await queue.do({ verb: 'cancel', ticketId, window: null, reason }, residentActor);
      return done.ok ? ok(null) : done;
    },
    comeBack: async (asked) => {
      const found = comingBack(queue.seen().day, asked);
      if (!found.ok) return found;
      const { ticketId, does } = found.value;
      if (does === 'nothing') return ok({ ticketId });
      const done = await queue.do({ verb: 'return', ticketId }, residentActor);
      return done.ok ? ok({ ticketId }) : done;
    },
  };
}

/** The ticket that somebody has for what was asked: where the hub did not answer, another one that was given out instead. */
function ticketAsked(day: QueueDay, ticketId: string): Ticket | undefined {
  const instead = [...day.tickets.values()].find((ticket) => ticket.instead === ticketId);
  return instead ?? day.tickets.get(ticketId);
}
