import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Audit } from '../audit/audit.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Devices } from '../devices/devices.ts';
import type { Log } from '../log.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import type { Store } from '../store/store.ts';
import { createCardsForNumbers, type CardsForNumbers } from './card-for-number.ts';
import { createKioskQueue, type KioskQueue } from './kiosk-queue.ts';
import { startStationQueue, type StationQueue } from './station-queue.ts';

export interface StartQueuePorts {
  readonly config: TerminalConfig;
  readonly dataDir: string;
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: Devices;
  readonly printJobs: PrintJobs;
  readonly catalogue: Pick<Catalogue, 'item'>;
  readonly onPrint: () => void;
  readonly isVisitOpen: () => boolean;
}

/** The queue of a terminal, for staff and boards, and for whoever stands at it. */
export interface Queue {
  readonly station: StationQueue;
  readonly kiosk: KioskQueue;
  readonly cards: CardsForNumbers;
}

/** Null where the configuration names none. Fault: `store.failed`. */
export function startQueue(ports: StartQueuePorts): Result<Queue | null, Fault> {
  const { config, store, audit, devices, catalogue } = ports;
  const { queue: settings, timeZone } = config;
  if (settings === null) return ok(null);
  const started = startStationQueue({
    ...ports,
    settings,
    timeZone,
    terminal: config.terminal.number,
    station: config.station,
  });
  if (!started.ok) return started;
  const station = started.value;
  const kiosk = createKioskQueue({
    queue: station,
    store,
    printJobs: ports.printJobs,
    station: config.station,
    timeZone,
    item: (slug) => {
      const found = catalogue.item(slug);
      return found.ok ? found.value : null;
    },
    onPrint: ports.onPrint,
    onSettled: (ticketId, cameOut) => {
      audit.write({
        event: 'print.settled',
        actor: 'resident',
        subject: ticketId,
        disposition: cameOut ? 'came-out' : 'did-not-come-out',
        detail: null,
      });
    },
  });
  return ok({ station, kiosk, cards: createCardsForNumbers({ ...ports, devices, timeZone }) });
}
