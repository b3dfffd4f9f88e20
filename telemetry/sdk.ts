import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Observable,
} from '@opentelemetry/api';
import { JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  telemetryAttributes,
  telemetryMetrics,
  telemetrySpans,
  traceparentOf,
  type Counter,
  type Gauge,
  type Histogram,
  type OpenSpan,
  type SpanKey,
  type SpanPlace,
  type Telemetry,
  type TelemetryAttributes,
  type TraceIds,
} from '#contract/telemetry.ts';
import { createCollector } from './collector.ts';
import type { TelemetryOptions } from './telemetry.ts';

export const telemetryLimits = {
  /** Spans that wait to be told; what comes on top is dropped. */
  spansWaiting: 2_048,
  spansAtOnce: 512,
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
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** A status of HTTP (RFC 9110 §15). */
const STATUS = { least: 100, most: 599 } as const;

const spanKinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, server: SpanKind.SERVER } as const;

const rules = new Map<string, readonly string[] | 'status'>(Object.entries(telemetryAttributes));

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
  const waiting: ReadableSpan[] = [];
  let rootIds: TraceIds | null = null;
  const random = (byteCount: number): string => Buffer.from(options.randomBytes(byteCount)).toString('hex');
  const traces = new TracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    idGenerator: {
      generateTraceId: () => rootIds?.traceId ?? random(TRACE_ID_BYTES),
      generateSpanId: () => rootIds?.spanId ?? random(SPAN_ID_BYTES),
    },
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => {
          if (waiting.length < telemetryLimits.spansWaiting) waiting.push(span);
          else dropped(1);
        },
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  const tracer = traces.getTracer('yizhan', service.version);
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
  const dropped = (count: number): void => {
    counterOf('yizhan.telemetry.dropped').add(count);
  };

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

  function begin(key: SpanKey, place: SpanPlace, startMs?: number): OpenSpan {
    const isRoot = 'root' in place;
    const context: Context = isRoot
      ? ROOT_CONTEXT
      : trace.setSpan(
          ROOT_CONTEXT,
          trace.wrapSpanContext({ ...place.under, traceFlags: TraceFlags.SAMPLED, isRemote: true }),
        );
    const { name, kind } = telemetrySpans[key];
    rootIds = isRoot ? place.root : null;
    const span = tracer.startSpan(
      name,
      { kind: spanKinds[kind], startTime: startMs ?? clock.now() },
      context,
    );
    rootIds = null;
    const ids = span.spanContext();
    return {
      traceparent: traceparentOf(ids),
      begin: (child) => begin(child, { under: ids }),
      end: (attributes: TelemetryAttributes, endedMs) => {
        span.setAttributes(allowed(attributes));
        if (attributes['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(endedMs ?? clock.now());
      },
    };
  }

  let isClosed = false;
  let cancelNext: () => void = () => undefined;
  let underWay: Promise<void> = Promise.resolve();
  let giveUp: AbortController | null = null;
  let troubleToldAtMs: number | null = null;

  function note(why: string | null): void {
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
    const { resourceMetrics } = await reader.collect();
    loop.reset();
    const metrics = JsonMetricsSerializer.serializeRequest(resourceMetrics);
    const why = metrics === undefined ? null : await collector.post('metrics', metrics, givenUp);
    if (why !== null && isWorthLater(why)) return why;
    while (waiting.length > 0 && !givenUp.aborted) {
      const spans = waiting.splice(0, telemetryLimits.spansAtOnce);
      const body = JsonTraceSerializer.serializeRequest(spans);
      const refused = body === undefined ? null : await collector.post('traces', body, givenUp);
      if (refused !== null) {
        dropped(spans.length);
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
      note(await sendAll(controller.signal));
    } catch {
      note('nothing could be told');
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
      counterOf(counter).add(1, allowed(attributes));
    },
    record: (histogram, seconds, attributes) => {
      histogramOf(histogram).record(seconds, allowed(attributes));
    },
    watch,
    begin,
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
