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

/** Any number will do, as long as every node uses the same. Whoever makes a key, or puts another in its place, is alone. */
export const SIGNING_KEYS_LOCK = 'BEGIN; SELECT pg_advisory_xact_lock(7020004)';

/** What is sent to departments is signed by one key, orders to terminals by another. */
export type KeyTable = 'platform_key' | 'fleet_key';
export const privateKeySchema = publicKeySchema.extend({ d: z.string() });
const rowSchema = z.object({ private_key: privateKeySchema });

/** Both halves, as they lie in the database. */
export interface MadeKey {
  readonly keyId: string;
  readonly publicKey: PublicKey;
  readonly privateKey: z.infer<typeof privateKeySchema>;
}

/**
 * The platform's signing key, made by the first node that needs one. It lies in the database, as do the applications: whoever
 * reads the one has the other.
 */
export async function signingKey(pool: pg.Pool, of: KeyTable, nowMs: number): Promise<PublishedKey> {
  return inTransaction(pool, SIGNING_KEYS_LOCK, async (client) => {
    const found = await newestKey(client, of);
    if (found !== null) return found;
    const made = makeKey();
    await insertKey(client, of, made, nowMs);
    return keyOf(made.privateKey);
  });
}

/** The one that signs; null: none was made yet. */
export async function newestKey(db: Pick<pg.Pool, 'query'>, of: KeyTable): Promise<PublishedKey | null> {
  const { rows } = await db.query(`SELECT private_key FROM ${of} ORDER BY made_at DESC, key_id LIMIT 1`);
  return rows.length === 0 ? null : keyOf(rowSchema.parse(rows[0]).private_key);
}

export function makeKey(): MadeKey {
  for (;;) {
    const privateKey = privateKeySchema.parse(
      generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
    );
    const publicKey = publicPart(privateKey);
    const keyId = keyIdOf(publicKey);
    // Operators name keys on a command line, where this would be an option.
    if (!keyId.startsWith('-')) return { keyId, publicKey, privateKey };
  }
}

export async function insertKey(
  db: Pick<pg.Pool, 'query'>,
  of: KeyTable,
  { keyId, publicKey, privateKey }: MadeKey,
  nowMs: number,
): Promise<void> {
  await db.query(`INSERT INTO ${of} (key_id, public_key, private_key, made_at) VALUES ($1, $2, $3, $4)`, [
    keyId,
    JSON.stringify(publicKey),
    JSON.stringify(privateKey),
    new Date(nowMs),
  ]);
}

function publicPart({ kty, crv, x }: z.infer<typeof privateKeySchema>): PublicKey {
  return { kty, crv, x };
}

function keyOf(jwk: z.infer<typeof privateKeySchema>): PublishedKey {
  const key: KeyObject = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = publicPart(jwk);
  return { keyId: keyIdOf(publicKey), publicKey, sign: (bytes) => sign(null, bytes, key) };
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
