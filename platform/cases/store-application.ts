import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { acknowledgementSchema, type Acknowledgement, type Submission } from '#contract/application.ts';
import { isStorableJson } from '#contract/storable.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { AttachmentsMissing, claimAttachments } from '../attachments/claim.ts';
import { inTransaction } from '../database/connect.ts';
import { perform, putDown, settle, takeInHand, type CaseInHand, type EngineParts } from './case-in-hand.ts';
import { limitsOf, lastOf, termsOf, type CaseEvent } from './case-life.ts';
import { caseNumber } from './case-number.ts';
import { attempt, isInTime, reckon, type Act } from './engine.ts';
import { replacePersons } from './persons.ts';
import { signatureProblem } from './signature-problem.ts';
import { WRITERS_BEGIN } from './cursor-lock.ts';
import { chinaDate } from './working-days.ts';

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
  readonly engine: EngineParts;
}

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
  arrival: Arrival,
): Promise<StoreOutcome> {
  const { forwardedBy, storedAtMs, persons } = arrival;
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
    const { event, dueAtMs, reckoned } = received(submission, key.revision, arrival);
    const opened = await client.query(
      `WITH opened AS (
         INSERT INTO case_record (cursor, case_no, application_id, revision, status, decide_by, due_at, reckoned_by, calendar_gap)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (application_id) WHERE joins IS NULL DO NOTHING RETURNING cursor
       ), happened AS (
         INSERT INTO case_event (cursor, ordinal, at, to_status, actor, revision, verb, facts)
         SELECT cursor, $10, $11, $5, $12, $4, $13, $14 FROM opened
       ), persons AS (
         INSERT INTO case_person (person_number, cursor) SELECT unnest($15::text[]), cursor FROM opened
       ) SELECT cursor FROM opened`,
      [
        cursor,
        caseNo,
        key.applicationId,
        key.revision,
        event.to,
        reckoned.decideBy,
        dueAtMs === null ? null : new Date(dueAtMs),
        arrival.engine.officeDays.id,
        reckoned.gap,
        event.ordinal,
        new Date(event.atMs),
        event.actor,
        event.verb,
        event.facts === null ? null : JSON.stringify(event.facts),
        persons,
      ],
    );
    if (opened.rowCount === 0) {
      await joinCase(client, key, submission, arrival);
      return { isNew: true, acknowledgement: null };
    }
    const { payloadSha256 } = submission;
    const receivedAt = new Date(storedAtMs).toISOString();
    return { isNew: true, acknowledgement: { ...key, caseNo, status: event.to, receivedAt, payloadSha256 } };
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

/** The first event of a case, and what time will do to it. */
function received({ itemSlug, payload }: Submission, revision: number, { storedAtMs, engine }: Arrival) {
  const item = engine.catalogue.items.get(itemSlug)?.item;
  // Whether the others of its chain are over is looked at at once, by the clock.
  const mayWait = (payload.chain?.needs.length ?? 0) > 0;
  const empty = { events: [], terms: termsOf(item, mayWait ? 'waits' : null, []) };
  const act = byStation('receive', storedAtMs, revision);
  const pinned = empty.terms.kind === 'matter' && item ? { limits: limitsOf(item) } : null;
  const attempted = attempt(empty, { ...act, facts: pinned }, engine.officeDays);
  if (attempted.kind === 'refused') throw new Error('a new case cannot be received');
  const { event } = attempted;
  const reckoned = reckon({ ...empty, events: [event] }, storedAtMs, engine.officeDays);
  return { event, reckoned, dueAtMs: mayWait ? storedAtMs : reckoned.dueAtMs };
}

function byStation(verb: CaseEvent['verb'], atMs: number, revision: number): Act {
  return {
    verb,
    atMs,
    revision,
    actor: 'station',
    unit: null,
    facts: null,
    notice: null,
    heading: null,
  };
}

/** Ends the transaction that stores a revision which nobody asked this station for: nothing of it is left. */
class NotAskedFor extends Error {}

const ownSchema = z.object({ is_ours: z.boolean() });

/**
 * A revision of an application that has a case. What answers a correction brings it back to "received"; what staff
 * put right before anybody looked replaces what was there. On what an office has decided, a revision that nobody
 * asked for is kept, and changes nothing.
 */
async function joinCase(
  client: pg.PoolClient,
  key: ApplicationKey,
  { stationId, receivedAt }: Submission,
  { storedAtMs, persons, engine }: Arrival,
): Promise<void> {
  const taken = await takeInHand(client, engine, 'application_id = $1 FOR UPDATE', key.applicationId);
  if (taken === null) throw new Error('an application without a case');
  const { rows } = await client.query(
    `SELECT EXISTS (SELECT 1 FROM application
       WHERE application_id = $1 AND revision = $2 AND station_id = $3) AS is_ours`,
    [key.applicationId, taken.revision, stationId],
  );
  const wasAskedFor = lastOf(taken.events, 'request-correction') !== undefined;
  // A resident corrects at any station; everything else is the business of the one that took it.
  if (!ownSchema.parse(rows[0]).is_ours && !wasAskedFor) throw new NotAskedFor();
  if (key.revision <= taken.revision) return;
  const receivedOn = chinaDate(Math.min(Date.parse(receivedAt), storedAtMs));
  const { done, isTaken } = await reviseCase(taken, { storedAtMs, receivedOn, revision: key.revision });
  if (isTaken) {
    await client.query('UPDATE case_record SET revision = $2 WHERE cursor = $1', [done.cursor, key.revision]);
    await replacePersons(client, done.cursor, persons);
  }
  await putDown(done, storedAtMs);
}

/**
 * What the station received by the due day is in time, however long the line held it up: it is judged before the clock returns the
 * case, and also after.
 */
async function reviseCase(
  taken: CaseInHand,
  { storedAtMs, receivedOn, revision }: { storedAtMs: number; receivedOn: string; revision: number },
): Promise<{ readonly done: CaseInHand; readonly isTaken: boolean }> {
  const settled =
    taken.status === '06' && isInTime(taken.events, receivedOn) ? taken : await settle(taken, storedAtMs);
  for (const verb of ['correct', 'correct-in-time', 'revise', 'keep-revision'] as const) {
    const act = { ...byStation(verb, storedAtMs, revision), receivedOn };
    const { done, attempted } = await perform(settled, act);
    if (attempted.kind === 'done') return { done, isTaken: verb !== 'keep-revision' };
  }
  throw new Error(`a revision has no move from ${settled.status}`);
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
  if (!isStorableJson(submission)) return 'a text holds U+0000 or half a surrogate pair';
  const sha256 = createHash('sha256').update(canonicalJson(submission.payload), 'utf8').digest('hex');
  if (sha256 !== submission.payloadSha256) return 'payloadSha256 is not the hash of payload';
  return signatureProblem(applicationId, submission);
}
