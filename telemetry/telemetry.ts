import type { Clock, RandomBytes } from '#contract/ports.ts';
import type { Gauge, Reading, Telemetry } from '#contract/telemetry.ts';

export interface TelemetryOptions {
  /** Of an OTLP receiver over HTTP, without `/v1/…`. */
  readonly endpoint: string;
  /** PEM certificates that may vouch for it; null: the well-known ones. */
  readonly trusted: string | null;
  readonly service: {
    readonly name: 'yizhan-terminal' | 'yizhan-platform';
    readonly version: string;
    /** Which of them it is. */
    readonly instance: string;
  };
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** The collector does not take what it is told, and why; null: it does again. Told seldom, however often it fails. */
  readonly onTrouble: (why: string | null) => void;
}

interface Watch {
  readonly gauge: Gauge;
  readonly look: () => readonly Reading[];
  stop: () => void;
}

/**
 * Loads OpenTelemetry and begins to tell: what happens before it is there is not told. Whoever calls this has been asked to; where nobody
 * calls it, no module of OpenTelemetry is loaded.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  let sdk: Telemetry | null = null;
  let isClosed = false;
  const watches = new Set<Watch>();

  const loading = import('./sdk.ts').then(
    ({ startSdk }) => {
      if (isClosed) return;
      sdk = startSdk(options);
      for (const watch of watches) watch.stop = sdk.watch(watch.gauge, watch.look);
    },
    () => {
      // A package that lacks it: the terminal works without.
      options.onTrouble('OpenTelemetry cannot be loaded');
    },
  );

  return {
    add: (counter, attributes) => sdk?.add(counter, attributes),
    record: (histogram, seconds, attributes) => sdk?.record(histogram, seconds, attributes),
    begin: (span, place, beganMs) => sdk?.begin(span, place, beganMs) ?? null,
    watch: (gauge, look) => {
      const watch: Watch = { gauge, look, stop: sdk?.watch(gauge, look) ?? (() => undefined) };
      watches.add(watch);
      return () => {
        watches.delete(watch);
        watch.stop();
      };
    },
    close: async () => {
      isClosed = true;
      await loading;
      await sdk?.close();
    },
  };
}
