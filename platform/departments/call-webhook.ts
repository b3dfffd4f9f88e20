import { createHash } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { httpbis } from 'http-message-signatures';
import { Agent, request } from 'undici';
import { webhookAnswerSchema, webhookSignature, type InboxEntry } from '#contract/department.ts';
import type { RandomBytes } from '#contract/ports.ts';
import { errorCode } from '../log.ts';
import type { PlatformKey } from './platform-keys.ts';
import { ownNames, resolveName } from './resolve-name.ts';
import type { AddressPolicy } from './webhook-address.ts';

/** All limits of one call, in milliseconds and bytes. */
export const webhookLimits = {
  connectMs: 5_000,
  /** From the first byte sent to the last byte heard. */
  wholeMs: 10_000,
  answerBytes: 16_384,
  headerBytes: 16_384,
} as const;

export type Called =
  | { readonly kind: 'taken' }
  /** `why` holds a status or a code, never a word of the answer. */
  | { readonly kind: 'not-taken'; readonly why: string };

export interface WebhookCaller {
  call(url: string, entry: InboxEntry, nowMs: number): Promise<Called>;
  close(): Promise<void>;
}

export interface CallerParts {
  readonly key: PlatformKey;
  readonly policy: AddressPolicy;
  readonly randomBytes: RandomBytes;
  /** Of one call as a whole, in milliseconds. */
  readonly wholeMs: number;
}

const NONCE_BYTES = 16;

/**
 * Tells an address one entry. Taken is what was answered in time with 2xx and the entry's cursor: the page of a proxy, or of an empty web server,
 * is no department's word. A redirect is not followed: it would lead past the look at the address.
 */
export function webhookCaller({ key, policy, randomBytes, wholeMs }: CallerParts): WebhookCaller {
  const agent = new Agent({
    connect: { timeout: webhookLimits.connectMs, lookup: lookupWithin(policy) },
    maxHeaderSize: webhookLimits.headerBytes,
    maxResponseSize: webhookLimits.answerBytes,
    headersTimeout: wholeMs,
    bodyTimeout: wholeMs,
    // Each call looks at the address anew.
    pipelining: 0,
  });
  return {
    call: async (url, entry, nowMs) => {
      const problem = policy.problemOf(url);
      if (problem !== null) return { kind: 'not-taken', why: 'ADDRESS_REFUSED' };
      const body = JSON.stringify(entry);
      const headers = await signed({ url, body, nowMs }, key, randomBytes);
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers,
          body,
          signal: AbortSignal.timeout(wholeMs),
        });
        // Read to its end whatever it is, within the limits: a connection that is cut off tells the other side nothing.
        const text = await answer.body.text();
        if (answer.statusCode < 200 || answer.statusCode > 299) {
          return { kind: 'not-taken', why: `HTTP_${String(answer.statusCode)}` };
        }
        return namesCursor(text, entry.cursor)
          ? { kind: 'taken' }
          : { kind: 'not-taken', why: 'ANSWER_WITHOUT_CURSOR' };
      } catch (error) {
        return { kind: 'not-taken', why: nameOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

function namesCursor(text: string, cursor: number): boolean {
  try {
    const answer = webhookAnswerSchema.safeParse(JSON.parse(text));
    return answer.success && answer.data.cursor === cursor;
  } catch {
    return false;
  }
}

function nameOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'TIMEOUT';
  return errorCode(error) || 'NO_ANSWER';
}

/** Every address of the name is looked at; those that may not be reached are as if they were not there. */
function lookupWithin(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    const answer = (error: NodeJS.ErrnoException | null, within: readonly LookupAddress[]): void => {
      const [first] = within;
      if (error !== null) callback(error, '', 0);
      else if (first === undefined) {
        const refused = new Error('no address that may be reached');
        callback(Object.assign(refused, { code: 'ADDRESS_REFUSED' }), '', 0);
      } else if (options.all === true) callback(null, [...within]);
      else callback(null, first.address, first.family);
    };
    resolveName(hostname, ownNames).then(
      (found) =>
        answer(
          null,
          found.filter(({ address }) => policy.mayReach(address)),
        ),
      (error: unknown) => answer(error instanceof Error ? error : new Error(String(error)), []),
    );
  };
}

/** RFC 9421 by the platform's key; another nonce each time. */
async function signed(
  { url, body, nowMs }: { readonly url: string; readonly body: string; readonly nowMs: number },
  key: PlatformKey,
  randomBytes: RandomBytes,
): Promise<Record<string, string>> {
  const { algorithm, components, parameters, tag } = webhookSignature;
  const { headers } = await httpbis.signMessage(
    {
      name: 'platform',
      key: { id: key.keyId, alg: algorithm, sign: (base) => Promise.resolve(key.sign(base)) },
      fields: [...components],
      params: [...parameters],
      paramValues: {
        created: new Date(nowMs),
        nonce: Buffer.from(randomBytes(NONCE_BYTES)).toString('base64url'),
        tag,
      },
    },
    {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'content-digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      },
    },
  );
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
