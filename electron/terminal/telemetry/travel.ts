import { hash } from 'node:crypto';
import type { TraceIds } from '#contract/telemetry.ts';
import type { Key } from '../outbox/platform-client.ts';

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

/**
 * The trace of an application and the span in which it began, from its own key: a terminal that was restarted goes on with the same one, and nothing is
 * stored for it. Whoever holds an application's id finds its trace (docs/operations/telemetry.md); from the trace nobody finds the id.
 */
export function travelOf({ applicationId, revision }: Key): TraceIds {
  let digest: string | null = null;
  /** Hashed when the first asks, which is at the telling: the resident does not wait for it. */
  function digits(from: number, until: number): string {
    digest ??= hash('sha256', `yizhan-trace-1\n${applicationId}/${String(revision)}`, 'hex');
    return digest.slice(from, until);
  }
  return {
    get traceId() {
      return digits(0, TRACE_ID_DIGITS);
    },
    get spanId() {
      return digits(TRACE_ID_DIGITS, TRACE_ID_DIGITS + SPAN_ID_DIGITS);
    },
  };
}
