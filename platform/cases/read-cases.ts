import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, chainPlaceSchema, submissionSchema } from '#contract/application.ts';
import { inTransaction } from '../database/connect.ts';
import { READERS_BEGIN } from './cursor-lock.ts';
import { applicationOf } from './find-case.ts';

const summaryRowSchema = z
  .object({
    cursor: z.coerce.number().int(),
    case_no: z.string(),
    application_id: z.string(),
    revision: z.number().int(),
    receipt_no: z.string(),
    item_slug: z.string(),
    item_version: z.string(),
    terminal_id: z.string(),
    status: caseStatusSchema,
    received_at: z.date(),
    stored_at: z.date(),
    chain: chainPlaceSchema.nullable(),
  })
  .transform((row) => ({
    cursor: row.cursor,
    caseNo: row.case_no,
    applicationId: row.application_id,
    revision: row.revision,
    receiptNo: row.receipt_no,
    itemSlug: row.item_slug,
    itemVersion: row.item_version,
    terminalId: row.terminal_id,
    status: row.status,
    receivedAt: row.received_at.toISOString(),
    storedAt: row.stored_at.toISOString(),
    ...(row.chain === null ? {} : { chain: row.chain }),
  }));
/** A case without personal data. */
export type CaseSummary = z.infer<typeof summaryRowSchema>;

const SUMMARY = `SELECT c.cursor, c.case_no, c.application_id, c.revision, c.status,
  a.receipt_no, a.item_slug, a.item_version, a.terminal_id, a.received_at, a.stored_at, a.chain
  FROM case_record c JOIN application a USING (application_id, revision)`;

/** The cases after a cursor, oldest first; whoever goes on from the last one misses none. */
export async function casesAfter(pool: pg.Pool, after: number, limit: number): Promise<CaseSummary[]> {
  const newest = await inTransaction(pool, READERS_BEGIN, async (client) => {
    const { rows } = await client.query('SELECT coalesce(max(cursor), 0) AS newest FROM case_record');
    return z.object({ newest: z.coerce.number().int() }).parse(rows[0]).newest;
  });
  const { rows } = await pool.query(
    `${SUMMARY} WHERE c.cursor > $1 AND c.cursor <= $2 ORDER BY c.cursor LIMIT $3`,
    [after, newest, limit],
  );
  return rows.map((row) => summaryRowSchema.parse(row));
}

/** More than any chain has steps, each with its revisions. */
const MOST_OF_A_CHAIN = 1000;

/** The cases that were submitted together, in the order of their steps. */
export async function casesOfChain(pool: pg.Pool, chainApplicationId: string): Promise<CaseSummary[]> {
  const { rows } = await pool.query(
    `${SUMMARY} WHERE a.chain ->> 'chainApplicationId' = $1 AND a.chain IS NOT NULL
     ORDER BY (a.chain ->> 'order')::int, c.cursor LIMIT $2`,
    [chainApplicationId, MOST_OF_A_CHAIN],
  );
  return rows.map((row) => summaryRowSchema.parse(row));
}

/** The newest cases first, for a person to look at. */
export async function latestCases(pool: pg.Pool, limit: number): Promise<CaseSummary[]> {
  const { rows } = await pool.query(`${SUMMARY} ORDER BY c.cursor DESC LIMIT $1`, [limit]);
  return rows.map((row) => summaryRowSchema.parse(row));
}

const fullCaseSchema = submissionSchema.extend({ caseNo: z.string(), status: caseStatusSchema });
export type FullCase = z.infer<typeof fullCaseSchema>;

export async function caseByNumber(pool: pg.Pool, caseNo: string): Promise<FullCase | null> {
  const applicationId = await applicationOf(pool, caseNo);
  if (applicationId === null) return null;
  const { rows } = await pool.query(
    `SELECT c.case_no, c.status, a.submission
     FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.application_id = $1 AND c.case_no = $2`,
    [applicationId, caseNo],
  );
  if (rows.length === 0) return null;
  const row = z
    .object({ case_no: z.string(), status: z.string(), submission: z.object({}).loose() })
    .parse(rows[0]);
  return fullCaseSchema.parse({ ...row.submission, caseNo: row.case_no, status: row.status });
}
