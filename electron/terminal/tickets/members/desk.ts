import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import {
  MOST_EVENTS_A_MESSAGE,
  type HubAddress,
  type MemberAnswer,
  type MemberAsk,
  type MemberRequest,
  type Term,
} from '#contract/queue/member-api.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { NewTicket } from '#contract/queue/ticket.ts';
import { sameStamp } from '#contract/queue/stamp.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Changes } from '../../changes.ts';
import type { QueueActor } from '../who.ts';
import type { LogChain } from './log-chain.ts';
import { isLater } from './terms.ts';

/** Where members are answered; at every terminal, so that one that asks the wrong one hears who the hub is. */
export interface Desk {
  /** Who it is was decided before. `signal`: nobody waits for the answer any more. */
  answer(request: MemberRequest, signal: AbortSignal): Promise<MemberAnswer>;
}

export interface DeskPorts {
  /** This terminal's two digits. */
  readonly own: string;
  readonly clock: Clock;
  readonly known: () => Term;
  readonly log: () => LogChain;
  readonly stationMs: () => number;
  /** Digest of what hub and members must have the same of. */
  readonly agreed: string;
  /** Something was added to the log. */
  readonly changes: Pick<Changes, 'subscribe'>;
  /** Its log is a mirror of its hub's, and says nothing of what it gave out when it was a hub itself. */
  readonly isMember: boolean;
  /** Null while this terminal is not the hub. */
  readonly hub: () => HubWork | null;
  /** Somebody knows of a later term. */
  readonly learn: (later: Term, at: HubAddress | null) => void;
  /** This terminal's log has all that the sender has. */
  readonly onLevel: (terminal: string) => void;
}

/** What the hub does for a member. */
export interface HubWork {
  do(command: QueueCommand, by: QueueActor): Result<readonly QueueEvent[], Fault>;
  merge(terminal: string, heardMs: number | null, tickets: readonly NewTicket[]): Result<null, Fault>;
  adopt(terminal: string, events: readonly QueueEvent[]): Result<null, Fault>;
  /** It was given out, and nobody will be called by it any more. */
  isOver(ticketId: string): boolean;
}

export function createDesk(ports: DeskPorts): Desk {
  const { clock } = ports;

  return {
    answer: async (request, signal) => {
      const arrivedMs = clock.monotonicMs();
      const { ask, known, terminal } = request;
      const isReplaced = ask.kind === 'replaced';
      // Who asks as a member is no hub, whatever its store says of an earlier time.
      const isBelieved = isReplaced || known.hub !== terminal;
      if (isBelieved && isLater(known, ports.known())) ports.learn(known, isReplaced ? ask.at : null);
      const done = work(request);
      if (done.ok && ask.kind === 'follow') await news(request, ask.waitMs, signal);
      // Who is refused is told nothing of what stands in the log.
      const log = done.ok || !isRefusal(done.fault) ? whatIsNew(request) : nothingNew(request);
      if (done.ok && log.is === 'ahead' && log.of === request.place.day) ports.onLevel(terminal);
      return {
        known: termOf(ports.known()),
        nowMs: ports.stationMs(),
        heldMs: Math.round(clock.monotonicMs() - arrivedMs),
        day: ports.log().day,
        log,
        done,
      };
    },
  };

  function work({ ask, agreed, terminal }: MemberRequest): MemberAnswer['done'] {
    if (ask.kind === 'replaced')
      return ports.isMember ? err(fault('queue.hub-refuses', 'a member has no log of its own')) : ok([]);
    const hub = ports.hub();
    if (hub === null) return err(fault('queue.hub-replaced', `the hub is terminal ${ports.known().hub}`));
    if (agreed !== ports.agreed)
      return err(fault('queue.hub-refuses', 'lines, blocks or time zone of the two differ'));
    const done = doneFor(ask, terminal, hub);
    return done.ok ? ok([...done.value]) : done;
  }

  function doneFor(
    ask: Exclude<MemberAsk, { kind: 'replaced' }>,
    terminal: string,
    hub: HubWork,
  ): Result<readonly QueueEvent[], Fault> {
    switch (ask.kind) {
      case 'follow':
        return ok([]);
      case 'do': {
        const done = hub.do(ask.command, { role: ask.role, account: ask.account, terminal });
        return done.ok && done.value.length === 0 ? originally(ask.command, hub) : done;
      }
      case 'tell':
      case 'offer': {
        // What was left of a day that is over has expired with it.
        if (ask.day !== ports.log().day) return ok([]);
        const taken =
          ask.kind === 'tell'
            ? hub.merge(terminal, ask.heardMs, ask.tickets)
            : hub.adopt(terminal, ask.events);
        return taken.ok ? ok([]) : taken;
      }
    }
  }

  /** Asked a second time, since the answer was lost: the member needs it for the slip. */
  function originally(command: QueueCommand, hub: HubWork): Result<readonly QueueEvent[], Fault> {
    if (!('ticketId' in command)) return ok([]);
    // A slip for it would be one that nobody ever calls.
    const isGiving = command.verb === 'take' || command.verb === 'check-in';
    if (isGiving && hub.isOver(command.ticketId))
      return err(fault('queue.wrong-state', 'it was given, and is over'));
    const { events } = ports.log();
    const taken = events.find(
      (event) => event.type === 'taken' && event.ticket.ticketId === command.ticketId,
    );
    return ok(taken ? events.filter(({ stamp }) => sameStamp(stamp, taken.stamp)) : []);
  }

  function whatIsNew({ place }: MemberRequest): MemberAnswer['log'] {
    const log = ports.log();
    const isOfToday = place.day === log.day;
    const behind = isOfToday
      ? log.behind(place, MOST_EVENTS_A_MESSAGE)
      : log.events.slice(0, MOST_EVENTS_A_MESSAGE);
    if (behind === null) return { is: 'another' };
    const from = isOfToday ? place.events : 0;
    const more = from + behind.length < log.events.length;
    return { is: 'ahead', of: log.day, from, events: [...behind], more };
  }

  /** Until there is something that the member lacks. */
  function news({ place }: MemberRequest, waitMs: number, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => {
      const log = ports.log();
      const isLevel = log.day === place.day && log.events.length === place.events;
      return signal.aborted || !isLevel || log.behind(place, 1) === null || ports.hub() === null;
    };
    return new Promise((resolve) => {
      let cancel: () => void = () => undefined;
      const end = (): void => {
        cancel();
        stop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const stop = ports.changes.subscribe(() => {
        if (isOver()) end();
      });
      if (isOver() || waitMs === 0) {
        end();
        return;
      }
      cancel = clock.after(waitMs, end);
      signal.addEventListener('abort', end);
    });
  }
}

/** Not of one question, but of whoever asks it. */
export function isRefusal({ code }: Fault): boolean {
  return code === 'queue.hub-refuses' || code === 'queue.hub-replaced';
}

function nothingNew({ place }: MemberRequest): MemberAnswer['log'] {
  return { is: 'ahead', of: place.day, from: place.events, events: [], more: false };
}

/** What a terminal keeps besides is nobody else's. */
function termOf({ term, hub }: Term): Term {
  return { term, hub };
}
