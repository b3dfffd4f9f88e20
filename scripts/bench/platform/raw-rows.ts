import type pg from 'pg';
import type { Submission } from '#contract/application.ts';

/** The rows of one application, and nothing else: what the platform is held against. */
export type RawRow = readonly unknown[];

export function rawRow(applicationId: string, submission: Submission, forwardedBy: string): RawRow {
  const { terminalId, stationId, receiptNo, itemSlug, itemVersion, payloadSha256, receivedAt } = submission;
  return [
    applicationId,
    terminalId,
    stationId,
    receiptNo,
    itemSlug,
    itemVersion,
    payloadSha256,
    receivedAt,
    new Date(),
    JSON.stringify(submission),
    forwardedBy,
    '999901194503120014',
  ];
}

/**
 * The rows that the platform writes for an application, in one durable transaction of one statement: nobody writes them
 * with less. No key is looked up, no nonce kept, no number worked out, no duplicate looked for.
 */
export async function storeRaw(pool: pg.Pool, row: RawRow): Promise<void> {
  await pool.query(
    `WITH durable AS (SELECT set_config('synchronous_commit', 'on', true)),
     stored AS (
       INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
         item_version, payload_sha256, received_at, stored_at, submission, forwarded_by)
       SELECT $1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM durable
       RETURNING nextval('case_cursor') AS cursor
     ), opened AS (
       INSERT INTO case_record (cursor, case_no, application_id, revision, status)
       SELECT cursor, 'raw-' || cursor, $1, 1, '02' FROM stored RETURNING cursor
     ), happened AS (
       INSERT INTO case_event (cursor, application_id, ordinal, at, to_status, actor, revision)
       SELECT cursor, $1, 1, $9, '02', 'station', 1 FROM opened
     )
     INSERT INTO case_person (person_number, cursor, application_id) SELECT $12, cursor, $1 FROM opened`,
    [...row],
  );
}
