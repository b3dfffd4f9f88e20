import { isDeepStrictEqual } from 'node:util';
import { fault, type Fault } from '#contract/fault.ts';
import type { HelpCall, Helper } from '#contract/help.ts';
import type { Clock } from '#contract/ports.ts';
import {
  hallDelays,
  type Attend,
  type Attended,
  type Errand,
  type HandedAsk,
  type HandedFound,
  type Heard,
} from '#contract/queue/hall-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import { createChanges, type Changes } from '../changes.ts';
import { byStaff, helpDelays } from '../help/help-calls.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

type Done = Result<null, Fault>;

/**
 * The members' kiosks, as the hub has them: in memory, since each says all of it again within a second of a restart. A call
 * is its kiosk's; who comes, and that it is over, is said here, and the kiosk is told.
 */
export interface Kiosks {
  readonly changes: Changes;
  /** Held until there is something that the member has not heard. `signal`: nobody waits for the answer any more. */
  attend(asked: Attend, signal: AbortSignal): Promise<Attended>;
  calls(): readonly HelpCall[];
  /** Faults: `help.gone`, `help.taken`; `store.full`, `store.failed`. */
  come(callId: string, helper: Helper): Done;
  /** Also at a kiosk that does not answer: it is told when it does. Fault: `help.gone`. */
  done(callId: string, helper: Helper): Done;
  /** Fault: `handed.kiosk-silent`; those of the kiosk. */
  ask(terminal: string, ask: HandedAsk): Promise<Result<HandedFound, Fault>>;
  close(): void;
}

export interface KiosksPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly newUuid: () => string;
  /** Whether anybody who may come has a console open here, and when that changes. */
  readonly isHeard: () => boolean;
  readonly heardChanges: Pick<Changes, 'subscribe'>;
}

/** A call, and what was said of it here. */
interface KnownCall extends Omit<HelpCall, 'kiosk' | 'isReachable'> {
  readonly isOver: boolean;
}

interface Waiting {
  readonly errand: Errand;
  readonly settle: (found: Result<HandedFound, Fault>) => void;
}

interface Kiosk {
  readonly terminal: string;
  run: string;
  /** The run before this one; null: there was none. */
  runBefore: string | null;
  isSaidToBeTwo: boolean;
  turn: number;
  call: KnownCall | null;
  isSilent: boolean;
  /** In the order in which they were asked for. */
  readonly errands: Waiting[];
  cancel: () => void;
}

export function createKiosks(ports: KiosksPorts): Kiosks {
  const { store, audit, clock, log } = ports;
  const changes = createChanges();
  /** Somebody who waits for an answer may have one now. */
  const news = createChanges();
  const kiosks = new Map<string, Kiosk>();
  let isClosed = false;
  /** Until then each member that is on has asked. */
  const allHeardMs = clock.monotonicMs() + hallDelays.againMs + hallDelays.answerMs;
  const stopListening = ports.heardChanges.subscribe(news.notify);

  function changed(): void {
    changes.notify();
    news.notify();
  }

  function kioskOf(terminal: string, run: string): Kiosk {
    const known = kiosks.get(terminal);
    if (known) return known;
    const kiosk: Kiosk = {
      terminal,
      run,
      runBefore: null,
      isSaidToBeTwo: false,
      turn: -1,
      call: null,
      isSilent: false,
      errands: [],
      cancel: () => undefined,
    };
    kiosks.set(terminal, kiosk);
    return kiosk;
  }

  /** One that has not asked yet, and may be about to. */
  function expected(terminal: string): Kiosk | null {
    const leftMs = allHeardMs - clock.monotonicMs();
    if (leftMs <= 0) return null;
    const kiosk = kioskOf(terminal, NOT_HEARD);
    kiosk.cancel = clock.after(leftMs, () => {
      silent(kiosk);
    });
    return kiosk;
  }

  /** A terminal that starts again never goes back to the run before: two machines take turns under one number. */
  function noteRun(kiosk: Kiosk, run: string): void {
    if (kiosk.run === run) return;
    if (kiosk.runBefore === run && !kiosk.isSaidToBeTwo) {
      kiosk.isSaidToBeTwo = true;
      log({ level: 'warn', event: 'hall.two-of-one-number', detail: `terminal ${kiosk.terminal}` });
    }
    kiosk.runBefore = kiosk.run;
    kiosk.run = run;
  }

  function take(kiosk: Kiosk, asked: Attend): void {
    const wasSilent = kiosk.isSilent;
    kiosk.isSilent = false;
    kiosk.cancel();
    // One that it had given up for a newer one arrives behind that.
    const isOvertaken = kiosk.run === asked.run && asked.turn <= kiosk.turn;
    if (!isOvertaken) {
      noteRun(kiosk, asked.run);
      kiosk.turn = asked.turn;
    }
    const before = kiosk.call;
    if (!isOvertaken) kiosk.call = callOf(asked, before);
    if (asked.reply !== null) settle(kiosk, asked.reply.errandId, asked.reply.found);
    if (wasSilent || !isDeepStrictEqual(before, kiosk.call)) changed();
  }

  function callOf({ call }: Attend, before: KnownCall | null): KnownCall | null {
    if (call === null) return null;
    if (before?.callId === call.callId) return { ...before, helper: before.helper ?? call.helper };
    const { callId, page, helper, ageMs } = call;
    return { callId, page, helper, calledMs: Math.max(0, clock.now() - ageMs), isOver: false };
  }

  function settle(kiosk: Kiosk, errandId: string, found: Result<HandedFound, Fault>): void {
    const at = kiosk.errands.findIndex(({ errand }) => errand.errandId === errandId);
    for (const waiting of at < 0 ? [] : kiosk.errands.splice(at, 1)) waiting.settle(found);
  }

  function silent(kiosk: Kiosk): void {
    kiosk.isSilent = true;
    for (const waiting of kiosk.errands.splice(0)) waiting.settle(notAnswering(kiosk.terminal));
    changed();
    kiosk.cancel = clock.after(helpDelays.forgetAfterMs, () => {
      forget(kiosk);
    });
  }

  /** Whoever called at a machine that has not answered for so long is not left on the consoles for ever. */
  function forget(kiosk: Kiosk): void {
    const { call } = kiosk;
    kiosks.delete(kiosk.terminal);
    if (call === null || call.isOver) return;
    const ended = store.transaction(() => {
      const row = { event: 'help.ended', actor: 'terminal', disposition: 'kiosk-silent' } as const;
      audit.write({ ...row, subject: call.callId, detail: `kiosk ${kiosk.terminal}` });
      return null;
    });
    if (!ended.ok) log({ level: 'error', event: 'help.not-ended', code: ended.fault.code });
    changed();
  }

  function heardBy({ call }: Kiosk): Heard {
    return {
      isHeard: ports.isHeard(),
      call: call && { callId: call.callId, helper: call.helper, isOver: call.isOver },
    };
  }

  /** Until the kiosk has something to hear or to do. */
  function hold(kiosk: Kiosk, { heard, run, turn }: Attend, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean =>
      signal.aborted ||
      heard === null ||
      kiosk.errands.length > 0 ||
      kiosk.run !== run ||
      kiosk.turn !== turn ||
      !isDeepStrictEqual(heard, heardBy(kiosk));
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        stop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(hallDelays.attendMs, end);
      const stop = news.subscribe(() => {
        if (isOver()) end();
      });
      signal.addEventListener('abort', end);
      if (isOver()) end();
    });
  }

  /** The kiosk that has this call, and the call. */
  function named(callId: string): Result<{ kiosk: Kiosk; call: KnownCall }, Fault> {
    for (const kiosk of kiosks.values())
      if (kiosk.call?.callId === callId && !kiosk.call.isOver) return ok({ kiosk, call: kiosk.call });
    return err(fault('help.gone'));
  }

  function say(
    { kiosk, call }: { kiosk: Kiosk; call: KnownCall },
    next: KnownCall,
    event: 'help.answered' | 'help.done',
    helper: Helper,
  ): Done {
    const said = store.transaction(() => {
      const row = byStaff(event, helper);
      audit.write({ ...row, subject: call.callId, detail: `${row.detail}, kiosk ${kiosk.terminal}` });
      return null;
    });
    if (!said.ok) return said;
    kiosk.call = next;
    changed();
    return said;
  }

  return {
    changes,
    attend: async (asked, signal) => {
      const kiosk = kioskOf(asked.terminal, asked.run);
      take(kiosk, asked);
      await hold(kiosk, asked, signal);
      // A newer question of the same kiosk is held meanwhile, and says when it went silent.
      if (!isClosed && kiosk.run === asked.run && kiosk.turn === asked.turn) {
        kiosk.cancel();
        kiosk.cancel = clock.after(hallDelays.silentAfterMs, () => {
          silent(kiosk);
        });
      }
      return { is: 'attended', heard: heardBy(kiosk), errand: kiosk.errands[0]?.errand ?? null };
    },
    calls: () =>
      [...kiosks.values()].flatMap(({ terminal, call, isSilent }) => {
        if (call === null || call.isOver) return [];
        const { callId, page, calledMs, helper } = call;
        return [{ callId, kiosk: terminal, page, calledMs, helper, isReachable: !isSilent }];
      }),
    come: (callId, helper) => {
      const found = named(callId);
      if (!found.ok) return found;
      const { call } = found.value;
      if (call.helper !== null)
        return call.helper.staffId === helper.staffId ? ok(null) : err(fault('help.taken'));
      return say(found.value, { ...call, helper }, 'help.answered', helper);
    },
    done: (callId, helper) => {
      const found = named(callId);
      if (!found.ok) return found;
      return say(found.value, { ...found.value.call, isOver: true }, 'help.done', helper);
    },
    ask: (terminal, ask) => {
      const kiosk = kiosks.get(terminal) ?? expected(terminal);
      if (kiosk === null || kiosk.isSilent) return Promise.resolve(notAnswering(terminal));
      return new Promise((resolve) => {
        const errandId = ports.newUuid();
        const cancel = clock.after(hallDelays.errandMs, () => {
          settle(kiosk, errandId, notAnswering(terminal));
        });
        const settled = (found: Result<HandedFound, Fault>): void => {
          cancel();
          resolve(found);
        };
        kiosk.errands.push({ errand: { errandId, ask }, settle: settled });
        news.notify();
      });
    },
    close: () => {
      isClosed = true;
      stopListening();
      for (const kiosk of kiosks.values()) {
        kiosk.cancel();
        for (const waiting of kiosk.errands.splice(0)) waiting.settle(notAnswering(kiosk.terminal));
      }
    },
  };
}

/** No run's id: it has none yet. */
const NOT_HEARD = '';

function notAnswering(terminal: string): Result<never, Fault> {
  return err(fault('handed.kiosk-silent', terminal));
}
