import type { Access } from '../access/access.ts';
import type { Afterwards } from '../afterwards/afterwards.ts';
import type { Bookings } from '../bookings/bookings.ts';
import type { Chains } from '../catalogue/chains.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { GuideReports } from '../catalogue/guide-reports.ts';
import type { PlatformLine } from '../health/platform-line.ts';
import type { Regions } from '../regions/regions.ts';
import type { Queue } from '../tickets/start-queue.ts';
import type { Forwarder } from './forwarder.ts';
import type { WholePlatformClient } from './platform-client.ts';
import type { SendRounds } from './send-rounds.ts';

/** All that a terminal and the platform have to say to each other again and again, when it is said. */
export interface PlatformRounds {
  lineIsBack(): void;
  /** What may be another one there by now. */
  fetch(): void;
  /** What the platform was too busy for, while the line was there. */
  sayAgain(): void;
}

export interface PlatformRoundsPorts {
  readonly client: WholePlatformClient;
  readonly line: Pick<PlatformLine, 'state'>;
  readonly forwarder: Pick<Forwarder, 'lineIsBack'>;
  readonly catalogue: Pick<Catalogue, 'refresh'>;
  readonly chains: Pick<Chains, 'refresh'>;
  readonly regions: Pick<Regions, 'refresh'>;
  readonly bookings: Bookings;
  readonly guideReports: Pick<GuideReports, 'send'>;
  readonly afterwards: Pick<Afterwards, 'send'>;
  readonly toldAudit: Pick<SendRounds, 'send'>;
  readonly permits: Access['permits'];
  /** Null: nobody comes here with a booking. */
  readonly queue: Queue | null;
}

export function createPlatformRounds(ports: PlatformRoundsPorts): PlatformRounds {
  const {
    client,
    catalogue,
    chains,
    regions,
    bookings,
    guideReports,
    afterwards,
    toldAudit,
    permits,
    queue,
  } = ports;

  function refresh(): void {
    void catalogue.refresh();
    void chains.refresh();
    void regions.refresh();
    if (queue !== null) void bookings.refresh();
  }

  return {
    lineIsBack: () => {
      ports.forwarder.lineIsBack();
      refresh();
      void guideReports.send();
      void afterwards.send();
      void queue?.days.send();
      void toldAudit.send();
      void permits.share(client);
    },
    fetch: () => {
      refresh();
      if (ports.line.state() === 'online') void permits.share(client);
    },
    sayAgain: () => {
      void guideReports.send();
      void afterwards.send();
      void bookings.send();
      void queue?.days.send();
      void toldAudit.send();
    },
  };
}
