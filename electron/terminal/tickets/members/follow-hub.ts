import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import {
  memberDelays,
  MOST_EVENTS_A_MESSAGE,
  type LogPlace,
  type MemberAnswer,
  type MemberAsk,
} from '#contract/queue/member-api.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { Result } from '#contract/result.ts';
import type { Log } from '../../log.ts';
import { isRefusal } from './desk.ts';
import { createLogChain } from './log-chain.ts';
import type { Mirror } from './mirror.ts';

/** All delays of it, in milliseconds. */
export const followDelays = {
  /** Between two tries to reach a hub that is lost. */
  againMs: 1_000,
} as const;

export type LinkState =
  | { readonly is: 'there' }
  /** `sinceMs` on the monotonic clock. */
  | { readonly is: 'lost'; readonly sinceMs: number };

/** Keeps a member's mirror level with its hub, and tells the hub what the member gave out without it. */
export interface Following {
  state(): LinkState;
  /** The hub answers, and will have nothing of this terminal; null: it does not say so. */
  refusal(): Fault | null;
  /** True at once when it is there; of one that was lost a moment ago it is waited for, until `graceMs` behind that. */
  isThereWithin(graceMs: number): Promise<boolean>;
  /** A question had no answer. */
  lost(why: Fault): void;
  stop(): Promise<void>;
}

export interface FollowPorts {
  readonly ask: (what: MemberAsk, timeoutMs: number, place: LogPlace) => Promise<Result<MemberAnswer, Fault>>;
  readonly mirror: Mirror;
  readonly clock: Clock;
  /** Somebody waits for this ticket's answer now. */
  readonly isUnderway: (ticketId: string) => boolean;
  readonly heardMs: () => number | null;
  readonly changed: (events: readonly QueueEvent[] | null) => void;
  readonly onLost: (why: Fault) => void;
  readonly onBack: () => void;
  readonly log: Log;
}

/** Behind one exchange: go on at once, or wait before the next. */
type Turn = 'at once' | 'later';

export function followHub(ports: FollowPorts): Following {
  const { mirror, clock } = ports;
  let state: LinkState = { is: 'lost', sinceMs: clock.monotonicMs() };
  let isLossTold = false;
  let refused: Fault | null = null;
  let isOver = false;
  let wake: () => void = () => undefined;
  const waiting = new Set<() => void>();

  function lost(why: Fault): void {
    if (isOver) return;
    if (state.is === 'there') state = { is: 'lost', sinceMs: clock.monotonicMs() };
    if (isLossTold) return;
    isLossTold = true;
    ports.onLost(why);
  }

  function failed(why: Fault): Turn {
    refused = isRefusal(why) ? why : null;
    lost(why);
    return 'later';
  }

  function back(): void {
    if (state.is === 'there') return;
    state = { is: 'there' };
    isLossTold = false;
    ports.onBack();
    for (const go of [...waiting]) go();
  }

  /** What the answer's log has; the whole of it is here afterwards, or not yet. */
  function takeIn({ log }: MemberAnswer): Result<'level' | 'not yet' | 'another', Fault> {
    if (log.is === 'another') return { ok: true, value: 'another' };
    if (log.of !== mirror.day().date) return { ok: true, value: 'not yet' };
    const kept = mirror.append(log.from, log.events, () => undefined);
    if (!kept.ok) return kept;
    if (kept.value.length > 0) ports.changed(kept.value);
    const isLevel = !log.more && mirror.log().events.length >= log.from + log.events.length;
    return { ok: true, value: isLevel ? 'level' : 'not yet' };
  }

  /** Told before anything else is asked: so the hub knows until when it was heard at least. */
  async function tell(): Promise<Turn> {
    const batch = mirror.untold().slice(0, MOST_EVENTS_A_MESSAGE / 2);
    const tickets = batch.map(({ ticket }) => ticket);
    const day = mirror.day().date;
    const asked = await askHub({ kind: 'tell', day, heardMs: ports.heardMs(), tickets });
    if (!asked.ok) return failed(asked.fault);
    if (!asked.value.done.ok) return failed(asked.value.done.fault);
    // The hub has another day, and took none of them: those of a clock that was wrong are told again as today's.
    if (asked.value.day !== day) return 'at once';
    const ids = new Set(tickets.map(({ ticketId }) => ticketId));
    const givenUp = new Set<string>();
    // Read anew each time: while one answer is waited for, somebody may give up another.
    for (;;) {
      const next = mirror
        .untold()
        .find(
          ({ ticket: { ticketId }, cancelled }) =>
            cancelled !== null && !givenUp.has(ticketId) && ids.has(ticketId),
        );
      if (next === undefined || next.cancelled === null) break;
      const { ticketId } = next.ticket;
      const turn = await giveUp(ticketId, next.cancelled);
      if (turn === 'later') return turn;
      givenUp.add(ticketId);
    }
    const told = mirror.told([...ids]);
    if (!told.ok) return failed(told.fault);
    const taken = takeIn(asked.value);
    return taken.ok ? 'at once' : failed(taken.fault);
  }

  /** Whatever the hub says to it, it has heard it: there may be no such ticket, or it may be over. */
  async function giveUp(ticketId: string, reason: 'left' | 'mistake' | 'never-printed'): Promise<Turn> {
    const command = { verb: 'cancel', ticketId, window: null, reason } as const;
    const asked = await askHub({ kind: 'do', command, role: 'resident', account: null });
    return asked.ok ? 'at once' : failed(asked.fault);
  }

  /** Of a run before, which ended while it waited for the answer: nobody holds these. */
  async function settle(ticketIds: readonly string[]): Promise<Turn> {
    for (const ticketId of ticketIds) {
      if ((await giveUp(ticketId, 'never-printed')) === 'later') return 'later';
      const kept = mirror.append(0, [], () => {
        mirror.answered(ticketId);
      });
      if (!kept.ok) return failed(kept.fault);
    }
    return 'at once';
  }

  async function follow(): Promise<Turn> {
    const waitMs = state.is === 'there' ? memberDelays.followMs : 0;
    const asked = await askHub({ kind: 'follow', waitMs });
    if (!asked.ok) return failed(asked.fault);
    refused = null;
    const taken = takeIn(asked.value);
    if (!taken.ok) return failed(taken.fault);
    if (taken.value === 'another') return offer();
    if (taken.value === 'level' && mirror.untold().length === 0) back();
    return 'at once';
  }

  /** The hub's log is another one: it gets what it lacks of ours, and ours becomes what it is then. */
  async function offer(): Promise<Turn> {
    const { events, day } = mirror.log();
    const ours = [...events];
    for (let from = 0; from < ours.length; from += MOST_EVENTS_A_MESSAGE / 2) {
      const some = ours.slice(from, from + MOST_EVENTS_A_MESSAGE / 2);
      const asked = await askHub({ kind: 'offer', day, events: some });
      if (!asked.ok) return failed(asked.fault);
      if (!asked.value.done.ok) return failed(asked.value.done.fault);
      if (asked.value.log.is === 'ahead') return 'at once';
    }
    ports.log({ level: 'warn', event: 'queue.mirror-replaced', detail: `${ours.length} events of ${day}` });
    return fetchAll();
  }

  async function fetchAll(): Promise<Turn> {
    const read = createLogChain(mirror.day().date, []);
    for (;;) {
      const asked = await ports.ask({ kind: 'follow', waitMs: 0 }, memberDelays.answerMs, read.place());
      if (!asked.ok) return failed(asked.fault);
      const { log } = asked.value;
      if (log.is === 'another' || log.of !== read.day || log.from !== read.events.length) return 'later';
      read.append(log.events);
      if (log.more) continue;
      const replaced = mirror.replace(read.events);
      if (!replaced.ok) return failed(replaced.fault);
      ports.changed(null);
      return 'at once';
    }
  }

  function askHub(what: MemberAsk): Promise<Result<MemberAnswer, Fault>> {
    const heldMs = what.kind === 'follow' ? what.waitMs : 0;
    return ports.ask(what, memberDelays.answerMs + heldMs, mirror.log().place());
  }

  function turn(): Promise<Turn> {
    if (mirror.untold().length > 0) return tell();
    const unanswered = mirror.unanswered().filter((ticketId) => !ports.isUnderway(ticketId));
    return unanswered.length > 0 ? settle(unanswered) : follow();
  }

  async function run(): Promise<void> {
    while (!isOver) {
      if ((await turn()) === 'at once') continue;
      if (hasEnded()) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(followDelays.againMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  const hasEnded = (): boolean => isOver;
  const running = run();

  return {
    state: () => state,
    refusal: () => refused,
    isThereWithin: (graceMs) => {
      if (state.is === 'there') return Promise.resolve(true);
      const leftMs = state.sinceMs + graceMs - clock.monotonicMs();
      if (leftMs <= 0) return Promise.resolve(false);
      return new Promise((resolve) => {
        const end = (): void => {
          cancel();
          waiting.delete(end);
          resolve(state.is === 'there');
        };
        const cancel = clock.after(leftMs, end);
        waiting.add(end);
      });
    },
    lost,
    stop: async () => {
      isOver = true;
      wake();
      for (const go of [...waiting]) go();
      await running;
    },
  };
}
