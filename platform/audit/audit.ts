import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import { inTransaction } from '../database/connect.ts';
import type { AuditEvent } from './events.ts';

/** The audit of the desk: append-only, each row chained to the one before by SHA-256. */

export type AuditDetail = Readonly<Record<string, string | number | readonly string[]>>;

export interface NewEntry {
  readonly atMs: number;
  /** Null: nobody is signed in. */
  readonly officialId: string | null;
  readonly event: AuditEvent;
  readonly caseNo: string | null;
  readonly disposition: string;
  /** Ids and codes: never a personal value. */
  readonly detail: AuditDetail;
}

const entrySchema = z
  .object({
    seq: z.coerce.number().int(),
    at: z.date(),
    official_id: z.string().nullable(),
    event: z.string(),
    case_no: z.string().nullable(),
    disposition: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
    previous_hash: z.instanceof(Buffer),
    hash: z.instanceof(Buffer),
  })
  .transform((row) => ({
    seq: row.seq,
    atMs: row.at.getTime(),
    officialId: row.official_id,
    event: row.event,
    caseNo: row.case_no,
    disposition: row.disposition,
    detail: row.detail,
    previousHash: row.previous_hash,
    hash: row.hash,
  }));
export type AuditEntry = z.infer<typeof entrySchema>;

/** What the first row is chained to. */
export const NO_HASH: Buffer = Buffer.alloc(32);

export function hashOf(
  entry: Omit<NewEntry, 'event'> & { readonly event: string; readonly seq: number },
  previousHash: Uint8Array,
): Buffer {
  const { seq, atMs, officialId, event, caseNo, disposition, detail } = entry;
  const previous = Buffer.from(previousHash).toString('hex');
  const text = canonicalJson({ seq, atMs, officialId, event, caseNo, disposition, detail, previous });
  return createHash('sha256').update(text, 'utf8').digest();
}

export const AUDIT_COLUMNS = 'seq, at, official_id, event, case_no, disposition, detail, previous_hash, hash';

const numberedSchema = z.object({ seq: z.coerce.number().int() });

/** A row of AUDIT_COLUMNS. `entry` null: it is of no shape that the desk writes; somebody has been in the database. */
export function readRow(row: unknown): { readonly seq: number; readonly entry: AuditEntry | null } {
  const { seq } = numberedSchema.parse(row);
  const read = entrySchema.safeParse(row);
  return { seq, entry: read.success ? read.data : null };
}

/** Whether the row is as it was written, by the hash of the one before that it names itself. */
export function isOwnHash(entry: AuditEntry): boolean {
  return entry.hash.equals(hashOf(entry, entry.previousHash));
}

/** Any number will do, as long as nothing else of the platform takes it. */
const LOCK_KEY = 7_020_046;

const lastSchema = z.object({ seq: z.coerce.number().int(), hash: z.instanceof(Buffer) });

/** Inside a transaction, as its last statement: rows are chained one after the other, on all nodes. */
export async function appendAudit(client: pg.PoolClient, entry: NewEntry): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
  const { rows } = await client.query('SELECT seq, hash FROM desk_audit ORDER BY seq DESC LIMIT 1');
  const last = rows.length === 0 ? { seq: 0, hash: NO_HASH } : lastSchema.parse(rows[0]);
  const seq = last.seq + 1;
  await client.query(
    `INSERT INTO desk_audit (seq, at, official_id, event, case_no, disposition, detail, previous_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      seq,
      new Date(entry.atMs),
      entry.officialId,
      entry.event,
      entry.caseNo,
      entry.disposition,
      JSON.stringify(entry.detail),
      last.hash,
      hashOf({ ...entry, seq }, last.hash),
    ],
  );
}

/** Durable when it returns. Rejects when it cannot be written: then what it stands for must not happen. */
export function writeAudit(pool: pg.Pool, entry: NewEntry): Promise<void> {
  return inTransaction(pool, 'BEGIN; SET LOCAL synchronous_commit TO on', (client) =>
    appendAudit(client, entry),
  );
}
