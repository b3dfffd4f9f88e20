import {
  createHash,
  createPublicKey,
  timingSafeEqual,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { z } from 'zod';
import { keyIdSchema, nonceSchema, requestSignature, type PublicKey } from '#contract/terminal-identity.ts';

/** A request as it stands in its first line and headers. */
export interface SignedRequest {
  readonly method: string;
  /** As the terminal asked for it. */
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly hasBody: boolean;
}

/** What one signature says of itself; nothing of it is true before it is verified. */
export interface SignatureClaim {
  readonly keyId: string;
  readonly nonce: string;
  readonly createdMs: number;
}

/** As the library hands them over: `created` as a Date, the rest as it stood there. */
const claimSchema = z.strictObject({
  created: z.date().refine((date) => Number.isInteger(date.getTime())),
  nonce: nonceSchema,
  keyid: keyIdSchema,
  alg: z.literal(requestSignature.algorithm),
  tag: z.literal(requestSignature.tag),
});

/** The claims of all signatures, in their order; null when one of them is not what the contract says. */
export async function readClaims(request: SignedRequest): Promise<readonly SignatureClaim[] | null> {
  const claims: SignatureClaim[] = [];
  let areWellFormed = true;
  try {
    await httpbis.verifyMessage(
      {
        // Without a key nothing is verified: the library only reads.
        keyLookup: (parameters) => {
          const parsed = claimSchema.safeParse(parameters);
          if (!parsed.success) areWellFormed = false;
          else {
            const { keyid, nonce, created } = parsed.data;
            claims.push({ keyId: keyid, nonce, createdMs: created.getTime() });
          }
          return Promise.resolve(null);
        },
      },
      request,
    );
  } catch {
    return null; // no structured fields at all
  }
  return areWellFormed ? claims : null;
}

/**
 * Whether every one of these keys has a signature that covers what it must and fits. The library's own verdict is that
 * of the last signature only, so each is noted as it is verified.
 */
export async function areVerified(
  request: SignedRequest,
  keys: ReadonlyMap<string, PublicKey>,
): Promise<boolean> {
  const { components, bodyComponents, parameters, algorithm } = requestSignature;
  const verified = new Set<string>();
  try {
    await httpbis.verifyMessage(
      {
        all: true,
        requiredFields: [...components, ...(request.hasBody ? bodyComponents : [])],
        requiredParams: [...parameters],
        // Our own clock judges `created` (authenticate.ts); the library would ask the machine's.
        notAfter: Number.MAX_SAFE_INTEGER,
        keyLookup: ({ keyid }) => {
          const publicKey = keys.get(keyid ?? '');
          if (keyid === undefined || publicKey === undefined) return Promise.resolve(null);
          const key = keyObject(publicKey);
          return Promise.resolve({
            algs: [algorithm],
            verify: (base, signature) => {
              const fits = verifyBytes(null, base, key, signature);
              if (fits) verified.add(keyid);
              return Promise.resolve(fits);
            },
          });
        },
        // "@path";req and the like are for answers: a component of ours has no parameters.
        componentParser: (name, given) => {
          if (given.size > 0) throw new Error(`${name} has a parameter`);
          return null;
        },
      },
      request,
    );
  } catch {
    return false; // malformed, or a component that is covered and not there
  }
  return keys.size > 0 && [...keys.keys()].every((keyId) => verified.has(keyId));
}

/** Of a node's busiest terminals; some kilobytes each. */
const MOST_KEY_OBJECTS = 5000;
const keyObjects = new Map<string, KeyObject>();

/** What OpenSSL makes of a key costs as much as half a verification, and is the same each time. Whether the key is good is asked elsewhere. */
function keyObject({ kty, crv, x }: PublicKey): KeyObject {
  const made = keyObjects.get(x) ?? createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  // At the end of the order again: the one that was not used for longest goes first.
  keyObjects.delete(x);
  keyObjects.set(x, made);
  const [oldest] = keyObjects.keys();
  if (keyObjects.size > MOST_KEY_OBJECTS && oldest !== undefined) keyObjects.delete(oldest);
  return made;
}

/** RFC 9530 §2: whether the header names the SHA-256 of these bytes. */
export function digestFits(header: string | undefined, body: Uint8Array): boolean {
  const named = /(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?:,|$)/.exec(header ?? '')?.[1];
  if (named === undefined) return false;
  return timingSafeEqual(Buffer.from(named, 'base64'), createHash('sha256').update(body).digest());
}
