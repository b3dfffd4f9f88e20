import { attentionSchema, deviceKindSchema } from './devices.ts';
import { faultCodes } from './fault.ts';

/**
 * Everything that may be told to whoever watches over terminals and nodes by OpenTelemetry, off unless somebody turns it on
 * (docs/decisions/0058): names as the semantic conventions have them (opentelemetry.io/docs/specs/semconv), our own under `yizhan.`. An attribute says
 * one of the words that stand here, or a status of HTTP: there is none into which a value of a person fits.
 */

/** Semantic conventions: what is none of the words that are known. */
const OTHER = '_OTHER';

/** By which applications come to the platform: the template, and never the address with its key. */
export const SUBMISSION_ROUTE = '/v1/applications/{applicationId}/revisions/{revision}';

export const telemetryAttributes = {
  'db.client.connection.pool.name': ['people', 'outbox', 'upkeep'],
  'db.client.connection.state': ['idle', 'used'],
  'db.collection.name': ['application'],
  'db.operation.name': ['COMMIT', 'INSERT'],
  'db.system.name': ['sqlite', 'postgresql'],
  'error.type': [...faultCodes, ...attentionSchema.options, OTHER],
  'http.request.method': ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', OTHER],
  'http.response.status_code': 'status',
  'http.route': [SUBMISSION_ROUTE],
  'url.scheme': ['http'],
  'url.template': [SUBMISSION_ROUTE],
  'yizhan.device.kind': deviceKindSchema.options,
  'yizhan.lane': ['people', 'outbox'],
  'yizhan.outbox.state': ['waiting', 'parked'],
  'yizhan.outcome': ['acknowledged', 'failed'],
  'yizhan.terminal.part': ['screen', 'device-host', 'terminal'],
} as const satisfies Readonly<Record<string, readonly string[] | 'status'>>;
type Rules = typeof telemetryAttributes;
export type TelemetryAttributes = {
  readonly [K in keyof Rules]?: Rules[K] extends readonly (infer Word)[] ? Word : number;
};

interface MetricDefinition {
  /** `gauge`: asked at each telling; `level`: the same, of what can be added up over nodes; `histogram`: of seconds. */
  readonly kind: 'counter' | 'gauge' | 'level' | 'histogram';
  /** UCUM, as the conventions want it. */
  readonly unit: string;
  readonly help: string;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

export const telemetryMetrics = {
  'yizhan.applications.received': {
    kind: 'counter',
    unit: '{application}',
    help: 'Applications that this terminal has stored durably.',
  },
  'yizhan.applications.acknowledged': {
    kind: 'counter',
    unit: '{application}',
    help: 'Applications whose acknowledgement by the platform is stored here.',
  },
  'yizhan.forward.attempts': {
    kind: 'counter',
    unit: '{attempt}',
    help: 'Submissions sent to the platform, by what came of them.',
  },
  'yizhan.outbox.depth': {
    kind: 'gauge',
    unit: '{application}',
    help: 'Applications that the platform has not acknowledged.',
  },
  'yizhan.outbox.oldest_age': {
    kind: 'gauge',
    unit: 's',
    help: 'Since when the oldest of those that wait has been here; none when nothing waits.',
  },
  'yizhan.device.faults': {
    kind: 'counter',
    unit: '{fault}',
    help: 'Times that a device began to lack something, by its kind and what.',
  },
  'yizhan.terminal.crashes': {
    kind: 'gauge',
    unit: '{crash}',
    help: 'Crashes within the last 24 hours, by part.',
  },
  'process.uptime': {
    kind: 'gauge',
    unit: 's',
    help: 'Since the start of telling: a smaller one is a start.',
  },
  'nodejs.eventloop.delay.p50': { kind: 'gauge', unit: 's', help: 'Delay of the event loop, the median.' },
  'nodejs.eventloop.delay.p99': {
    kind: 'gauge',
    unit: 's',
    help: 'Delay of the event loop, one in a hundred.',
  },
  'nodejs.eventloop.delay.max': { kind: 'gauge', unit: 's', help: 'Delay of the event loop, the longest.' },
  'db.client.operation.duration': {
    kind: 'histogram',
    unit: 's',
    help: 'How long the database took for a transaction.',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  'db.client.connection.count': {
    kind: 'level',
    unit: '{connection}',
    help: 'Connections of this node to its database.',
  },
  'http.server.request.duration': {
    kind: 'histogram',
    unit: 's',
    help: 'How long a request to this node took, by lane.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  'yizhan.telemetry.dropped': {
    kind: 'counter',
    unit: '{span}',
    help: 'Spans that nobody was told: the queue was full, or the collector did not take them.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
type Definitions = typeof telemetryMetrics;
type MetricOf<Kind extends MetricDefinition['kind']> = {
  [Name in keyof Definitions]: Definitions[Name]['kind'] extends Kind ? Name : never;
}[keyof Definitions];
export type Counter = MetricOf<'counter'>;
export type Gauge = MetricOf<'gauge' | 'level'>;
export type Histogram = MetricOf<'histogram'>;

/** One application's travel, from the touch to the platform's database. */
export const telemetrySpans = {
  receive: { name: 'application.receive', kind: 'internal' },
  commit: { name: 'COMMIT', kind: 'client' },
  forward: { name: `PUT ${SUBMISSION_ROUTE}`, kind: 'client' },
  accept: { name: `PUT ${SUBMISSION_ROUTE}`, kind: 'server' },
  store: { name: 'INSERT application', kind: 'client' },
} as const;
export type SpanKey = keyof typeof telemetrySpans;

/** Of a span: 32 and 16 hexadecimal digits (W3C Trace Context §3.2.2). */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** `root`: the span has these ids itself. `under`: it is a child of that one. */
export type SpanPlace = { readonly root: TraceIds } | { readonly under: TraceIds };

/** A span that nobody ends is told to nobody. */
export interface OpenSpan {
  /** The header of a request that is made for it. */
  readonly traceparent: string;
  /** A child. */
  begin(span: SpanKey): OpenSpan;
  /** @param endedMs Unix time; absent: now. */
  end(attributes: TelemetryAttributes, endedMs?: number): void;
}

export interface Reading {
  readonly value: number;
  readonly attributes?: TelemetryAttributes;
}

/** Where there is none, nothing is told. No call throws, waits or keeps more than a bounded queue. */
export interface Telemetry {
  add(counter: Counter, attributes: TelemetryAttributes): void;
  record(histogram: Histogram, seconds: number, attributes: TelemetryAttributes): void;
  /** `look` is asked at each telling until what is returned is called; one that throws tells nothing. */
  watch(gauge: Gauge, look: () => readonly Reading[]): () => void;
  /** Null: nothing is traced now. `beganMs`: Unix time; absent: now. */
  begin(span: SpanKey, place: SpanPlace, beganMs?: number): OpenSpan | null;
  /** Tells what is left, for a second at most. */
  close(): Promise<void>;
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/** W3C Trace Context §3.2, version 00; null: absent, malformed, or of a version that nobody here knows. */
export function readTraceparent(header: string | undefined): TraceIds | null {
  const [, traceId, spanId] = TRACEPARENT.exec(header ?? '') ?? [];
  return traceId === undefined || spanId === undefined ? null : { traceId, spanId };
}

/** Sampled: who sends it tells its own part. */
export function traceparentOf({ traceId, spanId }: TraceIds): string {
  return `00-${traceId}-${spanId}-01`;
}
