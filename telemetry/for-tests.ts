import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests only: an OTLP receiver over a real socket, which keeps what comes, or does as a test wants it. */
export interface OtlpReceiver {
  readonly url: string;
  readonly received: readonly {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Buffer;
  }[];
  /** Null: it takes everything. */
  onRequest: ((path: string, response: ServerResponse) => void) | null;
  close(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const path = request.url ?? '';
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks) });
      if (receiver.onRequest !== null) receiver.onRequest(path, response);
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens at a port: the address is no name of a pipe.
  const { port } = server.address() as AddressInfo;
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    onRequest: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return receiver;
}

interface Told {
  readonly attributes?: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}
export interface ToldSpan extends Told {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number; readonly message?: string };
}
export interface ToldMetric {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly (Told & {
    readonly asInt?: string | number;
    readonly asDouble?: number;
    readonly count?: number;
  })[];
}

interface Scoped {
  readonly scopeSpans?: readonly { readonly spans: readonly ToldSpan[] }[];
  readonly scopeMetrics?: readonly {
    readonly metrics: readonly (Record<string, { dataPoints: ToldMetric['points'] }> & {
      name: string;
      unit: string;
    })[];
  }[];
}

/** What was told by one body, in the names of OTLP's JSON (opentelemetry.io/docs/specs/otlp §JSON Protobuf Encoding). */
function scopedOf(
  receiver: OtlpReceiver,
  path: string,
  member: 'resourceSpans' | 'resourceMetrics',
): Scoped[] {
  return (
    receiver.received
      .filter((one) => one.path === path)
      // The tests look at its members: what is not as they expect fails them.
      .flatMap(({ body }) => (JSON.parse(body.toString('utf8')) as Record<string, Scoped[]>)[member] ?? [])
  );
}

export function spansOf(receiver: OtlpReceiver): ToldSpan[] {
  return scopedOf(receiver, '/v1/traces', 'resourceSpans').flatMap(({ scopeSpans = [] }) =>
    scopeSpans.flatMap(({ spans }) => spans),
  );
}

/** All that came, the older first. */
export function metricsOf(receiver: OtlpReceiver): ToldMetric[] {
  return scopedOf(receiver, '/v1/metrics', 'resourceMetrics').flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.map((metric) => ({
        name: metric.name,
        unit: metric.unit,
        points: (metric['sum'] ?? metric['gauge'] ?? metric['histogram'])?.dataPoints ?? [],
      })),
    ),
  );
}

/** Of an attribute list, as `key=value` words in order. */
export function wordsOf({ attributes = [] }: Told): string[] {
  return attributes.map(({ key, value }) => `${key}=${String(Object.values(value)[0])}`).sort();
}
