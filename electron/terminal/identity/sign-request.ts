import { createHash } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import type { RandomBytes } from '#contract/ports.ts';
import { requestSignature } from '#contract/terminal-identity.ts';
import type { DeviceKey } from './device-key.ts';

export interface UnsignedRequest {
  readonly method: string;
  /** Whole: its authority and path are signed. */
  readonly url: string;
  /** With the content-type of a body, in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

const NONCE_BYTES = 16;
const LABEL = 'terminal';

/** All headers of the request, with a signature by each key; another nonce each time. */
export async function signRequest(
  request: UnsignedRequest,
  keys: readonly DeviceKey[],
  createdMs: number,
  randomBytes: RandomBytes,
): Promise<Record<string, string>> {
  const { components, bodyComponents, parameters, algorithm, tag } = requestSignature;
  const { method, url, body } = request;
  let headers: Record<string, string | string[]> = {
    ...request.headers,
    ...(body === null ? {} : { 'content-digest': contentDigest(body) }),
  };
  for (const key of keys) {
    const signed = await httpbis.signMessage(
      {
        name: LABEL,
        key: { id: key.keyId, alg: algorithm, sign: (base) => Promise.resolve(key.sign(base)) },
        fields: [...components, ...(body === null ? [] : bodyComponents)],
        params: [...parameters],
        paramValues: {
          created: new Date(createdMs),
          nonce: Buffer.from(randomBytes(NONCE_BYTES)).toString('base64url'),
          tag,
        },
      },
      { method, url, headers },
    );
    headers = signed.headers;
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** RFC 9530 §2. */
export function contentDigest(body: string | Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
