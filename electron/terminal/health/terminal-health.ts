import type { Clock } from '#contract/ports.ts';
import type { TerminalHealth } from '#contract/terminal-health.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { GuideReports } from '../catalogue/guide-reports.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Station } from './station.ts';

/** What staff have to know of this terminal, gathered from its owners at the moment of asking. */
export interface TerminalHealthWatch {
  readonly changes: Changes;
  snapshot(): TerminalHealth;
  close(): void;
}

/** What nobody tells of, a disk and what waits to be sent, is looked at again after this time, in milliseconds. */
const LOOK_AGAIN_MS = 30_000;
const BYTES_PER_MB = 1_048_576;
const MOST_REFUSED_SHOWN = 1000;

export interface TerminalHealthPorts {
  readonly config: TerminalConfig;
  readonly station: Station;
  readonly catalogue: Pick<Catalogue, 'refused'>;
  readonly guideReports: Pick<GuideReports, 'waiting'>;
  readonly stationDays: () => TerminalHealth['stationDays'];
  /** Free bytes for this user where the data lies; null when the file system does not say. */
  readonly freeBytes: () => number | null;
  readonly clock: Clock;
}

export function watchTerminalHealth(ports: TerminalHealthPorts): TerminalHealthWatch {
  const { config, station, clock } = ports;
  const changes = createChanges();
  let revision = 0;

  function changed(): void {
    revision += 1;
    changes.notify();
  }
  const stopListening = station.changes.subscribe(changed);
  let cancel = clock.after(LOOK_AGAIN_MS, again);
  function again(): void {
    cancel = clock.after(LOOK_AGAIN_MS, again);
    changed();
  }

  function windowOf(deviceId: string): string | null {
    const device = config.devices.find(({ id }) => id === deviceId);
    return device?.kind === 'queue-display' ? device.window : null;
  }

  return {
    changes,
    snapshot: () => {
      const { terminalId, platform, catalogue, outbox, devices } = station.snapshot();
      const free = ports.freeBytes();
      return {
        revision,
        terminalId,
        platform,
        catalogue,
        outbox,
        devices: devices.map((device) => ({ ...device, window: windowOf(device.id) })),
        refusedItems: ports.catalogue.refused().slice(0, MOST_REFUSED_SHOWN),
        guideReportsWaiting: ports.guideReports.waiting(),
        stationDays: ports.stationDays(),
        disk: {
          freeMb: free === null ? null : Math.floor(free / BYTES_PER_MB),
          reserveMb: config.storage.reserveMb,
        },
      };
    },
    close: () => {
      stopListening();
      cancel();
    },
  };
}
