import type { HelpPage } from '#contract/choices.ts';
import type { Fault } from '#contract/fault.ts';
import type { Helper, HelpSnapshot, KioskHelp } from '#contract/help.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Attending } from '../hall/attend-hub.ts';
import type { Kiosks } from '../hall/kiosks.ts';
import type { HelpCalls } from './help-calls.ts';

type Done = Result<null, Fault>;

/** Calls for staff, as this kiosk and the consoles see them: at the hub those of all kiosks in the hall. */
export interface StationHelp {
  readonly changes: Changes;
  atKiosk(): KioskHelp;
  atConsole(): HelpSnapshot;
  /** Somebody who may come has a console open. The returned function ends that. */
  listen(): () => void;
  /** Faults: `store.full`, `store.failed`. */
  call(page: HelpPage): Done;
  takeBack(): Done;
  /** Faults: `help.gone`; `help.taken`, when somebody else was faster. */
  come(callId: string, helper: Helper): Done;
  /** Fault: `help.gone`. */
  done(callId: string, helper: Helper): Done;
}

export interface StationHelpPorts {
  readonly calls: HelpCalls;
  readonly listeners: Listeners;
  readonly clock: Clock;
  /** This terminal's two digits. */
  readonly own: string;
  /** Of the hub: its members' kiosks; null: it has none. */
  readonly kiosks: Kiosks | null;
  /** Of a member: the hub, where the consoles are; null: this terminal is the hub. */
  readonly hub: Attending | null;
}

/** The consoles that are open here. */
export interface Listeners {
  readonly changes: Changes;
  isAnybody(): boolean;
  /** The returned function ends that. */
  add(): () => void;
}

export function createListeners(): Listeners {
  const changes = createChanges();
  let count = 0;
  return {
    changes,
    isAnybody: () => count > 0,
    add: () => {
      count += 1;
      if (count === 1) changes.notify();
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        count -= 1;
        if (count === 0) changes.notify();
      };
    },
  };
}

export function createStationHelp(ports: StationHelpPorts): StationHelp {
  const { calls, listeners, clock, own, kiosks, hub } = ports;
  const changes = createChanges();
  let revision = 0;
  for (const source of [calls.changes, listeners.changes, kiosks?.changes, hub?.changes])
    source?.subscribe(() => {
      revision += 1;
      changes.notify();
    });

  const isHeard = (): boolean => listeners.isAnybody() || hub?.isHeard() === true;
  const isOwn = (callId: string): boolean => calls.open()?.callId === callId;

  return {
    changes,
    atKiosk: () => {
      const open = calls.open();
      return {
        revision,
        isHeard: isHeard(),
        call: open && {
          calledMs: open.calledMs,
          helper: open.answer?.helper ?? null,
          isTold: hub === null || listeners.isAnybody() || hub.knowsOf(open.callId),
        },
        nowMs: clock.now(),
      };
    },
    atConsole: () => {
      const open = calls.open();
      const here =
        open === null
          ? []
          : [
              {
                callId: open.callId,
                kiosk: own,
                page: open.page,
                calledMs: open.calledMs,
                helper: open.answer?.helper ?? null,
                isReachable: true,
              },
            ];
      const all = [...here, ...(kiosks?.calls() ?? [])];
      return { revision, nowMs: clock.now(), calls: all.toSorted((a, b) => a.calledMs - b.calledMs) };
    },
    listen: listeners.add,
    call: (page) => calls.call(page, isHeard()),
    takeBack: calls.takeBack,
    come: (callId, helper) =>
      isOwn(callId) || kiosks === null ? calls.come(callId, helper) : kiosks.come(callId, helper),
    done: (callId, helper) =>
      isOwn(callId) || kiosks === null ? calls.done(callId, helper) : kiosks.done(callId, helper),
  };
}
