import type { Clock } from '#contract/ports.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import type { NumberLedger } from '../number-ledger.ts';
import type { OnEvents } from '../queue-source.ts';
import type { StationClock } from '../station-clock.ts';
import type { Terms } from './terms.ts';

/** What the queue's source needs at a hub and at a member. */
export interface SourcePorts {
  readonly store: Store;
  readonly ledger: NumberLedger;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly stationClock: StationClock;
  readonly settings: QueueSettings;
  readonly timeZone: string;
  readonly closesAtMs: (line: LineLetter) => number | null;
  readonly log: Log;
  /** This machine's date is known to be wrong now (health/trusted-time.ts). */
  readonly isDateWrong: () => boolean;
  readonly terms: Terms;
  readonly onEvents: OnEvents;
}
