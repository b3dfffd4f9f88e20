import type { Acknowledgement } from '#contract/application.ts';
import type { Claimed } from './outbox.ts';
import type { PlatformClient, PlatformFault } from './platform-client.ts';

/** What undici and the system say when not a byte of the request left this machine. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A platform, or what stands before it, that answers these has not stored anything. */
const NOT_STORED: ReadonlySet<number> = new Set([501, 503]);

/** Whether a submission that ended so may have been stored all the same. */
export function mayHaveArrived(problem: PlatformFault): boolean {
  switch (problem.code) {
    case 'platform.nonsense':
    case 'platform.too-large':
      return true;
    case 'platform.timeout':
    case 'platform.unreachable':
      return !NEVER_SENT.has(problem.detail ?? '');
    case 'platform.failed':
      return !NOT_STORED.has(problem.status ?? 0);
    default:
      // It answered, and said no.
      return false;
  }
}

export type Asked =
  /** It holds the key: with this payload or another one. */
  | { readonly kind: 'holds-it'; readonly acknowledgement: Acknowledgement }
  /** It does not, or does not know the call: sending is harmless and the only way on. */
  | { readonly kind: 'send' }
  | { readonly kind: 'no-answer'; readonly fault: PlatformFault; readonly stillDoubtful: boolean };

/**
 * Asks the platform whether it holds a row whose last try ended without an answer. Only such a row is asked
 * about, so that the ordinary case costs no round trip; and a payload is not sent twice over a thin line
 * only because its answer was lost.
 */
export async function askFirst(client: PlatformClient, row: Claimed): Promise<Asked> {
  const found = await client.find(row);
  if (found.ok) return { kind: 'holds-it', acknowledgement: found.value };
  switch (found.fault.code) {
    case 'platform.rejected':
      // 404 for the key or for the call (also 405 of a platform that lacks it): the one says no more than the
      // other, and the key makes a resend harmless.
      return { kind: 'send' };
    case 'platform.unreachable':
    case 'platform.busy':
    case 'platform.not-authorised':
      return { kind: 'no-answer', fault: found.fault, stillDoubtful: true };
    default:
      // The call itself may be broken over there: asked once in vain, the row is sent the next time.
      return { kind: 'no-answer', fault: found.fault, stillDoubtful: false };
  }
}
