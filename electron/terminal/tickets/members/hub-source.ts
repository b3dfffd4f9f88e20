import { fault, type Fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { HubAddress, Term } from '#contract/queue/member-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { AuditRow } from '../../audit/audit.ts';
import { createChanges } from '../../changes.ts';
import { hubIssuer, successorIssuer, type Issuer } from '../numbers.ts';
import type { QueueSource } from '../queue-source.ts';
import type { StationDayRows } from '../station-day-rows.ts';
import { canHappen } from '../table.ts';
import { createTicketQueue } from '../ticket-queue.ts';
import { auditRowOf } from '../who.ts';
import { agreedOn } from './agreed.ts';
import { createDesk, type HubWork } from './desk.ts';
import { createMirror } from './mirror.ts';
import type { SourcePorts } from './source-ports.ts';
import { FIRST_TERM, isLater, type KnownHub } from './terms.ts';
import { tellPredecessor, type HubLine } from './tell-predecessor.ts';

export interface HubSourcePorts extends SourcePorts {
  readonly dayRows: Pick<StationDayRows, 'keepBefore'>;
  /** Another terminal is the hub already: nothing is given out here. */
  readonly isReplaced: boolean;
  /** The line to the hub that this one took over from; null: there was none, or it is gone for good. */
  readonly predecessor: HubLine | null;
  /** Where this terminal's door is, for the hub before. */
  readonly door: HubAddress | null;
}

/** The hub's own queue, and what it does for its members. Fault: `store.failed`. */
export function createHubSource(ports: HubSourcePorts, first: KnownHub): Result<QueueSource, Fault> {
  const { stationClock, terms, audit, store, log } = ports;
  const own = stationClock.terminal;
  const changes = createChanges();
  let known = first;
  let isHub = !ports.isReplaced;

  const created = createTicketQueue({
    ...ports,
    clock: stationClock,
    issuer,
    onErase: (before) => {
      const givenUp = ports.dayRows.keepBefore(before, termOf);
      if (givenUp > 0) log({ level: 'warn', event: 'station-day.given-up', detail: `${givenUp} days` });
    },
    onEvents: (events) => {
      ports.onEvents(events);
      changes.notify();
    },
  });
  if (!created.ok) return created;
  const queue = created.value;
  const noted = keep(known);
  if (!noted.ok) return noted;

  function issuer(): Issuer {
    const { took } = known;
    if (took === null || took.isHeard) return hubIssuer(own);
    // Of another day than the one on which it was lost, a hub that is gone for good has given out nothing.
    const isGone = ports.predecessor === null && queue.day().date > took.on;
    return isGone ? hubIssuer(own) : successorIssuer(own);
  }

  /**
   * A day before the take-over was another hub's. Which one's is not known, and a mirror that lacks half of it must not push out what
   * its own hub told: the fuller account stands among the lowest, and before any of these that of the hub itself.
   */
  function termOf(day: LocalDate): number | null {
    if (!isHub) return null;
    const { took, term } = known;
    return took !== null && day < took.on ? FIRST_TERM : term;
  }

  function keep(next: KnownHub): Result<null, Fault> {
    const kept = store.transaction(() => {
      terms.write(next);
      return null;
    });
    if (kept.ok) known = next;
    return kept;
  }

  function learn(later: Term, at: HubAddress | null): void {
    // A store of an older day: members know it as the hub of a later term.
    if (later.hub === own) {
      keep({ ...known, ...later });
      return;
    }
    if (!isLater(later, known)) return;
    // Whether it can be written down or not: two hubs are worse than none. What is not written is told again.
    const wasHub = isHub;
    isHub = false;
    const next = { ...later, took: null, address: at };
    const kept = store.transaction(() => {
      terms.write(next);
      if (known.hub === own)
        audit.write(row('queue.hub-replaced', `term ${later.term}: terminal ${later.hub}`));
      return null;
    });
    if (kept.ok) known = next;
    if (wasHub) log({ level: 'error', event: 'queue.hub-replaced', detail: `by terminal ${later.hub}` });
    if (!kept.ok && !wasHub) return;
    ports.onEvents([]);
    changes.notify();
  }

  function row(event: AuditRow['event'], detail: string): AuditRow {
    return { event, actor: 'terminal', subject: null, disposition: 'success', detail };
  }

  function heard(): void {
    const { took } = known;
    if (took === null || took.isHeard) return;
    const kept = keep({ ...known, took: { ...took, isHeard: true } });
    if (kept.ok) log({ level: 'info', event: 'queue.hub-before-heard', detail: `terminal ${took.from}` });
  }

  const work: HubWork = {
    do: (command, by) =>
      queue.do(command, (events, before) => {
        audit.write(auditRowOf(command, by, events, before));
      }),
    merge: (terminal, heardMs, tickets) => {
      const lastHeard = heardMs === null ? null : { atMs: heardMs, counter: 0, terminal: own };
      const merged = queue.merge({ terminal, tickets, lastHeard }, (events) => {
        const numbers = events.flatMap((event) => (event.type === 'taken' ? [event.ticket.number] : []));
        audit.write(row('queue.merged', `terminal ${terminal}: ${numbers.join(' ')}`));
      });
      if (!merged.ok) return merged;
      return twice(
        terminal,
        merged.value.refused.map(({ ticket }) => ticket.number),
      );
    },
    adopt: (terminal, offered) => {
      const adopted = queue.adopt(offered, (events) => {
        audit.write(row('queue.adopted', `terminal ${terminal}: ${events.length} events`));
      });
      if (!adopted.ok) return adopted;
      return twice(
        terminal,
        adopted.value.refused.map(({ number }) => number),
      );
    },
    isOver: (ticketId) => {
      const ticket = queue.day().tickets.get(ticketId);
      return ticket !== undefined && !canHappen('day-closed', ticket.state.name);
    },
  };

  function twice(terminal: string, numbers: readonly string[]): Result<null, Fault> {
    if (numbers.length === 0) return ok(null);
    return store.transaction(() => {
      audit.write(row('queue.number-twice', `terminal ${terminal}: ${numbers.join(' ')}`));
      return null;
    });
  }

  const taken = isHub ? takeOwn() : ok(null);
  if (!taken.ok) return taken;

  /** What this terminal gave out by itself, and asked for in vain, while it was a member. */
  function takeOwn(): Result<null, Fault> {
    const mirror = createMirror({ ...ports, keepDays: ports.settings.keepDays }, queue.day().date);
    const alone = mirror.untold();
    const merged = work.merge(
      own,
      null,
      alone.map(({ ticket }) => ticket),
    );
    if (!merged.ok) return merged;
    const given = alone.flatMap(({ ticket: { ticketId }, cancelled }) =>
      cancelled === null ? [] : [{ ticketId, reason: cancelled }],
    );
    const asked = mirror.unanswered().map((ticketId) => ({ ticketId, reason: 'never-printed' as const }));
    for (const { ticketId, reason } of [...given, ...asked]) {
      // Whether there is such a ticket or not, nobody holds it.
      work.do({ verb: 'cancel', ticketId, window: null, reason }, { role: 'terminal', account: null });
    }
    const settled = store.transaction(() => {
      for (const { ticketId } of asked) mirror.answered(ticketId);
      return null;
    });
    return settled.ok ? mirror.told(alone.map(({ ticket }) => ticket.ticketId)) : settled;
  }

  const desk = createDesk({
    own,
    clock: ports.clock,
    known: () => known,
    log: () => queue.log(),
    stationMs: () => stationClock.nowMs(),
    agreed: agreedOn(ports.settings, ports.timeZone),
    changes,
    isMember: false,
    hub: () => (isHub ? work : null),
    learn,
    onLevel: (terminal) => {
      // On the day itself it may have forgotten what it gave out: a member whose disk is empty is level in a second.
      const { took } = known;
      if (terminal === took?.from && queue.day().date > took.on) heard();
    },
  });

  const telling =
    ports.predecessor === null || known.took === null || known.took.isHeard || !isHub
      ? null
      : tellPredecessor({
          line: ports.predecessor,
          clock: ports.clock,
          own,
          known: () => known,
          door: ports.door,
          day: () => queue.log().day,
          adopt: (events) => work.adopt(known.took?.from ?? '', events),
          isWhole: (read) =>
            queue.log().events.every((event) => event.stamp.terminal !== known.took?.from || read.has(event)),
          onHeard: heard,
          learn,
        });

  return ok({
    clock: stationClock,
    desk,
    toHub: null,
    isHub: () => isHub,
    day: queue.day,
    dayBy: () => (queue.log().events.length > 0 ? 'station' : queue.hasTurned() ? 'midnight' : 'start'),
    noted: queue.noted,
    events: queue.events,
    termOf,
    do: (command, by, alongside) =>
      Promise.resolve(
        isHub
          ? queue.do(command, (events, before) => {
              audit.write(auditRowOf(command, by, events, before));
              alongside(events, before);
            })
          : err(fault('queue.hub-replaced', `terminal ${known.hub}`)),
      ),
    turn: queue.turn,
    close: async () => {
      await telling?.stop();
    },
  });
}
