import type { Fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { HubAddress, MemberAnswer, MemberRequest, Term } from '#contract/queue/member-api.ts';
import type { Result } from '#contract/result.ts';
import type { AskHall } from '../../hall/attend-hub.ts';
import { beginningOf, createLogChain, type LogChain } from './log-chain.ts';
import { isLater } from './terms.ts';

/** One message to a hub and its answer, within the time limit. Faults: `queue.hub-lost`, `queue.hub-refuses`. */
export interface HubLine {
  ask(request: MemberRequest, timeoutMs: number): Promise<Result<MemberAnswer, Fault>>;
  /** The same about the hall. */
  readonly askHall: AskHall;
  /** Whatever is asked now gets `queue.hub-lost`. */
  close(): void;
}

/** All delays of it, in milliseconds. */
export const tellPredecessorDelays = {
  /** It may be switched off, and be switched on again in a minute or in a week. */
  againMs: 2_000,
  /** It answers, and does not know all that it gave out: perhaps tomorrow, of which it has given out nothing. */
  lackingAgainMs: 60_000,
  answerMs: 3_000,
} as const;

export interface TellPredecessorPorts {
  readonly line: HubLine;
  readonly clock: Clock;
  readonly own: string;
  readonly known: () => Term;
  readonly door: HubAddress | null;
  readonly day: () => LocalDate;
  readonly adopt: (events: readonly QueueEvent[]) => Result<null, Fault>;
  /** A log of the hub before lacks nothing that it is known to have done: its disk is not an empty or an older one. */
  readonly isWhole: (read: LogChain) => boolean;
  /** All that it had given out is here. */
  readonly onHeard: () => void;
  /** Somebody else has taken over since. */
  readonly learn: (later: Term, at: null) => void;
}

/** What one round came to. `lacking`: it answers, and what it gave out today is not known by that. */
type Told = 'heard' | 'again' | 'lacking';

/**
 * A hub that comes back must not go on as one: whoever took its place tells it as soon as it answers, and takes over what
 * it had done that nobody else knows of.
 */
export function tellPredecessor(ports: TellPredecessorPorts): { stop(): Promise<void> } {
  let isOver = false;
  let cancel: () => void = () => undefined;
  let wake: () => void = () => undefined;

  async function tell(): Promise<Told> {
    const read = createLogChain(ports.day(), []);
    for (;;) {
      const { term, hub } = ports.known();
      const place = read.events.length === 0 ? beginningOf(read.day) : read.place();
      const asked = await ports.line.ask(
        {
          terminal: ports.own,
          known: { term, hub },
          agreed: '',
          place,
          ask: { kind: 'replaced', at: ports.door },
        },
        tellPredecessorDelays.answerMs,
      );
      if (!asked.ok || hasEnded()) return 'again';
      const { log, day, known, done } = asked.value;
      if (isLater(known, ports.known())) {
        ports.learn(known, null);
        isOver = true;
        return 'again';
      }
      // By now it is a member, and its log is this one; or its clock has another day, and it may give out today's yet.
      if (!done.ok || day !== read.day) return 'lacking';
      if (log.is === 'another') return 'again';
      if (!ports.adopt(log.events).ok) return 'again';
      read.append(log.events);
      if (log.more) continue;
      // It could not write down that it is none any more, and would be one again at its next start.
      if (isLater({ term, hub }, known)) return 'again';
      return ports.isWhole(read) ? 'heard' : 'lacking';
    }
  }

  async function run(): Promise<void> {
    while (!isOver) {
      const told = await tell();
      if (told === 'heard') {
        ports.onHeard();
        return;
      }
      if (hasEnded()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        const { againMs, lackingAgainMs } = tellPredecessorDelays;
        cancel = ports.clock.after(told === 'again' ? againMs : lackingAgainMs, resolve);
      });
    }
  }

  const hasEnded = (): boolean => isOver;
  const running = run();
  return {
    stop: async () => {
      isOver = true;
      cancel();
      wake();
      ports.line.close();
      await running;
    },
  };
}
