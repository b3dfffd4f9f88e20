import type pg from 'pg';
import { z } from 'zod';
import type { ReleaseKind } from '#contract/fleet.ts';
import type { Manifest, ParcelKind, SignedManifest } from '#contract/parcel.ts';
import { inTransaction } from '../database/connect.ts';

type Database = Pick<pg.Pool, 'query'>;

/** Of a release: how the fleet calls it, and how parcels do. */
const kindOf: Readonly<Record<ReleaseKind, ParcelKind>> = {
  program: 'program',
  catalogue: 'catalogue',
  config: 'configuration',
};

const signedSchema = z.object({ manifest: z.string(), signature: z.string() });

/** Null: there is none whose manifest has this hash. */
export async function signedManifest(db: Database, sha256: string): Promise<SignedManifest | null> {
  const { rows } = await db.query('SELECT manifest, signature FROM parcel WHERE manifest_sha256 = $1', [
    sha256,
  ]);
  return rows.length === 0 ? null : signedSchema.parse(rows[0]);
}

const chunkSchema = z.object({ bytes: z.instanceof(Buffer) });

/** Null: there is no such parcel, or it has no such part. */
export async function parcelChunk(db: Database, sha256: string, number: number): Promise<Buffer | null> {
  const { rows } = await db.query(
    'SELECT bytes FROM parcel_chunk WHERE manifest_sha256 = $1 AND number = $2',
    [sha256, number],
  );
  return rows.length === 0 ? null : chunkSchema.parse(rows[0]).bytes;
}

export async function isParcel(
  db: Database,
  kind: ReleaseKind,
  { version, manifestSha256 }: { readonly version: string; readonly manifestSha256: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'SELECT 1 FROM parcel WHERE manifest_sha256 = $1 AND kind = $2 AND version = $3',
    [manifestSha256, kindOf[kind], version],
  );
  return rowCount === 1;
}

export interface NewParcel {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly signed: SignedManifest;
  /** The parts of the file in their order. Whoever gives them rejects when the file is not what the manifest says: nothing is kept then. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Whole, or not at all. */
export async function keepParcel(
  pool: pg.Pool,
  { manifest, manifestSha256, signed, chunks }: NewParcel,
  nowMs: number,
): Promise<'kept' | 'was-there' | 'other-of-that-version'> {
  return inTransaction(pool, 'BEGIN', async (client) => {
    const { kind, version, file } = manifest;
    const kept = await client.query(
      `INSERT INTO parcel (manifest_sha256, kind, version, manifest, signature, file_bytes, added_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [manifestSha256, kind, version, signed.manifest, signed.signature, file.bytes, new Date(nowMs)],
    );
    if (kept.rowCount === 0)
      return (await signedManifest(client, manifestSha256)) === null ? 'other-of-that-version' : 'was-there';
    let number = 0;
    for await (const bytes of chunks) {
      await client.query('INSERT INTO parcel_chunk (manifest_sha256, number, bytes) VALUES ($1, $2, $3)', [
        manifestSha256,
        number,
        bytes,
      ]);
      number += 1;
    }
    return 'kept';
  });
}

const listedSchema = z.object({
  manifest_sha256: z.string(),
  kind: z.string(),
  version: z.string(),
  file_bytes: z.coerce.number(),
  added_at: z.date(),
});
export type ListedParcel = z.infer<typeof listedSchema>;

/** The newest first. */
export async function listParcels(db: Database): Promise<ListedParcel[]> {
  const { rows } = await db.query(
    'SELECT manifest_sha256, kind, version, file_bytes, added_at FROM parcel ORDER BY added_at DESC, kind, version',
  );
  return z.array(listedSchema).parse(rows);
}

/** A terminal that fetched what was withdrawn has not been told to go back, or is on its way: of a release `r`; $2: now. */
const IS_GONE_BACK_FROM = `r.state = 'withdrawn' AND (
    EXISTS (SELECT FROM fleet_rollout o JOIN terminal t USING (terminal_id)
      WHERE o.release_id = r.release_id AND o.sent_back_at IS NULL AND t.revoked_at IS NULL)
    OR EXISTS (SELECT FROM fleet_command c
      WHERE c.release_id = r.release_id AND c.settled_at IS NULL AND c.expires_at > $2))`;

/** Not of a release that hands it out, or that would go back to it; nor the one to which terminals still go back. */
export async function removeParcel(
  db: Database,
  manifestSha256: string,
  nowMs: number,
): Promise<'removed' | 'unknown' | 'in-use'> {
  const removed = await db.query(
    `DELETE FROM parcel p WHERE manifest_sha256 = $1 AND NOT EXISTS (
       SELECT 1 FROM fleet_release r WHERE p.manifest_sha256 IN (r.manifest_sha256, r.back_sha256)
         AND (r.state IN ('rolling', 'paused')
           OR r.release_id IN (SELECT max(release_id) FROM fleet_release GROUP BY kind)
           OR r.release_id IN (SELECT max(release_id) FROM fleet_release WHERE state = 'complete' GROUP BY kind)
           OR (p.manifest_sha256 = r.back_sha256 AND ${IS_GONE_BACK_FROM})))`,
    [manifestSha256, new Date(nowMs)],
  );
  if (removed.rowCount === 1) return 'removed';
  return (await signedManifest(db, manifestSha256)) === null ? 'unknown' : 'in-use';
}
