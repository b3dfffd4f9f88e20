import type { StationSnapshot } from '#contract/station.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Chains } from '../catalogue/chains.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Devices } from '../devices/devices.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ClipLibrary } from '../speech/clip-library.ts';
import type { PlatformLine } from './platform-line.ts';
import type { ServiceMode } from './service-mode.ts';

/** What every screen shows around its pages, gathered from its owners at the moment of asking. */
export interface Station {
  readonly changes: Changes;
  /** Two digits: this terminal among those of the station. */
  readonly terminal: string;
  snapshot(): StationSnapshot;
  poke(): void;
}

export interface StationPorts {
  readonly config: TerminalConfig;
  readonly devices: Devices;
  readonly line: PlatformLine;
  readonly catalogue: Catalogue;
  readonly chains: Pick<Chains, 'changes' | 'revision'>;
  readonly outbox: Outbox;
  readonly clips: ClipLibrary;
  readonly serviceMode: ServiceMode;
}

export function createStation(ports: StationPorts): Station {
  const { config, devices, line, catalogue, chains, outbox, clips, serviceMode } = ports;
  const changes = createChanges();
  let revision = 0;
  const poke = (): void => {
    revision += 1;
    changes.notify();
  };
  for (const source of [devices, line, catalogue, chains, serviceMode]) source.changes.subscribe(poke);

  return {
    changes,
    poke,
    terminal: config.terminal.number,
    snapshot: () => ({
      revision,
      terminalId: config.terminal.id,
      station: config.station,
      screen: config.screen,
      idle: config.idle,
      languages: config.languages,
      voices: clips.languages.filter((language) => config.languages.includes(language)),
      camera: config.camera,
      hasQueue: config.queue !== null,
      devices: [...devices.snapshots()],
      platform: line.state(),
      catalogue: catalogue.freshness(),
      catalogueRevision: catalogue.revision() + chains.revision(),
      outOfService: serviceMode.sinceMs() !== null,
      outbox: outbox.counts(),
    }),
  };
}
