import { randomUUID } from 'node:crypto';
import type { TerminalConfig } from '#config/schema.ts';
import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import { catalogueInForce, type PackagedCatalogue } from '../parcels/catalogue-parcel.ts';
import { verifyBy } from '../parcels/verify-parcel.ts';
import type { Store } from '../store/store.ts';
import { carryOut } from '../store/stored-change.ts';
import { createAvailability, type AvailabilityOf } from './availability.ts';
import { createCatalogue, type Catalogue } from './catalogue.ts';
import { createChains, type Chains } from './chains.ts';
import { createFinder, type Finder } from './finder.ts';
import { createGuideReports, type GuideReports } from './guide-reports.ts';

export interface OpenCataloguePorts {
  readonly config: TerminalConfig;
  readonly dataDir: string;
  readonly store: Store;
  readonly client: PlatformClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly isOnline: () => boolean;
}

/** The platform's items and chains, from a signed package where one is in force; how one is found, and whether it can be begun. */
export interface OpenedCatalogue {
  readonly catalogue: Catalogue;
  readonly chains: Chains;
  readonly finder: Finder;
  readonly guideReports: GuideReports;
  readonly availabilityOf: AvailabilityOf;
  /** From here on they are these. Faults: those of the store; then nothing has changed. */
  usePackage(next: PackagedCatalogue): Result<null, Fault>;
}

export function openCatalogue(ports: OpenCataloguePorts): OpenedCatalogue {
  const { config, store, client, clock, log } = ports;
  const { timeZone } = config;
  const packaged = catalogueInForce(ports.dataDir, verifyBy(config.parcels?.verifyWith ?? null), log);
  const catalogue = createCatalogue({ store, client, clock, log, packaged });
  const availabilityOf = createAvailability({ clock, timeZone, isOnline: ports.isOnline });
  const chains = createChains({ store, client, catalogue, availabilityOf, clock, log });
  if (packaged !== null) carryOut(store, [chains.usingPackage(packaged.chains)]);
  return {
    catalogue,
    chains,
    finder: createFinder({ catalogue, store, clock, timeZone }),
    guideReports: createGuideReports({ catalogue, store, client, clock, newUuid: randomUUID, log }),
    availabilityOf,
    usePackage: (next) => {
      const used = carryOut(store, [catalogue.usingPackage(next), chains.usingPackage(next.chains)]);
      if (used.ok) void catalogue.refresh();
      return used;
    },
  };
}
