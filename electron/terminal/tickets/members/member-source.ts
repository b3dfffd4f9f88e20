import { fault, type Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import {
  memberDelays,
  type LogPlace,
  type MemberAnswer,
  type MemberAsk,
  type Term,
} from '#contract/queue/member-api.ts';
import type { CommandOf, QueueCommand, StaffCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { createChanges } from '../../changes.ts';
import { decide, numbersByDate } from '../decide.ts';
import { loneIssuer } from '../numbers.ts';
import type { DayBy, QueueSource } from '../queue-source.ts';
import { isGiven } from '../verbs/take.ts';
import type { Alongside } from '../ticket-queue.ts';
import { auditRowOf, type QueueActor } from '../who.ts';
import { agreedOn } from './agreed.ts';
import { createDesk, isRefusal } from './desk.ts';
import { followHub } from './follow-hub.ts';
import type { LinkRow, LinkRows } from './link-rows.ts';
import { createMirror, type CancelReason } from './mirror.ts';
import type { SourcePorts } from './source-ports.ts';
import type { HubLine } from './tell-predecessor.ts';
import { hubHeard, isLater, NO_TERM } from './terms.ts';

/** All delays of a member, in milliseconds. */
export const memberSourceDelays = {
  /** A hub that was lost a moment ago is perhaps back in a moment: somebody who asks for a number waits for it so long. */
  graceMs: 3_000,
  /** The clocks' difference is kept for the next start when it has changed by so much. */
  offsetKeptMs: 1_000,
} as const;

export interface MemberSourcePorts extends SourcePorts {
  readonly links: LinkRows;
  /** `192.168.1.10:8443` */
  readonly hubAt: string;
  readonly newTicketId: () => string;
  readonly line: HubLine;
}

/** A verb that gives somebody a number. */
type Giving = CommandOf<'take'> | CommandOf<'check-in'>;

/** The queue at a member: what is asked is asked of the hub, and what is seen is what the hub said. */
export function createMemberSource(ports: MemberSourcePorts): QueueSource {
  const { stationClock, settings, store, log, audit } = ports;
  const own = stationClock.terminal;
  const changes = createChanges();
  const agreed = agreedOn(settings, ports.timeZone);
  const mirror = createMirror({ ...ports, keepDays: settings.keepDays }, today());
  let link: LinkRow = ports.links.read(ports.hubAt);
  /** Tickets that somebody waits for now: what one touch asks twice is asked once. */
  const underway = new Map<string, Promise<Result<readonly QueueEvent[], Fault>>>();
  let isClosing = false;
  let dayBy: DayBy = 'start';
  stationClock.goOnFrom(mirror.day().last);

  /** Read each time: whoever is admitted anew has forgotten it. */
  function known(): Term {
    return hubHeard(ports.terms.read(), own) ?? NO_TERM;
  }

  function today(): string {
    return localDate(stationClock.nowMs(), ports.timeZone);
  }

  function changed(events: readonly QueueEvent[] | null): void {
    ports.onEvents(events);
    changes.notify();
  }

  /** One question and its answer; what every answer says besides is taken in here, and nowhere else. */
  async function ask(
    what: MemberAsk,
    timeoutMs: number,
    place: LogPlace,
  ): Promise<Result<MemberAnswer, Fault>> {
    const askedMs = ports.clock.monotonicMs();
    const { term, hub } = known();
    const asked = await ports.line.ask(
      { terminal: own, known: { term, hub }, agreed, place, ask: what },
      timeoutMs,
    );
    if (!asked.ok) return asked;
    const { value } = asked;
    if (isLater(value.known, known())) learn(value.known);
    if (!value.done.ok && isRefusal(value.done.fault)) return value.done;
    const byOwnClock = today();
    stationClock.hear(value.nowMs, askedMs + value.heldMs);
    keepOffset();
    const isDay = goOnTo(value.day, byOwnClock);
    if (!isDay.ok) return isDay;
    dayBy = 'station';
    return asked;
  }

  /** The day is the hub's. */
  function goOnTo(day: string, byOwnClock: string): Result<null, Fault> {
    if (day === mirror.day().date) return ok(null);
    // Before the day is begun, which erases what is old.
    const redated = byOwnClock === day ? ok(null) : mirror.redate(byOwnClock, day);
    if (!redated.ok) return redated;
    const begun = mirror.begin(day);
    if (begun.ok) changed(null);
    return begun;
  }

  function learn({ term, hub }: Term): void {
    store.transaction(() => {
      ports.terms.write({ term, hub, took: null, address: null });
      return null;
    });
  }

  function keepLink(next: LinkRow): Result<null, Fault> {
    return store.transaction(() => {
      ports.links.write(ports.hubAt, next);
      link = next;
      return null;
    });
  }

  function keepOffset(): void {
    const offsetMs = stationClock.offsetMs();
    if (link.offsetMs !== null && Math.abs(link.offsetMs - offsetMs) < memberSourceDelays.offsetKeptMs)
      return;
    keepLink({ ...ports.links.read(ports.hubAt), offsetMs });
  }

  const following = followHub({
    ask,
    mirror,
    clock: ports.clock,
    isUnderway: (ticketId) => underway.has(ticketId),
    changed,
    heardMs: () => link.heardMs,
    onLost: (why) => {
      const kept = store.transaction(() => {
        const row = { ...ports.links.read(ports.hubAt), heardMs: stationClock.nowMs() };
        // Lost before and not back yet: what was heard last is as long ago as it was.
        link = link.heardMs === null ? row : { ...row, heardMs: link.heardMs };
        ports.links.write(ports.hubAt, link);
        const subject = { actor: 'terminal', subject: null, detail: why.detail ?? null } as const;
        audit.write({ event: 'queue.hub-lost', disposition: why.code, ...subject });
        return null;
      });
      log({
        level: 'warn',
        event: 'queue.hub-lost',
        code: why.code,
        ...(why.detail === undefined ? {} : { detail: why.detail }),
      });
      if (!kept.ok) log({ level: 'error', event: 'queue.link-not-kept', code: kept.fault.code });
      changed([]);
    },
    onBack: () => {
      store.transaction(() => {
        link = { ...ports.links.read(ports.hubAt), heardMs: null };
        ports.links.write(ports.hubAt, link);
        audit.write({
          event: 'queue.hub-back',
          actor: 'terminal',
          subject: null,
          disposition: 'success',
          detail: null,
        });
        return null;
      });
      log({ level: 'info', event: 'queue.hub-back' });
      changed([]);
    },
    log,
  });

  function turn(): Result<null, Fault> {
    const date = today();
    // While the hub is there the day is the hub's.
    if (date === mirror.day().date || following.state().is === 'there') return ok(null);
    const begun = mirror.begin(date);
    if (dayBy === 'start') dayBy = 'midnight';
    if (begun.ok) changed(null);
    return begun;
  }

  /** A number from the hub, and from this terminal's own block when it does not answer in time. */
  async function give(
    command: Giving,
    by: QueueActor,
    alongside: Alongside,
  ): Promise<Result<readonly QueueEvent[], Fault>> {
    const { ticketId } = command;
    if (isGiven(mirror.day(), ticketId)) return ok([]);
    const refusal = following.refusal();
    if (refusal !== null) return err(refusal);
    if (await following.isThereWithin(memberSourceDelays.graceMs)) {
      const noted = mirror.asked(ticketId);
      if (!noted.ok) return noted;
      const asked = await ask(doing(command, by), memberDelays.answerMs, mirror.log().place());
      if (asked.ok) return taken(ticketId, asked.value, alongside);
      if (isRefusal(asked.fault)) return asked;
      following.lost(asked.fault);
    }
    return giveAlone(command, by, alongside);
  }

  /** The hub's answer to a question that gives a number: the log, the slip, and that it is settled, or nothing of them. */
  function taken(
    ticketId: string,
    { done, log: news }: MemberAnswer,
    alongside: Alongside,
  ): Result<readonly QueueEvent[], Fault> {
    const isOfToday = news.is === 'ahead' && news.of === mirror.day().date;
    const more = isOfToday ? news : { from: 0, events: [] };
    const kept = mirror.append(more.from, more.events, (before) => {
      mirror.answered(ticketId);
      if (done.ok && done.value.length > 0) alongside(done.value, before);
    });
    if (!kept.ok) return kept;
    if (kept.value.length > 0) changed(kept.value);
    return done;
  }

  function giveAlone(
    command: Giving,
    by: QueueActor,
    alongside: Alongside,
  ): Result<readonly QueueEvent[], Fault> {
    // What was asked for is settled at the next start.
    if (isClosing) return err(fault('queue.hub-lost'));
    const turned = turn();
    if (!turned.ok) return turned;
    const own = { ...command, ticketId: ports.newTicketId(), instead: command.ticketId };
    const asked = {
      day: mirror.day(),
      stamp: stationClock.stamp(),
      settings,
      issuer: loneIssuer(stationClock.terminal),
      closesAtMs: ports.closesAtMs,
    };
    const decided = numbersByDate(decide(own, asked), ports.isDateWrong);
    if (!decided.ok) return decided;
    const tickets = decided.value.flatMap((event) => (event.type === 'taken' ? [event.ticket] : []));
    const given = mirror.giveAlone(tickets, (before) => {
      mirror.answered(command.ticketId);
      audit.write(auditRowOf(own, by, decided.value, before));
      alongside(decided.value, before);
    });
    if (!given.ok) return given;
    changed(decided.value);
    return decided;
  }

  async function askToDo(
    command: StaffCommand,
    by: QueueActor,
    alongside: Alongside,
  ): Promise<Result<readonly QueueEvent[], Fault>> {
    const refusal = following.refusal();
    if (refusal !== null) return err(refusal);
    const asked = await ask(doing(command, by), memberDelays.answerMs, mirror.log().place());
    if (!asked.ok) {
      if (!isRefusal(asked.fault)) following.lost(asked.fault);
      return asked;
    }
    return taken('ticketId' in command ? command.ticketId : '', asked.value, alongside);
  }

  function cancelAlone(ticketId: string, reason: CancelReason): Result<readonly QueueEvent[], Fault> {
    const cancelled = mirror.cancelAlone(ticketId, reason);
    if (!cancelled.ok) return cancelled;
    changed([]);
    return ok([{ type: 'cancelled', stamp: stationClock.stamp(), ticketId, window: null, reason }]);
  }

  function once(
    command: Giving,
    by: QueueActor,
    alongside: Alongside,
  ): Promise<Result<readonly QueueEvent[], Fault>> {
    const already = underway.get(command.ticketId);
    if (already) return already;
    const giving = give(command, by, alongside).finally(() => underway.delete(command.ticketId));
    underway.set(command.ticketId, giving);
    return giving;
  }

  async function act(
    command: QueueCommand,
    by: QueueActor,
    alongside: Alongside,
  ): Promise<Result<readonly QueueEvent[], Fault>> {
    switch (command.verb) {
      case 'take':
      case 'check-in':
        return once(command, by, alongside);
      case 'cancel': {
        const alone = cancelAlone(command.ticketId, command.reason);
        return alone.ok ? alone : askToDo(command, by, alongside);
      }
      case 'close-day':
        return err(fault('api.forbidden'));
      default:
        return askToDo(command, by, alongside);
    }
  }

  const desk = createDesk({
    own,
    clock: ports.clock,
    known,
    log: () => mirror.log(),
    stationMs: () => stationClock.nowMs(),
    agreed,
    changes,
    isMember: true,
    hub: () => null,
    learn,
    onLevel: () => undefined,
  });

  return {
    clock: stationClock,
    desk,
    toHub: ports.line,
    isHub: () => false,
    day: mirror.day,
    dayBy: () => dayBy,
    noted: () => mirror.noted().filter((number) => !isMirrored(number)),
    events: mirror.events,
    termOf: () => null,
    do: act,
    turn,
    close: async () => {
      isClosing = true;
      ports.line.close();
      await following.stop();
    },
  };

  /** The numbers that this terminal noted, and of which neither it nor the hub knows a ticket. */
  function isMirrored(number: string): boolean {
    return [...mirror.day().tickets.values()].some((ticket) => ticket.number === number);
  }
}

function doing(command: StaffCommand, { role, account }: QueueActor): MemberAsk {
  return { kind: 'do', command, role: role === 'staff' ? 'staff' : 'resident', account };
}
