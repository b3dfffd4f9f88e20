import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type pg from 'pg';
import {
  manifestText,
  PARCEL_CHUNK_BYTES,
  signedParcelText,
  type Manifest,
  type ParcelKind,
  type SignedManifest,
} from '#contract/parcel.ts';
import { keepParcel } from './parcels.ts';

/** For tests only: a key of the district's, and parcels that are signed by it. */
export const testParcelKey = generateKeyPairSync('ed25519');

/** By what a terminal verifies them (`parcels.verifyWith`). */
export const testVerifyWith = String(testParcelKey.publicKey.export({ format: 'jwk' }).x);

export interface TestParcel {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly signed: SignedManifest;
  readonly bytes: Buffer;
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function testParcel(
  kind: ParcelKind,
  version: string,
  content: string | Uint8Array = randomUUID(),
  {
    more = {},
    key = testParcelKey.privateKey,
  }: { more?: Partial<Manifest>; key?: typeof testParcelKey.privateKey } = {},
): TestParcel {
  const bytes = Buffer.from(content);
  const manifest: Manifest = {
    format: 'yizhan-parcel-1',
    kind,
    version,
    madeAt: '2026-11-21T17:30:00.000Z',
    file: { name: 'file', bytes: bytes.length, sha256: sha256(bytes) },
    ...more,
  };
  const text = manifestText(manifest);
  const signature = sign(null, Buffer.from(signedParcelText(text)), key).toString('base64');
  return { manifest, manifestSha256: sha256(text), signed: { manifest: text, signature }, bytes };
}

/** Its hash, which orders name. The platform keeps it as it is, also one that no terminal would take. */
export async function plantParcel(pool: pg.Pool, parcel: TestParcel, nowMs: number): Promise<string> {
  const { manifest, manifestSha256, signed, bytes } = parcel;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += PARCEL_CHUNK_BYTES)
      yield bytes.subarray(at, at + PARCEL_CHUNK_BYTES);
  }
  const kept = await keepParcel(pool, { manifest, manifestSha256, signed, chunks: chunks() }, nowMs);
  if (kept !== 'kept') throw new Error(`the parcel ${manifest.version} was not kept: ${kept}`);
  return manifestSha256;
}
