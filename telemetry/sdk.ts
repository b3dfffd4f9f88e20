import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Attributes, Observable } from '@opentelemetry/api';
import { JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  telemetryAttributes,
  telemetryMetrics,
  type Counter,
  type Gauge,
  type Histogram,
  type Telemetry,
  type TelemetryAttributes,
} from '#contract/telemetry.ts';
import { createCollector } from './collector.ts';
import { createSpans } from './spans.ts';
import type { TelemetryOptions } from './telemetry.ts';

export const telemetryLimits = {
  /** Spans that wait to be told; what comes on top is dropped. */
  spansWaiting: 2_048,
  spansAtOnce: 512,
  /** What was counted and measured, and the SDK has not heard of yet. */
  measuredWaiting: 512,
  /** For all that one telling sends. */
  tellingMs: 10_000,
  /** For what is left at the end: whoever asked for the end does not wait for a collector. */
  closingMs: 1_000,
  /** A collector that stays away is told to the log this seldom. */
  troubleEveryMs: 3_600_000,
  eventLoopResolutionMs: 20,
} as const;

const MS_PER_S = 1_000;
const NS_PER_S = 1e9;
/** A status of HTTP (RFC 9110 §15). */
const STATUS = { least: 100, most: 599 } as const;

const rules = new Map<string, readonly string[] | 'status'>(Object.entries(telemetryAttributes));

type Measured =
  | { readonly counter: Counter; readonly attributes: TelemetryAttributes }
  | { readonly histogram: Histogram; readonly seconds: number; readonly attributes: TelemetryAttributes };

/** The SDK's reader, asked when we tell and by no timer of its own. */
class AskedReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Lets through what the contract's list has. Types say so already; this is for what came from outside all the same (a status, a code of
 * somebody else's): nothing that is not a word of ours leaves.
 */
export function allowed(attributes: Readonly<Record<string, unknown>>): Attributes {
  const told: Attributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    const rule = rules.get(key);
    if (rule === undefined) continue;
    if (rule === 'status') {
      if (
        typeof value === 'number' &&
        Number.isInteger(value) &&
        value >= STATUS.least &&
        value <= STATUS.most
      )
        told[key] = value;
    } else if (typeof value === 'string' && rule.includes(value)) told[key] = value;
  }
  return told;
}

/** Nobody answers, or an answer that says to come again (OTLP/HTTP, "Retryable Response Codes"): spans wait as well. Any other is about metrics alone. */
function isWorthLater(why: string): boolean {
  return !/^HTTP (?!429|502|503|504)/.test(why);
}

/** The SDK with no exporter, detector or environment of its own: queue, time limits and clock are ours. */
export function startSdk(options: TelemetryOptions): Telemetry {
  const { clock, service } = options;
  const resource = resourceFromAttributes({
    'service.namespace': 'yizhan',
    'service.name': service.name,
    'service.version': service.version,
    'service.instance.id': service.instance,
  });
  const collector = createCollector(options.endpoint, options.trusted);
  let droppedCount = 0;
  const dropped = (count: number): void => {
    droppedCount += count;
  };
  const spans = createSpans({
    resource,
    version: service.version,
    clock,
    randomBytes: options.randomBytes,
    allowed,
    mostWaiting: telemetryLimits.spansWaiting,
    onDropped: () => {
      dropped(1);
    },
  });
  const reader = new AskedReader();
  const meters = new MeterProvider({ resource, readers: [reader] });
  const meter = meters.getMeter('yizhan', service.version);

  const counters = new Map<Counter, ReturnType<typeof meter.createCounter>>();
  const histograms = new Map<Histogram, ReturnType<typeof meter.createHistogram>>();
  const gauges = new Map<Gauge, Observable>();

  function counterOf(name: Counter) {
    const { unit, help } = telemetryMetrics[name];
    const known = counters.get(name) ?? meter.createCounter(name, { unit, description: help });
    counters.set(name, known);
    return known;
  }
  function histogramOf(name: Histogram) {
    const { unit, help, buckets } = telemetryMetrics[name];
    const advice = { explicitBucketBoundaries: [...buckets] };
    const known = histograms.get(name) ?? meter.createHistogram(name, { unit, description: help, advice });
    histograms.set(name, known);
    return known;
  }
  function gaugeOf(name: Gauge) {
    const { unit, help, kind } = telemetryMetrics[name];
    const made = { unit, description: help };
    const known =
      gauges.get(name) ??
      (kind === 'level'
        ? meter.createObservableUpDownCounter(name, made)
        : meter.createObservableGauge(name, made));
    gauges.set(name, known);
    return known;
  }

  /** As with spans: a line is written down now, and the SDK hears of it later. */
  const measured: Measured[] = [];
  function note(one: Measured): void {
    measured.push(one);
    if (measured.length >= telemetryLimits.measuredWaiting) hearNotes();
  }
  function hearNotes(): void {
    for (const one of measured.splice(0)) {
      const told = allowed(one.attributes);
      if ('counter' in one) counterOf(one.counter).add(1, told);
      else histogramOf(one.histogram).record(one.seconds, told);
    }
    if (droppedCount > 0) counterOf('yizhan.telemetry.dropped').add(droppedCount);
    droppedCount = 0;
  }

  const watch: Telemetry['watch'] = (gauge, look) => {
    const observable = gaugeOf(gauge);
    const observe = (result: Parameters<Parameters<Observable['addCallback']>[0]>[0]): void => {
      try {
        for (const { value, attributes } of look()) result.observe(value, allowed(attributes ?? {}));
      } catch {
        // Whose figure it is has met its own trouble, and says so itself.
      }
    };
    observable.addCallback(observe);
    return () => {
      observable.removeCallback(observe);
    };
  };

  const beganMs = clock.monotonicMs();
  const loop = monitorEventLoopDelay({ resolution: telemetryLimits.eventLoopResolutionMs });
  loop.enable();
  watch('process.uptime', () => [{ value: (clock.monotonicMs() - beganMs) / MS_PER_S }]);
  watch('nodejs.eventloop.delay.p50', () => [{ value: loop.percentile(50) / NS_PER_S }]);
  watch('nodejs.eventloop.delay.p99', () => [{ value: loop.percentile(99) / NS_PER_S }]);
  watch('nodejs.eventloop.delay.max', () => [{ value: loop.max / NS_PER_S }]);

  let isClosed = false;
  let cancelNext: () => void = () => undefined;
  let underWay: Promise<void> = Promise.resolve();
  let giveUp: AbortController | null = null;
  let troubleToldAtMs: number | null = null;

  function noteTrouble(why: string | null): void {
    if (why === null) {
      if (troubleToldAtMs !== null) options.onTrouble(null);
      troubleToldAtMs = null;
      return;
    }
    const nowMs = clock.monotonicMs();
    if (troubleToldAtMs !== null && nowMs - troubleToldAtMs < telemetryLimits.troubleEveryMs) return;
    troubleToldAtMs = nowMs;
    options.onTrouble(why);
  }

  /** Counters tell sums since the start: a telling that fails loses none of them. Spans that were not taken are dropped, so that no bad one comes again. */
  async function sendAll(givenUp: AbortSignal): Promise<string | null> {
    hearNotes();
    const { resourceMetrics } = await reader.collect();
    loop.reset();
    const metrics = JsonMetricsSerializer.serializeRequest(resourceMetrics);
    const why = metrics === undefined ? null : await collector.post('metrics', metrics, givenUp);
    if (why !== null && isWorthLater(why)) return why;
    // Those that come meanwhile wait for the next telling: else a busy terminal would send a few at a time, and without end.
    for (let left = spans.waiting; left > 0 && !givenUp.aborted; left -= telemetryLimits.spansAtOnce) {
      const next = spans.take(Math.min(left, telemetryLimits.spansAtOnce));
      const body = JsonTraceSerializer.serializeRequest([...next]);
      const refused = body === undefined ? null : await collector.post('traces', body, givenUp);
      if (refused !== null) {
        dropped(next.length);
        return refused;
      }
    }
    return why;
  }

  async function tell(limitMs: number): Promise<void> {
    const controller = new AbortController();
    giveUp = controller;
    const cancel = clock.after(limitMs, () => {
      controller.abort();
    });
    try {
      noteTrouble(await sendAll(controller.signal));
    } catch {
      noteTrouble('nothing could be told');
    } finally {
      cancel();
      giveUp = null;
    }
  }

  /** One telling at a time, however slow the collector is. */
  function tellLater(): void {
    cancelNext = clock.after(options.intervalMs, () => {
      underWay = tell(telemetryLimits.tellingMs).then(() => {
        if (!isClosed) tellLater();
      });
    });
  }
  tellLater();

  return {
    add: (counter, attributes) => {
      note({ counter, attributes });
    },
    record: (histogram, seconds, attributes) => {
      note({ histogram, seconds, attributes });
    },
    watch,
    begin: (key, place, beganMs) => spans.begin(key, place, beganMs ?? clock.now()),
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      cancelNext();
      giveUp?.abort();
      await underWay;
      await tell(telemetryLimits.closingMs);
      loop.disable();
      await collector.close();
    },
  };
}
