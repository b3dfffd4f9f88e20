import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  publicKeySchema,
  requestSignature,
  thumbprintInput,
  type PublicKey,
} from '#contract/terminal-identity.ts';

/**
 * HTTP Message Signatures (RFC 9421) in the suite's own few lines: made by the library that a platform verifies with, a
 * misreading of the standard would be on both sides and not be seen.
 */

export interface Key {
  /** RFC 7638 thumbprint. */
  readonly keyId: string;
  readonly publicKey: PublicKey;
  readonly privateKey: KeyObject;
}

export function newKey(): Key {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = publicKeySchema.parse(pair.publicKey.export({ format: 'jwk' }));
  const keyId = createHash('sha256').update(thumbprintInput(publicKey)).digest('base64url');
  return { keyId, publicKey, privateKey: pair.privateKey };
}

/** What a rule bends about a signature; the rest is as the norm says. */
export interface Bent {
  /** Seconds from now, of `created`. */
  readonly skewS?: number;
  readonly nonce?: string;
  /** Undefined takes a parameter away. */
  readonly parameters?: Readonly<Record<string, string | number | undefined>>;
  readonly components?: readonly string[];
  readonly label?: string;
}

export interface Unsigned {
  readonly method: string;
  readonly url: URL;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly hasBody: boolean;
}

export interface Moment {
  readonly nowMs: number;
  readonly nonce: string;
}

/** The two headers; beside signatures that are there already, another one. */
export function signatureHeaders(
  key: Pick<Key, 'keyId' | 'privateKey'>,
  request: Unsigned,
  { nowMs, nonce }: Moment,
  bent: Bent,
): Record<'signature' | 'signature-input', string> {
  const { components, bodyComponents, algorithm, tag } = requestSignature;
  const covered = bent.components ?? [...components, ...(request.hasBody ? bodyComponents : [])];
  const parameters = {
    created: Math.floor(nowMs / 1000) + (bent.skewS ?? 0),
    nonce: bent.nonce ?? nonce,
    keyid: key.keyId,
    alg: algorithm,
    tag,
    ...bent.parameters,
  };
  const input = `(${covered.map((name) => `"${name}"`).join(' ')})${Object.entries(parameters)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`;${name}=${typeof value === 'number' ? String(value) : `"${value}"`}`],
    )
    .join('')}`;
  const lines = covered.map((name) => `"${name}": ${componentOf(name, request)}`);
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const value = sign(null, Buffer.from(base), key.privateKey).toString('base64');
  const label = bent.label ?? 'terminal';
  const beside = (name: string): string =>
    request.headers[name] === undefined ? '' : `${request.headers[name]}, `;
  return {
    'signature-input': `${beside('signature-input')}${label}=${input}`,
    signature: `${beside('signature')}${label}=:${value}:`,
  };
}

/** RFC 9421 §2.1 and §2.2. */
function componentOf(name: string, { method, url, headers }: Unsigned): string {
  switch (name) {
    case '@method':
      return method;
    case '@authority':
      return url.host;
    case '@path':
      return url.pathname;
    case '@query':
      return url.search === '' ? '?' : url.search;
    default:
      return headers[name] ?? '';
  }
}

/** RFC 9530 §2. */
export function digestOf(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
