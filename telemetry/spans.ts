import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { AlwaysOnSampler, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import {
  telemetrySpans,
  traceparentOf,
  type OpenSpan,
  type SpanKey,
  type SpanPlace,
  type TelemetryAttributes,
  type TraceIds,
} from '#contract/telemetry.ts';

export interface SpanPorts {
  readonly resource: Resource;
  readonly version: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly allowed: (attributes: TelemetryAttributes) => Attributes;
  /** Spans that wait to be told; what comes on top is dropped. */
  readonly mostWaiting: number;
  readonly onDropped: () => void;
}

export interface Spans {
  begin(key: SpanKey, place: SpanPlace, beganMs: number): OpenSpan;
  readonly waiting: number;
  /** The next that wait, the older first, as the SDK makes them; none: nothing waits. */
  take(most: number): readonly ReadableSpan[];
}

const SPAN_ID_BYTES = 8;
/** Asking for random bytes costs more than what they are for. */
const IDS_AT_ONCE = 64;

const spanKinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, server: SpanKind.SERVER } as const;

/**
 * Spans that are written down when they end, and made by the SDK when they are told: what the SDK does for one takes longer than the resident's
 * submission can spare, and a fraction of that where many are made at once (docs/measurements.md).
 */
export function createSpans(ports: SpanPorts): Spans {
  const waiting: EndedSpan[] = [];
  const made: ReadableSpan[] = [];
  const newId = spanIds(ports.randomBytes);
  /** Of the span that is made next. */
  let idsOfNext: TraceIds = { traceId: '', spanId: '' };
  const provider = new TracerProvider({
    resource: ports.resource,
    sampler: new AlwaysOnSampler(),
    idGenerator: {
      generateTraceId: () => idsOfNext.traceId,
      generateSpanId: () => idsOfNext.spanId,
    },
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => made.push(span),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  const tracer = provider.getTracer('yizhan', ports.version);

  const book: Book = {
    newId,
    now: () => ports.clock.now(),
    note: (ended) => {
      if (waiting.length < ports.mostWaiting) waiting.push(ended);
      else ports.onDropped();
    },
  };

  function make({ noted, attributes, endedMs }: EndedSpan): void {
    const { name, kind } = telemetrySpans[noted.key];
    idsOfNext = noted.ids;
    const span = tracer.startSpan(
      name,
      { kind: spanKinds[kind], startTime: noted.beganMs, attributes: ports.allowed(attributes) },
      contextOf(noted.place),
    );
    if (attributes['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedMs);
  }

  return {
    begin: (key, place, beganMs) => new NotedSpan(book, key, place, beganMs),
    get waiting() {
      return waiting.length;
    },
    take: (most) => {
      for (const ended of waiting.splice(0, most)) make(ended);
      return made.splice(0);
    },
  };
}

interface EndedSpan {
  readonly noted: NotedSpan;
  readonly attributes: TelemetryAttributes;
  readonly endedMs: number;
}

interface Book {
  readonly newId: () => string;
  readonly now: () => number;
  readonly note: (ended: EndedSpan) => void;
}

class NotedSpan implements OpenSpan {
  readonly key: SpanKey;
  readonly place: SpanPlace;
  readonly beganMs: number;
  readonly #book: Book;
  #ids: TraceIds | null = null;
  #isEnded = false;

  constructor(book: Book, key: SpanKey, place: SpanPlace, beganMs: number) {
    this.#book = book;
    this.key = key;
    this.place = place;
    this.beganMs = beganMs;
  }

  /** Made when the first asks: who has no children, and sends nobody a header, is asked when it is told. */
  get ids(): TraceIds {
    this.#ids ??=
      'root' in this.place
        ? this.place.root
        : { traceId: this.place.under.traceId, spanId: this.#book.newId() };
    return this.#ids;
  }

  get traceparent(): string {
    return traceparentOf(this.ids);
  }

  begin(child: SpanKey): OpenSpan {
    return new NotedSpan(this.#book, child, { under: this.ids }, this.#book.now());
  }

  end(attributes: TelemetryAttributes, endedMs?: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#book.note({ noted: this, attributes, endedMs: endedMs ?? this.#book.now() });
  }
}

function contextOf(place: SpanPlace): Context {
  if ('root' in place) return ROOT_CONTEXT;
  const { traceId, spanId } = place.under;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
}

function spanIds(randomBytes: RandomBytes): () => string {
  let drawn = '';
  return () => {
    if (drawn === '') drawn = Buffer.from(randomBytes(SPAN_ID_BYTES * IDS_AT_ONCE)).toString('hex');
    const id = drawn.slice(0, SPAN_ID_BYTES * 2);
    drawn = drawn.slice(SPAN_ID_BYTES * 2);
    return id;
  };
}
