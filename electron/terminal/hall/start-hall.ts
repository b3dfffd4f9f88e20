import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { HallAnswer, HallRequest } from '#contract/queue/hall-api.ts';
import { err } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { HandedDrafts } from '../handed/handed-drafts.ts';
import { createStationHanded, type StationHanded } from '../handed/station-handed.ts';
import { createHelpCalls } from '../help/help-calls.ts';
import { createListeners, createStationHelp, type StationHelp } from '../help/station-help.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { QueueDay } from '../tickets/queue-day.ts';
import type { QueueSource } from '../tickets/queue-source.ts';
import { attendHub } from './attend-hub.ts';
import { createKiosks } from './kiosks.ts';

/** Where members are answered about the hall; at a terminal that is not the hub they hear that. */
export interface HallDesk {
  /** Who asks was decided before. `signal`: nobody waits for the answer any more. */
  answer(request: HallRequest, signal: AbortSignal): Promise<HallAnswer>;
}

/** What the kiosks in the hall and the consoles have with each other besides the queue. */
export interface Hall {
  readonly help: StationHelp;
  /** Null: no numbers are given out here. */
  readonly handed: StationHanded | null;
  readonly desk: HallDesk;
  /** The visit at this kiosk has ended. */
  visitEnded(): void;
  close(): Promise<void>;
}

export interface HallPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** This terminal's two digits. */
  readonly own: string;
  readonly newUuid: () => string;
  /** Null: this station has no queue, and so no other terminals. */
  readonly queue: {
    readonly source: Pick<QueueSource, 'toHub' | 'isHub'>;
    readonly day: () => QueueDay;
    readonly drafts: Pick<HandedDrafts, 'find'>;
  } | null;
}

export function startHall(ports: HallPorts): Hall {
  const { clock, own, newUuid, queue } = ports;
  const calls = createHelpCalls(ports);
  const listeners = createListeners();
  const toHub = queue?.source.toHub ?? null;
  const kiosks =
    toHub === null
      ? createKiosks({ ...ports, isHeard: listeners.isAnybody, heardChanges: listeners.changes })
      : null;
  const hub =
    queue === null || toHub === null
      ? null
      : attendHub({ askHall: toHub.askHall, clock, own, newUuid, calls, find: queue.drafts.find });
  const handed =
    queue === null
      ? null
      : createStationHanded({
          own,
          ...queue,
          askElsewhere: (terminal, ask) =>
            hub?.ask(ask) ?? kiosks?.ask(terminal, ask) ?? Promise.resolve(err(fault('queue.not-here'))),
        });
  return {
    help: createStationHelp({ calls, listeners, clock, own, kiosks, hub }),
    handed,
    desk: {
      answer: async (request, signal) => {
        if (kiosks === null || handed === null || queue?.source.isHub() !== true) return { is: 'no-hub' };
        if (request.kind === 'attend') return kiosks.attend(request, signal);
        return { is: 'asked', found: await handed.find(request.ask) };
      },
    },
    visitEnded: calls.visitEnded,
    close: async () => {
      calls.close();
      kiosks?.close();
      await hub?.close();
    },
  };
}
