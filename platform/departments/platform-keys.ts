import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import type { PlatformKeys } from '#contract/department.ts';
import { publicKeySchema, type PublicKey } from '#contract/terminal-identity.ts';
import { inTransaction } from '../database/connect.ts';
import { keyIdOf } from '../identity/key-id.ts';

/** Signs what the platform sends. */
export interface PlatformKey {
  readonly keyId: string;
  sign(bytes: Uint8Array): Buffer;
}

/** With what it is verified by. */
export interface PublishedKey extends PlatformKey {
  readonly publicKey: PublicKey;
}

/** Any number will do, as long as every node uses the same. */
const LOCK_KEY = 7_020_004;

/** What is sent to departments is signed by one key, orders to terminals by another. */
export type KeyTable = 'platform_key' | 'fleet_key';
const privateSchema = publicKeySchema.extend({ d: z.string() });
const rowSchema = z.object({ key_id: z.string(), private_key: privateSchema });

/**
 * The platform's signing key, made by the first node that needs one. It lies in the database, as do the applications: whoever
 * reads the one has the other.
 */
export async function signingKey(pool: pg.Pool, of: KeyTable, nowMs: number): Promise<PublishedKey> {
  const begin = `BEGIN; SELECT pg_advisory_xact_lock(${String(LOCK_KEY)})`;
  return inTransaction(pool, begin, async (client) => {
    const newest = `SELECT key_id, private_key FROM ${of} ORDER BY made_at DESC, key_id LIMIT 1`;
    const found = await client.query(newest);
    if (found.rows.length > 0) return keyOf(rowSchema.parse(found.rows[0]));
    const made = privateSchema.parse(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
    const publicKey = publicPart(made);
    const keyId = keyIdOf(publicKey);
    await client.query(
      `INSERT INTO ${of} (key_id, public_key, private_key, made_at) VALUES ($1, $2, $3, $4)`,
      [keyId, JSON.stringify(publicKey), JSON.stringify(made), new Date(nowMs)],
    );
    return keyOf({ key_id: keyId, private_key: made });
  });
}

function publicPart({ kty, crv, x }: z.infer<typeof privateSchema>): PublicKey {
  return { kty, crv, x };
}

function keyOf({ key_id: keyId, private_key: jwk }: z.infer<typeof rowSchema>): PublishedKey {
  const key: KeyObject = createPrivateKey({ key: jwk, format: 'jwk' });
  return { keyId, publicKey: publicPart(jwk), sign: (bytes) => sign(null, bytes, key) };
}

const publishedSchema = z.array(z.object({ key_id: z.string(), public_key: publicKeySchema }));

/** What receivers verify by: every key, so that what is on its way when a new one comes still fits. */
export async function publishedKeys(pool: pg.Pool): Promise<PlatformKeys> {
  const { rows } = await pool.query(
    'SELECT key_id, public_key FROM platform_key ORDER BY made_at DESC LIMIT 20',
  );
  return {
    keys: publishedSchema
      .parse(rows)
      .map(({ key_id: kid, public_key }) => ({ ...public_key, kid, use: 'sig', alg: 'EdDSA' })),
  };
}
