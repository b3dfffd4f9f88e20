import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { MAX_ATTACHMENTS, MIN_CHUNK_BYTES } from '#contract/attachment.ts';
import type { UploadStatus } from '#contract/platform-api.ts';
import { inTransaction } from '../database/connect.ts';
import { countBegun, hasRoom, type UploadQuota } from './quota.ts';

export interface AttachmentKey {
  readonly applicationId: string;
  readonly terminalId: string;
  readonly sha256: string;
}

export interface Chunk {
  readonly offset: number;
  /** Of the whole attachment. */
  readonly byteCount: number;
  readonly bytes: Uint8Array;
}

export type AppendOutcome =
  | { readonly kind: 'received'; readonly status: UploadStatus }
  | { readonly kind: 'wrong-offset'; readonly receivedBytes: number }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'too-many' }
  /** The terminal has begun as much as it may for now (quota.ts). */
  | { readonly kind: 'full' }
  | { readonly kind: 'wrong'; readonly reason: string };

const rowSchema = z.object({
  byte_count: z.number().int(),
  received_bytes: z.number().int(),
  is_complete: z.boolean(),
});

const DURABLE_BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';
const OF_KEY = 'application_id = $1 AND terminal_id = $2 AND sha256 = $3';

/**
 * How far an upload has come; null when nothing of it is here. What a revision of the application has claimed already
 * is here, whichever terminal brought it: a correction at another station sends no paper twice.
 */
export async function uploadStatus(pool: pg.Pool, key: AttachmentKey): Promise<UploadStatus | null> {
  const { rows } = await pool.query(
    `SELECT byte_count, received_bytes, is_complete FROM attachment
     WHERE application_id = $1 AND sha256 = $3 AND (terminal_id = $2 OR is_claimed)
     ORDER BY is_complete DESC LIMIT 1`,
    values(key),
  );
  if (rows.length === 0) return null;
  const row = rowSchema.parse(rows[0]);
  return { receivedBytes: row.received_bytes, isComplete: row.is_complete };
}

/**
 * Appends a chunk durably. Bytes that are here already change nothing, so a chunk whose answer was lost is sent
 * again without harm. With the last byte the hash is worked out; when it is another, the upload is dropped and
 * begins anew. `quota` null: the operator brings it, whom nothing bounds.
 */
export async function appendChunk(
  pool: pg.Pool,
  key: AttachmentKey,
  chunk: Chunk,
  quota: UploadQuota | null,
  nowMs: number,
): Promise<AppendOutcome> {
  const problem = chunkProblem(chunk);
  if (problem !== null) return { kind: 'wrong', reason: problem };
  return inTransaction(pool, DURABLE_BEGIN, async (client) => {
    const row = await lockUpload(client, key, chunk, quota, nowMs);
    if (row === 'too-many' || row === 'full') return { kind: row };
    if (row.byte_count !== chunk.byteCount) {
      return { kind: 'wrong', reason: 'byteCount is another than at the first chunk' };
    }
    if (row.is_complete) return received(row.received_bytes, true);
    const end = chunk.offset + chunk.bytes.length;
    if (end <= row.received_bytes) return received(row.received_bytes, false);
    if (chunk.offset !== row.received_bytes)
      return { kind: 'wrong-offset', receivedBytes: row.received_bytes };
    await client.query(
      `INSERT INTO attachment_chunk (application_id, terminal_id, sha256, start_byte, bytes)
       VALUES ($1, $2, $3, $4, $5)`,
      [...values(key), chunk.offset, chunk.bytes],
    );
    const isLast = end === chunk.byteCount;
    if (isLast && (await hashOfChunks(client, key)) !== key.sha256) {
      await client.query(`DELETE FROM attachment WHERE ${OF_KEY}`, values(key));
      return { kind: 'damaged' };
    }
    await client.query(
      `UPDATE attachment SET received_bytes = $4, is_complete = $5, touched_at = $6 WHERE ${OF_KEY}`,
      [...values(key), end, isLast, new Date(nowMs).toISOString()],
    );
    return received(end, isLast);
  });
}

function received(receivedBytes: number, isComplete: boolean): AppendOutcome {
  return { kind: 'received', status: { receivedBytes, isComplete } };
}

function chunkProblem(chunk: Chunk): string | null {
  const end = chunk.offset + chunk.bytes.length;
  if (end > chunk.byteCount) return 'the chunk goes on behind byteCount';
  if (end < chunk.byteCount && chunk.bytes.length < MIN_CHUNK_BYTES) return 'the chunk is too small';
  return null;
}

/** The row of an upload, held until the end of the transaction; or why it cannot be begun. */
async function lockUpload(
  client: pg.PoolClient,
  key: AttachmentKey,
  chunk: Chunk,
  quota: UploadQuota | null,
  nowMs: number,
): Promise<z.infer<typeof rowSchema> | 'too-many' | 'full'> {
  const found = await lockRow(client, key);
  if (found !== null) return found;
  // One upload of an application is begun at a time, so that none is counted twice or not at all.
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${key.applicationId} ${key.terminalId}`,
  ]);
  if (quota !== null && !(await hasRoom(client, key.terminalId, chunk.byteCount, quota, nowMs)))
    return 'full';
  const { rowCount } = await client.query(
    `INSERT INTO attachment (application_id, terminal_id, sha256, byte_count, touched_at)
     SELECT $1, $2, $3, $4, $5
     WHERE (SELECT count(*) FROM attachment
            WHERE application_id = $1 AND terminal_id = $2 AND NOT is_claimed AND sha256 <> $3) < $6
     ON CONFLICT DO NOTHING`,
    [...values(key), chunk.byteCount, new Date(nowMs).toISOString(), MAX_ATTACHMENTS],
  );
  if (quota !== null && rowCount === 1) await countBegun(client, key.terminalId, chunk.byteCount);
  return (await lockRow(client, key)) ?? 'too-many';
}

async function lockRow(client: pg.PoolClient, key: AttachmentKey): Promise<z.infer<typeof rowSchema> | null> {
  const { rows } = await client.query(
    `SELECT byte_count, received_bytes, is_complete FROM attachment WHERE ${OF_KEY} FOR UPDATE`,
    values(key),
  );
  return rows.length === 0 ? null : rowSchema.parse(rows[0]);
}

/** Chunk by chunk: a node never holds a whole attachment. */
async function hashOfChunks(client: pg.PoolClient, key: AttachmentKey): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of chunksOf(client, key)) hash.update(bytes);
  return hash.digest('hex');
}

const chunkSchema = z.object({ start_byte: z.number().int(), bytes: z.instanceof(Uint8Array) });

/** The bytes of an attachment from its beginning, up to the first gap, a chunk at a time. */
export async function* chunksOf(
  client: Pick<pg.PoolClient, 'query'>,
  key: AttachmentKey,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; ;) {
    const { rows } = await client.query(
      `SELECT start_byte, bytes FROM attachment_chunk WHERE ${OF_KEY} AND start_byte = $4`,
      [...values(key), at],
    );
    if (rows.length === 0) return;
    const { bytes } = chunkSchema.parse(rows[0]);
    yield bytes;
    at += bytes.length;
  }
}

function values(key: AttachmentKey): [string, string, string] {
  return [key.applicationId, key.terminalId, key.sha256];
}
