import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import {
  acknowledgementSchema,
  attachmentsOf,
  type Acknowledgement,
  type Submission,
} from '#contract/application.ts';
import { isStorableJson } from '#contract/storable.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { AttachmentsMissing, claimAttachments } from '../attachments/claim.ts';
import { askTogether } from '../database/ask-together.ts';
import { inTransaction, isUnavailable, runPrepared } from '../database/connect.ts';
import { errorCode } from '../log.ts';
import { perform, putDown, settle, takeInHand, type CaseInHand, type EngineParts } from './case-in-hand.ts';
import { limitsOf, lastOf, termsOf, type CaseEvent } from './case-life.ts';
import { caseNumberDay, caseNumberSql } from './case-number.ts';
import { attempt, isInTime, reckon, type Act } from './engine.ts';
import { replacePersons } from './persons.ts';
import { signatureProblem } from './signature-problem.ts';
import { WRITERS_BEGIN, WRITER_TERM } from './cursor-lock.ts';
import { chinaDate } from './working-days.ts';

export interface ApplicationKey {
  readonly applicationId: string;
  readonly revision: number;
}

export type StoreOutcome =
  | { readonly kind: 'stored'; readonly acknowledgement: Acknowledgement; readonly isNew: boolean }
  | { readonly kind: 'attachments-missing'; readonly missing: readonly string[] }
  | { readonly kind: 'conflict'; readonly storedSha256: string }
  /** Its month was erased: whether it was here before, nobody knows any more. */
  | { readonly kind: 'too-old' }
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

/** A key above what was erased: below it nothing is begun, since it may have been here (docs/decisions/0043). */
const NOT_ERASED = `application_id >= (SELECT first_id FROM retention_floor)
  AND NOT EXISTS (SELECT 1 FROM erased_application AS erased WHERE erased.application_id = given.application_id)`;

/** What one application brings into its tables. */
interface GivenRow {
  readonly application_id: string;
  readonly revision: number;
  readonly terminal_id: string;
  readonly station_id: string;
  readonly receipt_no: string;
  readonly item_slug: string;
  readonly item_version: string;
  readonly payload_sha256: string;
  readonly received_at: string;
  readonly stored_at: string;
  readonly submission: Submission;
  readonly forwarded_by: string;
  readonly case_day: string;
  readonly status: string;
  readonly decide_by: string | null;
  readonly due_at: string | null;
  readonly reckoned_by: string;
  readonly calendar_gap: number | null;
  readonly ordinal: number;
  readonly at: string;
  readonly actor: string;
  readonly verb: string | null;
  readonly facts: unknown;
  readonly persons: readonly string[];
}

const COLUMN_TYPES: Readonly<Record<keyof GivenRow, string>> = {
  application_id: 'uuid',
  revision: 'integer',
  terminal_id: 'text',
  station_id: 'text',
  receipt_no: 'text',
  item_slug: 'text',
  item_version: 'text',
  payload_sha256: 'text',
  received_at: 'timestamptz',
  stored_at: 'timestamptz',
  submission: 'jsonb',
  forwarded_by: 'text',
  case_day: 'text',
  status: 'text',
  decide_by: 'date',
  due_at: 'timestamptz',
  reckoned_by: 'text',
  calendar_gap: 'smallint',
  ordinal: 'integer',
  at: 'timestamptz',
  actor: 'text',
  verb: 'text',
  facts: 'jsonb',
  persons: 'text[]',
};
const GIVEN_COLUMNS = Object.entries(COLUMN_TYPES)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/**
 * Applications with their cases, first events and persons in one statement: what gives no row was not stored. With the id as the key of the
 * months, each row is put where it belongs, and nothing is looked for in others.
 */
function storingSql(mayBegin: string, whereCaseIsThere: string): string {
  return `WITH ${WRITER_TERM}, given AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS one (${GIVEN_COLUMNS})
  ), stored AS (
    INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
      item_version, payload_sha256, received_at, stored_at, submission, forwarded_by)
    SELECT application_id, revision, terminal_id, station_id, receipt_no, item_slug,
      item_version, payload_sha256, received_at, stored_at, submission, forwarded_by FROM writer, given WHERE ${mayBegin}
    -- Two nodes that bring the same two would else wait for each other.
    ORDER BY application_id
    -- A duplicate in flight makes this wait for its end; then the key is there and nothing is inserted.
    ON CONFLICT (application_id, revision) DO NOTHING
    RETURNING application_id, nextval('case_cursor') AS cursor
  ), opened AS (
    INSERT INTO case_record (cursor, case_no, application_id, revision, status, decide_by, due_at, reckoned_by, calendar_gap)
    SELECT cursor, ${caseNumberSql('case_day', 'cursor')}, application_id, revision, status, decide_by, due_at, reckoned_by, calendar_gap
    FROM stored JOIN given USING (application_id)
    ${whereCaseIsThere} RETURNING application_id, cursor, case_no
  ), happened AS (
    INSERT INTO case_event (cursor, application_id, ordinal, at, to_status, actor, revision, verb, facts)
    SELECT cursor, application_id, ordinal, at, status, actor, revision, verb, facts FROM opened JOIN given USING (application_id)
  ), persons AS (
    INSERT INTO case_person (person_number, cursor, application_id)
    SELECT unnest(persons), cursor, application_id FROM opened JOIN given USING (application_id)
  ) SELECT application_id, opened.case_no FROM stored LEFT JOIN opened USING (application_id)`;
}

const FIRST_REVISION = storingSql(NOT_ERASED, '');
/** A later revision of what was stored before the floor came over it still joins its case. */
const ANY_REVISION = storingSql(
  `(${NOT_ERASED} OR EXISTS (SELECT 1 FROM application AS before WHERE before.application_id = given.application_id))`,
  'ON CONFLICT (application_id) WHERE joins IS NULL DO NOTHING',
);
const UNIQUE_VIOLATION = '23505';

const storedRowSchema = z.object({ application_id: z.string(), case_no: z.string().nullable() });

/** What was stored; null: not this time. `caseNo`: of the case that was opened; null where the application has one. */
type Stored = { readonly caseNo: string | null } | null;

/** In the order of what was given. */
async function runStoring(
  given: readonly GivenRow[],
  run: (json: string) => Promise<pg.QueryResult>,
): Promise<readonly Stored[]> {
  const { rows } = await run(JSON.stringify(given));
  const stored = new Map(
    rows.map((row) => {
      const { application_id, case_no } = storedRowSchema.parse(row);
      return [application_id, { caseNo: case_no }];
    }),
  );
  return given.map(({ application_id }) => stored.get(application_id) ?? null);
}

async function storeWhole(
  pool: pg.Pool,
  key: ApplicationKey,
  submission: Submission,
  arrival: Arrival,
): Promise<StoreOutcome> {
  const { event, reckoned, dueAtMs } = received(submission, key.revision, arrival);
  const receivedAt = new Date(arrival.storedAtMs).toISOString();
  const { payloadSha256 } = submission;
  const row: GivenRow = {
    application_id: key.applicationId,
    revision: key.revision,
    terminal_id: submission.terminalId,
    station_id: submission.stationId,
    receipt_no: submission.receiptNo,
    item_slug: submission.itemSlug,
    item_version: submission.itemVersion,
    payload_sha256: payloadSha256,
    received_at: submission.receivedAt,
    stored_at: receivedAt,
    submission,
    forwarded_by: arrival.forwardedBy,
    case_day: caseNumberDay(arrival.storedAtMs),
    status: event.to,
    decide_by: reckoned.decideBy,
    due_at: dueAtMs === null ? null : new Date(dueAtMs).toISOString(),
    reckoned_by: arrival.engine.officeDays.id,
    calendar_gap: reckoned.gap,
    ordinal: event.ordinal,
    at: new Date(event.atMs).toISOString(),
    actor: event.actor,
    verb: event.verb,
    facts: event.facts,
    persons: arrival.persons,
  };
  const isAlone = key.revision === 1 && attachmentsOf(submission.payload).length === 0;
  const done =
    (isAlone ? await storeAlone(pool, row) : null) ??
    (await inTransaction(pool, WRITERS_BEGIN, async (client) => {
      const [stored = null] = await runStoring([row], (json) => client.query(ANY_REVISION, [json]));
      if (stored === null) return null;
      await claimAttachments(client, key, submission, arrival.forwardedBy);
      if (stored.caseNo === null) await joinCase(client, key, submission, arrival);
      return stored;
    }));
  if (done !== null && done.caseNo !== null) {
    const acknowledgement = { ...key, caseNo: done.caseNo, status: event.to, receivedAt, payloadSha256 };
    return { kind: 'stored', acknowledgement, isNew: true };
  }
  const stored = await findApplication(pool, key);
  // Neither put in nor there: of an erased month.
  if (stored === null) return { kind: 'too-old' };
  const same =
    stored.acknowledgement.payloadSha256 === payloadSha256 &&
    stored.terminalId === submission.terminalId &&
    stored.stationId === submission.stationId;
  return same
    ? { kind: 'stored', acknowledgement: stored.acknowledgement, isNew: done !== null }
    : { kind: 'conflict', storedSha256: stored.acknowledgement.payloadSha256 };
}

/** Of a transaction. Their bodies are counted where they come in (http/lanes.ts), and are small but for a few. */
const MOST_TOGETHER = 32;

/** A transaction of one statement for all first revisions that come while others are under way. */
const storeFirst = askTogether<GivenRow, Stored>(async (pool, rows) => {
  const store = (some: readonly GivenRow[]) =>
    runStoring(some, (json) => runPrepared(pool, FIRST_REVISION, [json]));
  // The second under one key is a duplicate of the first.
  const byKey = new Map(rows.toReversed().map((row) => [row.application_id, row]));
  const firsts = [...byKey.values()];
  try {
    const stored = await store(firsts);
    const outcomes = new Map(firsts.map((row, at) => [row, stored[at] ?? null]));
    return rows.map((row) => outcomes.get(row) ?? null);
  } catch (error) {
    if (rows.length === 1 || isUnavailable(errorCode(error), String(error))) throw error;
    // What is wrong with one is no reason to refuse the others.
    return rows.map((row) => store([row]).then(([stored = null]) => stored));
  }
}, MOST_TOGETHER);

/** Most applications. Null: it is a duplicate, or there is a case already, and it goes the long way. */
async function storeAlone(pool: pg.Pool, row: GivenRow): Promise<Stored> {
  try {
    return await storeFirst(pool, row);
  } catch (error) {
    if (errorCode(error) === UNIQUE_VIOLATION) return null;
    throw error;
  }
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
  const taken = await takeInHand(client, engine, key.applicationId);
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
    await client.query('UPDATE case_record SET revision = $3 WHERE cursor = $1 AND application_id = $2', [
      done.cursor,
      key.applicationId,
      key.revision,
    ]);
    await replacePersons(client, { cursor: done.cursor, applicationId: key.applicationId }, persons);
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
