import type { HelpPage } from '#contract/choices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Helper } from '#contract/help.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit, AuditRow } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { createHelpLog, type OpenCall } from './help-log.ts';

/** All delays of a call, in milliseconds. */
export const helpDelays = {
  /** Whoever called so long ago, was heard of so long ago and answered so long ago, has been helped or has gone. */
  forgetAfterMs: 15 * 60_000,
} as const;

type Done = Result<null, Fault>;

/**
 * The call of whoever stands at this kiosk. One at a time: a kiosk has room for one person. It
 * outlives restarts, and ends with the visit.
 */
export interface HelpCalls {
  readonly changes: Changes;
  /** Null: nobody calls. */
  open(): OpenCall | null;
  /** Once on the disk. While one is open it is the same one. Faults: `store.full`, `store.failed`. */
  call(page: HelpPage, isHeard: boolean): Done;
  takeBack(): Done;
  /** Faults: `help.gone`; `help.taken`, when somebody else was faster. */
  come(callId: string, helper: Helper): Done;
  /** Fault: `help.gone`. */
  done(callId: string, helper: Helper): Done;
  /** The hub has it; who comes, or that it is over, was said there and is written down there. */
  heard(said: { readonly callId: string; readonly helper: Helper | null; readonly isOver: boolean }): void;
  /** The visit at the kiosk has ended: whoever called is not there any more. */
  visitEnded(): void;
  /** From here on nothing ends a call: it is there after the restart. */
  close(): void;
}

export interface HelpCallsPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** This terminal's two digits. */
  readonly own: string;
  readonly newUuid: () => string;
}

export function createHelpCalls(ports: HelpCallsPorts): HelpCalls {
  const { store, audit, clock, own } = ports;
  const changes = createChanges();
  const calls = createHelpLog(store);
  let open: OpenCall | null = calls.read();
  let isClosed = false;
  /** When the hub said for the first time in this run that it has the call; null: it has not. */
  let arrivedMs: number | null = null;
  let cancelForget: () => void = () => undefined;
  forgetInTime();

  /** The row, its audit row, and what everybody sees: all of it or nothing. `row`: null: it is in another audit. */
  function become(next: OpenCall | null, row: Omit<AuditRow, 'subject'> | null): Done {
    const subject = (next ?? open)?.callId ?? null;
    const written = store.transaction(() => {
      if (next === null) calls.erase();
      else calls.write(next);
      if (row !== null) audit.write({ ...row, subject });
      return null;
    });
    if (!written.ok) return written;
    if (next?.callId !== open?.callId) arrivedMs = null;
    open = next;
    forgetInTime();
    changes.notify();
    return written;
  }

  /** By the terminal itself; what cannot be written down is tried again at the next occasion. */
  function end(why: 'visit-ended' | 'forgotten'): void {
    if (open === null || isClosed) return;
    const row = { event: 'help.ended', actor: 'terminal', disposition: why, detail: null } as const;
    const ended = become(null, row);
    if (!ended.ok) ports.log({ level: 'error', event: 'help.not-ended', code: ended.fault.code });
  }

  function forgetInTime(): void {
    cancelForget();
    if (open === null) return;
    const ageMs = clock.now() - (open.answer?.atMs ?? arrivedMs ?? open.calledMs);
    // Of a clock that was set back nobody knows how long ago that was.
    const leftMs = helpDelays.forgetAfterMs - Math.max(0, ageMs);
    cancelForget = clock.after(Math.max(0, leftMs), () => {
      end('forgotten');
    });
  }

  function named(callId: string): Result<OpenCall, Fault> {
    return open?.callId === callId ? ok(open) : err(fault('help.gone'));
  }

  return {
    changes,
    open: () => open,
    call: (page, isHeard) => {
      if (open !== null) return ok(null);
      const call = { callId: ports.newUuid(), page, calledMs: clock.now(), answer: null };
      return become(call, {
        event: 'help.called',
        actor: 'resident',
        disposition: isHeard ? 'heard' : 'nobody-there',
        detail: `kiosk ${own}, ${page}`,
      });
    },
    takeBack: () =>
      open === null
        ? ok(null)
        : become(null, {
            event: 'help.taken-back',
            actor: 'resident',
            disposition: 'success',
            detail: null,
          }),
    come: (callId, helper) => {
      const call = named(callId);
      if (!call.ok) return call;
      const before = call.value.answer?.helper;
      if (before !== undefined)
        return before.staffId === helper.staffId ? ok(null) : err(fault('help.taken'));
      const answer = { helper, atMs: clock.now() };
      return become({ ...call.value, answer }, byStaff('help.answered', helper));
    },
    done: (callId, helper) => {
      const call = named(callId);
      return call.ok ? become(null, byStaff('help.done', helper)) : call;
    },
    heard: ({ callId, helper, isOver }) => {
      if (open?.callId !== callId || isClosed) return;
      if (arrivedMs === null) {
        arrivedMs = clock.now();
        forgetInTime();
      }
      // What cannot be written down now is said again.
      if (isOver) become(null, null);
      else if (helper !== null && open.answer?.helper.staffId !== helper.staffId)
        become({ ...open, answer: { helper, atMs: clock.now() } }, null);
    },
    visitEnded: () => {
      end('visit-ended');
    },
    close: () => {
      isClosed = true;
      cancelForget();
    },
  };
}

/** Without its subject, the call. */
export function byStaff(event: AuditEvent, { staffId, window }: Helper) {
  const detail = `${window === null ? 'kiosk' : `window ${window}`}, ${staffId}`;
  return { event, actor: 'staff', disposition: 'success', detail } as const;
}
