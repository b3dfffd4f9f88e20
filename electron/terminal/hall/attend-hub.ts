import { isDeepStrictEqual } from 'node:util';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import {
  hallDelays,
  MAX_REPLY_BYTES,
  type Attend,
  type Errand,
  type HallAnswer,
  type HallRequest,
  type HandedAsk,
  type HandedFound,
  type Heard,
  type Reply,
} from '#contract/queue/hall-api.ts';
import { err, type Result } from '#contract/result.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { HelpCalls } from '../help/help-calls.ts';

/** One message about the hall to the hub, and its answer. `signal`: nobody waits for it any more. */
export type AskHall = (
  request: HallRequest,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<Result<HallAnswer, Fault>>;

/** Tells the hub who calls at this kiosk, hears who comes, and gives it the forms that a window asks for. */
export interface Attending {
  readonly changes: Changes;
  /** Whether somebody at the hub would see a call now; false as well while the hub does not answer. */
  isHeard(): boolean;
  /** Whether the hub answers, and has this call. */
  knowsOf(callId: string): boolean;
  /** What lies at another terminal. Faults: `queue.hub-lost`, and what the hub says. */
  ask(ask: HandedAsk): Promise<Result<HandedFound, Fault>>;
  close(): Promise<void>;
}

export interface AttendPorts {
  readonly askHall: AskHall;
  readonly clock: Clock;
  /** This terminal's two digits. */
  readonly own: string;
  readonly newUuid: () => string;
  readonly calls: Pick<HelpCalls, 'changes' | 'open' | 'heard'>;
  /** What lies here. */
  readonly find: (ask: HandedAsk) => Result<HandedFound, Fault>;
}

export function attendHub(ports: AttendPorts): Attending {
  const { clock, calls, own } = ports;
  const changes = createChanges();
  const closing = new AbortController();
  const run = ports.newUuid();
  let turn = 0;
  /** What the hub said last; null: it does not answer. */
  let heard: Heard | null = null;
  /** For the next question, and for that one alone: of an errand that is not settled the hub says again that it has it. */
  let reply: Reply | null = null;
  /** Ends what is waited for: a question that the hub holds, or the pause before the next. */
  let wake: () => void = () => undefined;
  /** The call as it stood in the question that is under way. */
  let toldCall: Attend['call'] = null;

  /** Of a clock that was set back nobody knows how long ago it was. */
  function present(): Attend['call'] {
    const open = calls.open();
    if (open === null) return null;
    const { callId, page, calledMs, answer } = open;
    return { callId, page, helper: answer?.helper ?? null, ageMs: Math.max(0, clock.now() - calledMs) };
  }

  function isTold(): boolean {
    const now = present();
    return now === null || toldCall === null
      ? now === toldCall
      : now.callId === toldCall.callId && isDeepStrictEqual(now.helper, toldCall.helper);
  }

  const stopListening = calls.changes.subscribe(() => {
    if (!isTold()) wake();
  });

  function hears(next: Heard | null): void {
    const isNew = !isDeepStrictEqual(next, heard);
    heard = next;
    // Also what was heard before: perhaps it could not be written down.
    if (next?.call) calls.heard(next.call);
    if (isNew) changes.notify();
  }

  async function attend(): Promise<'at once' | 'later'> {
    turn += 1;
    const call = present();
    toldCall = call;
    const sent = reply;
    reply = null;
    const held = heard !== null && sent === null && isKnown(heard, call) ? heard : null;
    const overtaken = new AbortController();
    if (held !== null)
      wake = () => {
        overtaken.abort();
      };
    const asked = await ports.askHall(
      { kind: 'attend', terminal: own, run, turn, call, reply: sent, heard: held },
      hallDelays.answerMs + (held === null ? 0 : hallDelays.attendMs),
      AbortSignal.any([overtaken.signal, closing.signal]),
    );
    wake = () => undefined;
    if (overtaken.signal.aborted) return 'at once';
    if (!asked.ok || asked.value.is !== 'attended') {
      hears(null);
      return 'later';
    }
    const { errand, heard: said } = asked.value;
    reply = errand && replyTo(errand);
    hears(said);
    // Another machine says something else under this number: each correction would set off the next.
    return isKnown(said, call) ? 'at once' : 'later';
  }

  /** The hub says of this very call how it stands. */
  function isKnown(said: Heard, call: Attend['call']): boolean {
    return (said.call?.callId ?? null) === (call?.callId ?? null);
  }

  function replyTo({ errandId, ask }: Errand): Reply {
    const found = { errandId, found: ports.find(ask) };
    const isTooLarge = Buffer.byteLength(JSON.stringify(found)) > MAX_REPLY_BYTES;
    return isTooLarge ? { errandId, found: err(fault('handed.none', 'too large')) } : found;
  }

  async function attendAlways(): Promise<void> {
    while (!closing.signal.aborted) {
      if ((await attend()) === 'at once') continue;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(hallDelays.againMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
        if (closing.signal.aborted) wake();
      });
    }
  }

  const running = attendAlways();

  return {
    changes,
    isHeard: () => heard?.isHeard === true,
    knowsOf: (callId) => heard?.call?.callId === callId,
    ask: async (ask) => {
      const request = { kind: 'handed', terminal: own, ask } as const;
      const asked = await ports.askHall(request, hallDelays.relayedMs, closing.signal);
      if (!asked.ok) return asked;
      return asked.value.is === 'asked' ? asked.value.found : err(fault('queue.hub-lost', asked.value.is));
    },
    close: async () => {
      closing.abort();
      stopListening();
      wake();
      await running;
    },
  };
}
