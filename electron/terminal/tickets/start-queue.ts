import { randomUUID } from 'node:crypto';
import type { Fault } from '#contract/fault.ts';
import type { HubAddress } from '#contract/queue/member-api.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Audit } from '../audit/audit.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Devices } from '../devices/devices.ts';
import type { ReaderUse } from '../devices/reader-use.ts';
import type { Log } from '../log.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import { createHandedDrafts, type HandedDrafts } from '../handed/handed-drafts.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import type { Visits } from '../visits/visits-types.ts';
import { createToWindow, type ToWindow } from './to-window.ts';
import type { Bookings } from '../bookings/bookings.ts';
import { createCardsForBookings, type CardsForBookings } from './card-for-booking.ts';
import { createCardsForNumbers, type CardsForNumbers } from './card-for-number.ts';
import { createCheckInAtKiosk, type CheckInAtKiosk } from './check-in-at-kiosk.ts';
import { createScansForQueue, type ScansForQueue } from './scan-for-queue.ts';
import { closesAtMs, hoursOf } from './hours.ts';
import { createKioskQueue, type KioskQueue } from './kiosk-queue.ts';
import { openQueueSource } from './members/open-source.ts';
import { createStationDayRows } from './station-day-rows.ts';
import { createStationDays, settleStation, type StationDays, type StationDaysPorts } from './station-days.ts';
import { startStationQueue, type StationQueue } from './station-queue.ts';

export interface StartQueuePorts extends Pick<StationDaysPorts, 'client' | 'isLineFree'> {
  readonly config: TerminalConfig;
  readonly dataDir: string;
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: Devices;
  readonly use: ReaderUse;
  readonly printJobs: PrintJobs;
  readonly catalogue: Pick<Catalogue, 'item'>;
  readonly bookings: Bookings;
  readonly sealer: Sealer;
  readonly visits: Pick<Visits, 'forWindow' | 'snapshot' | 'end'>;
  readonly whyNoNumber: () => Fault | null;
  readonly isDateWrong: () => boolean;
  readonly onPrint: () => void;
  readonly isVisitOpen: () => boolean;
}

/** The queue of a terminal, for staff and boards, and for whoever stands at it. */
export interface Queue {
  readonly station: StationQueue;
  readonly kiosk: KioskQueue;
  readonly cards: CardsForNumbers;
  readonly scans: ScansForQueue;
  readonly checkIn: CheckInAtKiosk;
  readonly handed: HandedDrafts;
  readonly toWindow: ToWindow;
  readonly bookingCards: CardsForBookings;
  readonly days: StationDays;
}

/** Null where the configuration names none. Fault: `store.failed`. */
export function startQueue(ports: StartQueuePorts): Result<Queue | null, Fault> {
  const { config, store, audit, catalogue } = ports;
  const { queue: settings, timeZone } = config;
  if (settings === null) return ok(null);
  const stationId = config.terminal.region + config.terminal.station;
  const dayRows = createStationDayRows(store, timeZone);
  const settled = settleStation({ ...ports, rows: dayRows }, stationId);
  if (!settled.ok) return settled;
  const started = startStationQueue({
    ...ports,
    settings,
    timeZone,
    station: config.station,
    openSource: (onEvents) =>
      openQueueSource(
        {
          ...ports,
          settings,
          timeZone,
          dayRows,
          terminal: config.terminal.number,
          hub: config.hub,
          door: doorOf(config),
          closesAtMs: (line, nowMs) => closesAtMs(hoursOf(settings, line), nowMs, timeZone),
          newTicketId: randomUUID,
        },
        onEvents,
      ),
  });
  if (!started.ok) return started;
  const station = started.value;
  const kiosk = createKioskQueue({
    queue: station,
    store,
    printJobs: ports.printJobs,
    station: config.station,
    timeZone,
    hasScanner: config.devices.some(({ kind, enabled }) => kind === 'scanner' && enabled),
    item: (slug) => {
      const found = catalogue.item(slug);
      return found.ok ? found.value : null;
    },
    whyNoNumber: ports.whyNoNumber,
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
  const checkIn = createCheckInAtKiosk({
    queue: station,
    give: kiosk.give,
    bookings: ports.bookings,
    stationId,
    itemName: (slug) => {
      const found = catalogue.item(slug);
      return found.ok ? found.value.name : null;
    },
  });
  const handed = createHandedDrafts({
    ...ports,
    day: () => station.seen().day,
    dayBy: station.source.dayBy,
    own: config.terminal.number,
  });
  station.changes.subscribe(handed.sweep);
  handed.sweep();
  return ok({
    station,
    kiosk,
    checkIn,
    handed,
    toWindow: createToWindow({
      queue: station,
      give: kiosk.give,
      handed,
      visits: ports.visits,
      own: config.terminal.number,
    }),
    cards: createCardsForNumbers({ ...ports, timeZone }),
    bookingCards: createCardsForBookings({ ...ports, checkIn, timeZone }),
    scans: createScansForQueue(ports),
    days: createStationDays({
      ...ports,
      rows: dayRows,
      today: () => station.seen().day.date,
      termOf: station.termOf,
    }),
  });
}

function doorOf({ lan }: TerminalConfig): HubAddress | null {
  const host = lan?.names[0];
  return lan === null || host === undefined || lan.port === 0 ? null : { host, port: lan.port };
}
