import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import {
  acknowledgementSchema,
  caseStatusSchema,
  type Acknowledgement,
  type Submission,
} from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { AttachmentsMissing, claimAttachments } from '../attachments/claim.ts';
import { inTransaction } from '../database/connect.ts';
import { addEvent } from './act.ts';
import { caseNumber } from './case-number.ts';
import { signatureProblem } from './signature-problem.ts';
import { WRITERS_BEGIN } from './cursor-lock.ts';

export interface ApplicationKey {
  readonly applicationId: string;
  readonly revision: number;
}

export type StoreOutcome =
  | { readonly kind: 'stored'; readonly acknowledgement: Acknowledgement; readonly isNew: boolean }
  | { readonly kind: 'attachments-missing'; readonly missing: readonly string[] }
  | { readonly kind: 'conflict'; readonly storedSha256: string }
  /** A later revision of a case of another station that nobody asked for. */
  | { readonly kind: 'not-asked-for' };

export interface Arrival {
  /** The terminal that signed. */
  readonly forwardedBy: string;
  readonly storedAtMs: number;
  /** Whose application it is (persons.ts). */
  readonly persons: readonly string[];
}

/** Received (收件); acceptance (受理) is the department's act and comes later. */
const RECEIVED = '02';
const IN_CORRECTION = '06';

/**
 * Application, its attachments and its case in one durable transaction. Of duplicates, at the same time or years
 * later, one is stored and all get its acknowledgement, whichever terminal of the station brings them; another
 * payload under the same key, or the same of another terminal or station, is a conflict. A later revision joins the
 * case of its application. `forwardedBy` is the terminal that signed.
 */
export async function storeApplication(
  pool: pg.Pool,
  key: ApplicationKey,
  submission: Submission,
  arrival: Arrival,
): Promise<StoreOutcome> {
  try {
    return await storeWhole(pool, key, submission, arrival);
  } catch (error) {
    if (error instanceof AttachmentsMissing) return { kind: 'attachments-missing', missing: error.missing };
    if (error instanceof NotAskedFor) return { kind: 'not-asked-for' };
    throw error;
  }
}

interface Done {
  readonly isNew: boolean;
  /** Of a case that was opened just now, which is most of them; of another it is looked up. */
  readonly acknowledgement: Acknowledgement | null;
}

async function storeWhole(
  pool: pg.Pool,
  key: ApplicationKey,
  submission: Submission,
  { forwardedBy, storedAtMs, persons }: Arrival,
): Promise<StoreOutcome> {
  const done = await inTransaction(pool, WRITERS_BEGIN, async (client): Promise<Done> => {
    // A duplicate in flight makes this wait for its end; then the key is there and nothing is inserted.
    const inserted = await client.query(
      `INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
         item_version, payload_sha256, received_at, stored_at, submission, forwarded_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (application_id, revision) DO NOTHING
       RETURNING nextval('case_cursor')::text AS cursor`,
      [
        key.applicationId,
        key.revision,
        submission.terminalId,
        submission.stationId,
        submission.receiptNo,
        submission.itemSlug,
        submission.itemVersion,
        submission.payloadSha256,
        submission.receivedAt,
        new Date(storedAtMs).toISOString(),
        JSON.stringify(submission),
        forwardedBy,
      ],
    );
    if (inserted.rowCount === 0) return { isNew: false, acknowledgement: null };
    await claimAttachments(client, key, submission, forwardedBy);
    const cursor = z.coerce.number().int().parse(inserted.rows[0]?.cursor);
    const caseNo = caseNumber(cursor, storedAtMs);
    const opened = await client.query(
      `WITH opened AS (
         INSERT INTO case_record (cursor, case_no, application_id, revision, status) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (application_id) WHERE joins IS NULL DO NOTHING RETURNING cursor
       ), happened AS (
         INSERT INTO case_event (cursor, ordinal, at, to_status, actor, revision)
         SELECT cursor, 1, $6, $5, 'station', $4 FROM opened
       ), persons AS (
         INSERT INTO case_person (person_number, cursor) SELECT unnest($7::text[]), cursor FROM opened
       ) SELECT cursor FROM opened`,
      [cursor, caseNo, key.applicationId, key.revision, RECEIVED, new Date(storedAtMs), persons],
    );
    if (opened.rowCount === 0) {
      await joinCase(client, key, submission.stationId, { storedAtMs, persons });
      return { isNew: true, acknowledgement: null };
    }
    const { payloadSha256 } = submission;
    const receivedAt = new Date(storedAtMs).toISOString();
    return { isNew: true, acknowledgement: { ...key, caseNo, status: RECEIVED, receivedAt, payloadSha256 } };
  });
  if (done.acknowledgement !== null)
    return { kind: 'stored', ...done, acknowledgement: done.acknowledgement };
  const stored = await findApplication(pool, key);
  if (!stored) throw new Error('a committed application is not there');
  const same =
    stored.acknowledgement.payloadSha256 === submission.payloadSha256 &&
    stored.terminalId === submission.terminalId &&
    stored.stationId === submission.stationId;
  return same
    ? { kind: 'stored', acknowledgement: stored.acknowledgement, isNew: done.isNew }
    : { kind: 'conflict', storedSha256: stored.acknowledgement.payloadSha256 };
}

/** Ends the transaction that stores a revision which nobody asked this station for: nothing of it is left. */
class NotAskedFor extends Error {}

const joinedSchema = z.object({ cursor: z.string(), status: caseStatusSchema, revision: z.number().int() });
const admittedSchema = z.object({ is_ours: z.boolean(), was_asked_for: z.boolean() });

/**
 * A revision of an application that has a case. What answers a correction brings it back to "received"; what staff
 * put right before anybody looked replaces what was there. On what an office has decided, a revision that nobody
 * asked for is kept, and changes nothing.
 */
async function joinCase(
  client: pg.PoolClient,
  key: ApplicationKey,
  stationId: string,
  { storedAtMs, persons }: Pick<Arrival, 'storedAtMs' | 'persons'>,
): Promise<void> {
  // Alone, and the rest after it: what waits for the lock sees of other tables what was there before it waited.
  const locked = await client.query(
    `SELECT cursor::text AS cursor, status, revision FROM case_record
     WHERE application_id = $1 AND joins IS NULL FOR UPDATE`,
    [key.applicationId],
  );
  const found = joinedSchema.parse(locked.rows[0]);
  const { rows } = await client.query(
    `SELECT EXISTS (SELECT 1 FROM application WHERE application_id = $1 AND revision = $2 AND station_id = $3) AS is_ours,
       EXISTS (SELECT 1 FROM case_event WHERE cursor = $4 AND to_status = $5) AS was_asked_for`,
    [key.applicationId, found.revision, stationId, found.cursor, IN_CORRECTION],
  );
  const admitted = admittedSchema.parse(rows[0]);
  // A resident corrects at any station; everything else is the business of the one that took it.
  if (!admitted.is_ours && !admitted.was_asked_for) throw new NotAskedFor();
  if (key.revision <= found.revision) return;
  const isOpen = found.status === RECEIVED || found.status === IN_CORRECTION;
  if (isOpen) {
    await client.query(
      `WITH moved AS (UPDATE case_record SET revision = $2, status = $3 WHERE cursor = $1 RETURNING cursor)
       INSERT INTO case_person (person_number, cursor) SELECT unnest($4::text[]), cursor FROM moved
       ON CONFLICT DO NOTHING`,
      [found.cursor, key.revision, RECEIVED, persons],
    );
  }
  await addEvent(client, {
    cursor: found.cursor,
    atMs: storedAtMs,
    from: found.status,
    to: isOpen ? RECEIVED : found.status,
    actor: 'station',
    revision: key.revision,
  });
}

/** The acknowledgement of a key, the terminal that took it and the station it belongs to. */
export async function findApplication(
  pool: pg.Pool,
  key: ApplicationKey,
): Promise<{
  readonly acknowledgement: Acknowledgement;
  readonly terminalId: string;
  readonly stationId: string;
} | null> {
  const { rows } = await pool.query(
    `SELECT a.application_id, a.revision, a.terminal_id, a.station_id, a.payload_sha256, a.stored_at, c.case_no, c.status
     FROM application a JOIN case_record c ON c.application_id = a.application_id
     WHERE a.application_id = $1 AND a.revision = $2
     -- A revision that had a case of its own keeps that number.
     ORDER BY (c.joins IS NOT NULL AND c.revision = a.revision) DESC, c.cursor LIMIT 1`,
    [key.applicationId, key.revision],
  );
  if (rows.length === 0) return null;
  const row = rowSchema.parse(rows[0]);
  return {
    terminalId: row.terminal_id,
    stationId: row.station_id,
    acknowledgement: acknowledgementSchema.parse({
      applicationId: row.application_id,
      revision: row.revision,
      caseNo: row.case_no,
      status: row.status,
      receivedAt: row.stored_at.toISOString(),
      payloadSha256: row.payload_sha256,
    }),
  };
}

const rowSchema = z.object({
  application_id: z.string(),
  revision: z.number(),
  terminal_id: z.string(),
  station_id: z.string(),
  payload_sha256: z.string(),
  stored_at: z.date(),
  case_no: z.string(),
  status: z.string(),
});

/** Why a submission cannot be stored as it is, or `null`. Names no value. */
export function submissionProblem(applicationId: string, submission: Submission): string | null {
  if (!isStorableText(submission)) return 'a text holds U+0000 or half a surrogate pair';
  const sha256 = createHash('sha256').update(canonicalJson(submission.payload), 'utf8').digest('hex');
  if (sha256 !== submission.payloadSha256) return 'payloadSha256 is not the hash of payload';
  return signatureProblem(applicationId, submission);
}

/** PostgreSQL's jsonb holds every text but these two. The depth is bounded by the schema. */
function isStorableText(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => isStorableText(key) && isStorableText(member));
}
