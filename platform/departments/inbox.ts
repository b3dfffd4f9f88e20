import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, chainPlaceSchema } from '#contract/application.ts';
import { inboxKindSchema, type InboxEntry, type InboxPage } from '#contract/department.ts';
import { inTransaction } from '../database/connect.ts';
import { ALONE_BEGIN } from './inbox-lock.ts';

const entryRowSchema = z
  .object({
    cursor: z.coerce.number().int(),
    department_id: z.string(),
    kind: inboxKindSchema,
    case_no: z.string(),
    item_slug: z.string(),
    ordinal: z.number().int(),
    status: caseStatusSchema,
    at: z.date(),
    chain: chainPlaceSchema.nullable(),
  })
  .transform((row): InboxEntry => ({
    cursor: row.cursor,
    departmentId: row.department_id,
    kind: row.kind,
    caseNo: row.case_no,
    itemSlug: row.item_slug,
    ordinal: row.ordinal,
    status: row.status,
    at: row.at.toISOString(),
    ...(row.chain === null ? {} : { chain: row.chain }),
  }));

export const ENTRY = `SELECT e.cursor, e.department_id, e.kind, e.case_no, e.item_slug, e.ordinal, e.status, e.at, e.chain
  FROM inbox_entry e`;

export function entryOf(row: unknown): InboxEntry {
  return entryRowSchema.parse(row);
}

const acknowledgedSchema = z.object({ acknowledged: z.coerce.number().int() });
const newestSchema = z.object({ newest: z.coerce.number().int().nullable() });

/** The entries after a cursor, in their order; whoever goes on from the page's cursor misses none. */
export async function readInbox(
  pool: pg.Pool,
  departmentId: string,
  { after, limit }: { readonly after: number | undefined; readonly limit: number },
): Promise<InboxPage> {
  const found = await pool.query('SELECT acknowledged FROM department WHERE department_id = $1', [
    departmentId,
  ]);
  const { acknowledged } = acknowledgedSchema.parse(found.rows[0]);
  const from = after ?? acknowledged;
  const nothing: InboxPage = { entries: [], cursor: from, acknowledged };
  // Most questions find nothing, and make no writer wait.
  if ((await newestOf(pool, departmentId, from)) === null) return nothing;
  const newest = await inTransaction(pool, ALONE_BEGIN, (client) => newestOf(client, departmentId, from));
  const { rows } = await pool.query(
    `${ENTRY} WHERE e.department_id = $1 AND e.cursor > $2 AND e.cursor <= $3 ORDER BY e.cursor LIMIT $4`,
    [departmentId, from, newest, limit],
  );
  const entries = rows.map(entryOf);
  return { entries, cursor: entries.at(-1)?.cursor ?? from, acknowledged };
}

async function newestOf(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  departmentId: string,
  from: number,
): Promise<number | null> {
  const { rows } = await db.query(
    'SELECT max(cursor) AS newest FROM inbox_entry WHERE department_id = $1 AND cursor > $2',
    [departmentId, from],
  );
  return newestSchema.parse(rows[0]).newest;
}

/**
 * Up to where the department has everything; it never goes back. Null: nothing of its own stands at this cursor or behind it, so
 * that a slip does not skip what is still to come.
 */
export async function acknowledge(
  pool: pg.Pool,
  departmentId: string,
  cursor: number,
): Promise<number | null> {
  const { rows } = await pool.query(
    `UPDATE department SET acknowledged = greatest(acknowledged, $2::bigint) WHERE department_id = $1
       AND ($2::bigint <= acknowledged OR EXISTS (
         SELECT 1 FROM inbox_entry WHERE department_id = $1 AND cursor >= $2::bigint))
     RETURNING acknowledged`,
    [departmentId, cursor],
  );
  return rows.length === 0 ? null : acknowledgedSchema.parse(rows[0]).acknowledged;
}
