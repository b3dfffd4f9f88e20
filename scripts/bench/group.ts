import type { Clock } from '#contract/ports.ts';
import type { Figure } from './figure.ts';

/** What a group gets: the clock is the real one, or there would be nothing to measure. */
export interface BenchTools {
  readonly clock: Clock;
  /** Progress for whoever waits; it never gets into the report. */
  readonly say: (sentence: string) => void;
  /** The sizes that the design promises, however long that takes. */
  readonly full: boolean;
  /** Peers may be brought from the registry. */
  readonly bringPeers: boolean;
  /** A folder on the disk that is measured; what a group puts there it takes away. */
  readonly dataDir: string;
}

/**
 * Figures that are measured together. To add a group, put a file into `groups/` that exports a `group`:
 * its file name is the name for the command line.
 */
export interface BenchGroup {
  readonly about: string;
  measure(tools: BenchTools): Promise<readonly Figure[]>;
}
