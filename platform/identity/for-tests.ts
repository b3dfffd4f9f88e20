import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { appendSignature, createSignatureSync } from 'http-message-sig';
import { publicKeySchema, requestSignature, type PublicKey } from '#contract/terminal-identity.ts';
import { connect } from '../database/connect.ts';
import { issueCode } from './enrolment-codes.ts';
import { keyIdOf } from './key-id.ts';

/** For tests only: terminals whose signatures are made by another library than the one that verifies them. */
export interface TestTerminal {
  readonly terminalId: string;
  readonly stationId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
  readonly keyId: string;
}

const NONCE_BYTES = 16;
const HOUR_MS = 3_600_000;

export function testTerminal(terminalId: string, stationId: string): TestTerminal {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = publicKeySchema.parse(pair.publicKey.export({ format: 'jwk' }));
  return { terminalId, stationId, privateKey: pair.privateKey, publicKey, keyId: keyIdOf(publicKey) };
}

export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** What a test bends; the rest is as the contract says. */
export interface SigningWishes {
  readonly nowMs: number;
  readonly nonce?: string;
  readonly parameters?: Readonly<Record<string, string | number | undefined>>;
  readonly components?: readonly string[];
  readonly label?: string;
}

export function digestOf(body: string | Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** The headers of the request with those of a signature; signed already, it gets another one beside. */
export function signedBy(
  { keyId, privateKey }: Pick<TestTerminal, 'keyId' | 'privateKey'>,
  request: PlainRequest,
  wishes: SigningWishes,
): Record<string, string> {
  const headers: Record<string, string> = {
    ...(request.body === null ? {} : { 'content-digest': digestOf(request.body) }),
    ...request.headers,
  };
  const fields = createSignatureSync(
    {
      kind: 'request',
      method: request.method,
      targetUri: request.url,
      fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
    },
    {
      label: wishes.label ?? 'terminal',
      components: wishes.components ?? [
        ...requestSignature.components,
        ...(request.body === null ? [] : requestSignature.bodyComponents),
      ],
      parameters: {
        created: Math.floor(wishes.nowMs / 1000),
        nonce: wishes.nonce ?? randomBytes(NONCE_BYTES).toString('base64url'),
        keyid: keyId,
        alg: requestSignature.algorithm,
        tag: requestSignature.tag,
        ...wishes.parameters,
      },
      // What it claims to be; it is an Ed25519 signature all the same.
      signer: {
        algorithm: String(wishes.parameters?.['alg'] ?? 'ed25519'),
        sign: (base) => sign(null, base, privateKey),
      },
    },
  );
  return Object.fromEntries(appendSignature(new Headers(headers), fields));
}

/** Puts terminals there as if they had enrolled; what enrolment does is tested by itself. */
export async function plantTerminals(databaseUrl: string, terminals: readonly TestTerminal[]): Promise<void> {
  const pool = connect(databaseUrl);
  for (const { terminalId, stationId, keyId, publicKey } of terminals) {
    await pool.query(
      `WITH key AS (INSERT INTO terminal_key (key_id, terminal_id, public_key, since)
         VALUES ($3, $1, $4, now()) ON CONFLICT DO NOTHING)
       INSERT INTO terminal (terminal_id, station_id, key_id, enrolled_at) VALUES ($1, $2, $3, now())
       ON CONFLICT DO NOTHING`,
      [terminalId, stationId, keyId, JSON.stringify(publicKey)],
    );
  }
  await pool.end();
}

/** A code as the operator's command issues it, good for an hour. */
export async function issueTestCode(
  databaseUrl: string,
  terminalId: string,
  stationId: string,
  nowMs: number,
): Promise<string> {
  const pool = connect(databaseUrl);
  const code = await issueCode(pool, { terminalId, stationId, validForMs: HOUR_MS }, nowMs, randomBytes);
  await pool.end();
  return code;
}
