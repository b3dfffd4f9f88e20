import type pg from 'pg';
import { z } from 'zod';
import { MIN_CHUNK_BYTES } from '#contract/attachment.ts';
import { chinaDate } from '../cases/working-days.ts';

/**
 * How much one terminal may upload, so that a key that was stolen, or a terminal that is out of its mind, does not fill the disk of all. Over it no upload
 * is begun; what was begun goes on, and everything else is served.
 */
export interface UploadQuota {
  /** Begun on one day of China's, in bytes. */
  readonly dayBytes: number;
  /** Begun and named by no application yet, in bytes. */
  readonly waitingBytes: number;
}

const GIB = 1_073_741_824;

/**
 * Far above a busy station: 16 GiB are 250 applications with as many papers as one may have, or 5,000 with a few photographs, so that a week
 * without a line is told in a day. Of the waiting, a terminal sends the papers of a handful of applications at a time.
 */
export const usualUploads: UploadQuota = { dayBytes: 16 * GIB, waitingBytes: 2 * GIB };

/** Rows cost, too: an upload of a byte counts as the smallest chunk. */
function costOf(byteCount: number): number {
  return Math.max(byteCount, MIN_CHUNK_BYTES);
}

/** So long is a terminal that was refused shown as full, in milliseconds; it asks again each ten minutes (http/problem.ts). */
export const SHOWN_AS_FULL_MS = 3_600_000;
/** A refusal that is later than this was noted by a clock that was wrong. */
export const NODES_APART_MS = 300_000;
/** A refusal is written down no more often. */
const NOTED_EVERY_MS = 60_000;

const begunSchema = z.object({ begun_bytes: z.coerce.number() });
const waitingSchema = z.object({ waiting: z.coerce.number() });

/**
 * Whether this terminal may begin an upload of so many bytes. Until the end of the transaction no other one of the same terminal is begun, on any node, so
 * that none is counted twice or not at all. That it may not is noted.
 */
export async function hasRoom(
  client: pg.PoolClient,
  terminalId: string,
  byteCount: number,
  { dayBytes, waitingBytes }: UploadQuota,
  nowMs: number,
): Promise<boolean> {
  // A node whose clock is a day behind does not begin that day anew; a day that is further ahead was another clock's mistake.
  const day = await client.query(
    `INSERT INTO terminal_uploads AS u (terminal_id, day, begun_bytes) VALUES ($1, $2, 0)
     ON CONFLICT (terminal_id) DO UPDATE SET
       day = CASE WHEN u.day BETWEEN excluded.day AND excluded.day + 1 THEN u.day ELSE excluded.day END,
       begun_bytes = CASE WHEN u.day BETWEEN excluded.day AND excluded.day + 1 THEN u.begun_bytes ELSE 0 END
     RETURNING begun_bytes`,
    [terminalId, chinaDate(nowMs)],
  );
  const cost = costOf(byteCount);
  const hasDay = begunSchema.parse(day.rows[0]).begun_bytes + cost <= dayBytes;
  // Behind the lock, and in a statement of its own: what the others have begun is seen.
  if (hasDay && (await waitingOf(client, terminalId)) + cost <= waitingBytes) return true;
  const now = new Date(nowMs);
  await client.query(
    `UPDATE terminal_uploads SET refused_at = $2
     WHERE terminal_id = $1 AND (refused_at IS NULL OR refused_at <= $3 OR refused_at > $2)`,
    [terminalId, now, new Date(nowMs - NOTED_EVERY_MS)],
  );
  return false;
}

async function waitingOf(client: pg.PoolClient, terminalId: string): Promise<number> {
  const { rows } = await client.query(
    `SELECT coalesce(sum(greatest(byte_count, $2)), 0) AS waiting FROM attachment
     WHERE terminal_id = $1 AND NOT is_claimed`,
    [terminalId, MIN_CHUNK_BYTES],
  );
  return waitingSchema.parse(rows[0]).waiting;
}

/** In the transaction of `hasRoom`, when the upload is begun. */
export async function countBegun(
  client: pg.PoolClient,
  terminalId: string,
  byteCount: number,
): Promise<void> {
  await client.query('UPDATE terminal_uploads SET begun_bytes = begun_bytes + $2 WHERE terminal_id = $1', [
    terminalId,
    costOf(byteCount),
  ]);
}
