import { createHash, createPublicKey, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { httpbis } from 'http-message-signatures';
import { platformKeysSchema, webhookSignature, type PlatformKeys } from '#contract/department.ts';
import { nonceSchema } from '#contract/terminal-identity.ts';

/** A call as it came in. */
export interface Call {
  readonly method: string;
  /** Whole, as the platform knows it: host and path are signed. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface GenuineParts {
  /** The platform's published keys; asked again for a key that is not among them. */
  readonly fetchKeys: () => Promise<unknown>;
  /** Unix time in ms. */
  readonly now: () => number;
}

const MS_PER_S = 1000;
/** A stranger who names a key of his own in each call makes nobody ask the platform each time. */
const ASK_EVERY_MS = 60_000;

/** How a department knows that it is the platform that calls, that the body is the one that was signed, and that the call is new. */
export function genuineCalls({ fetchKeys, now }: GenuineParts): (call: Call) => Promise<boolean> {
  let known: PlatformKeys['keys'] = [];
  let askedAtMs = Number.NEGATIVE_INFINITY;
  /** Nonce → when it may be forgotten. */
  const nonces = new Map<string, number>();

  async function keyOf(keyId: string) {
    if (!known.some(({ kid }) => kid === keyId) && now() - askedAtMs >= ASK_EVERY_MS) {
      known = platformKeysSchema.parse(await fetchKeys()).keys;
      // Behind the answer: who was not answered asks again with the next call.
      askedAtMs = now();
    }
    const jwk = known.find(({ kid }) => kid === keyId);
    return jwk && createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
  }

  return async ({ method, url, headers, body }) => {
    const digest = createHash('sha256').update(body).digest('base64');
    if (headers['content-digest'] !== `sha-256=:${digest}:`) return false;
    const windowMs = webhookSignature.windowSeconds * MS_PER_S;
    let nonce: string | null = null;
    const verdict = await httpbis
      .verifyMessage(
        {
          all: true,
          requiredFields: [...webhookSignature.components],
          requiredParams: [...webhookSignature.parameters],
          notAfter: Number.MAX_SAFE_INTEGER,
          keyLookup: async ({ keyid, created, nonce: given, tag }) => {
            const isTimely = created instanceof Date && Math.abs(now() - created.getTime()) <= windowMs;
            const parsed = nonceSchema.safeParse(given);
            if (keyid === undefined || !isTimely || tag !== webhookSignature.tag || !parsed.success)
              return null;
            const key = await keyOf(keyid);
            if (key === undefined) return null;
            nonce = parsed.data;
            return {
              algs: [webhookSignature.algorithm],
              verify: (base, signature) => Promise.resolve(verify(null, base, key, signature)),
            };
          },
        },
        {
          method,
          url,
          headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        },
      )
      .catch(() => false);
    if (verdict !== true || nonce === null || nonces.has(nonce)) return false;
    for (const [old, untilMs] of nonces) if (untilMs < now()) nonces.delete(old);
    nonces.set(nonce, now() + 2 * windowMs);
    return true;
  };
}
