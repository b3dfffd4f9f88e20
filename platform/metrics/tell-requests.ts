import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#contract/ports.ts';
import {
  readTraceparent,
  SUBMISSION_ROUTE,
  telemetryAttributes,
  type OpenSpan,
  type Telemetry,
} from '#contract/telemetry.ts';
import type { LanePools, Line } from '../http/lanes.ts';

const MS_PER_S = 1000;
const SUBMISSION = /^\/v1\/applications\/[^/]+\/revisions\/[^/]+$/;
const FIRST_ERROR_OF_OURS = 500;

/** The part of an application's travel that is this request. */
export interface RequestSpan {
  readonly span: OpenSpan;
  /** Who sends it was let in: what strangers send is told to nobody. */
  admitted(): void;
}

interface TellParts {
  readonly telemetry: Telemetry | null;
  readonly clock: Clock;
}

/** How long the request took, when it is over. Not null: it goes on with a trace that a terminal began. */
export function tellRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, lane }: { readonly pathname: string; readonly lane: Line },
  { telemetry, clock }: TellParts,
): RequestSpan | null {
  if (telemetry === null) return null;
  const beganMs = clock.monotonicMs();
  const method = knownMethod(request.method);
  const header = request.headers['traceparent'];
  const caller = readTraceparent(typeof header === 'string' ? header : undefined);
  const isSubmission = method === 'PUT' && SUBMISSION.test(pathname);
  const span = caller !== null && isSubmission ? telemetry.begin('accept', { under: caller }) : null;
  let isAdmitted = false;
  response.once('close', () => {
    const said = {
      'http.request.method': method,
      'http.response.status_code': response.statusCode,
      'url.scheme': 'http',
    } as const;
    const seconds = (clock.monotonicMs() - beganMs) / MS_PER_S;
    telemetry.record('http.server.request.duration', seconds, { ...said, 'yizhan.lane': lane });
    if (!isAdmitted) return;
    const failed = response.statusCode >= FIRST_ERROR_OF_OURS ? ({ 'error.type': '_OTHER' } as const) : {};
    span?.end({ ...said, 'http.route': SUBMISSION_ROUTE, ...failed });
  });
  return (
    span && {
      span,
      admitted: () => {
        isAdmitted = true;
      },
    }
  );
}

function knownMethod(method: string | undefined) {
  return telemetryAttributes['http.request.method'].find((known) => known === method) ?? '_OTHER';
}

/** The node's connections, when they are told. */
export function watchPools(telemetry: Telemetry, pools: LanePools): void {
  telemetry.watch('db.client.connection.count', () =>
    (['people', 'outbox', 'upkeep'] as const).flatMap((lane) => {
      const pool = { 'db.client.connection.pool.name': lane } as const;
      const { idleCount, totalCount } = pools[lane];
      return [
        { value: idleCount, attributes: { ...pool, 'db.client.connection.state': 'idle' } },
        { value: totalCount - idleCount, attributes: { ...pool, 'db.client.connection.state': 'used' } },
      ];
    }),
  );
}
