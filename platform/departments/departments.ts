import type pg from 'pg';
import { z } from 'zod';
import { localizedTextSchema, type LocalizedText } from '#contract/localized.ts';
import { applicationOf } from '../cases/find-case.ts';
import { inTransaction } from '../database/connect.ts';
import { ALONE_BEGIN } from './inbox-lock.ts';

export interface NewDepartment {
  readonly departmentId: string;
  readonly name: LocalizedText;
}

/** False when the name is taken. */
export async function registerDepartment(
  pool: pg.Pool,
  { departmentId, name }: NewDepartment,
  nowMs: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `INSERT INTO department (department_id, name, registered_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [departmentId, JSON.stringify(name), new Date(nowMs)],
  );
  return rowCount === 1;
}

export type Given =
  | { readonly kind: 'given'; readonly openCases: number }
  | { readonly kind: 'unknown' }
  /** Others decide these; nothing changed. */
  | { readonly kind: 'taken'; readonly slugs: readonly string[] };

const takenSchema = z.array(z.object({ item_slug: z.string() }));

/**
 * The items that a department decides from now on, beside those that it has. Their open cases that lie with nobody come into
 * its inbox with them, and those of a department that was revoked. What another one decides must be taken from it first.
 */
export async function giveItems(
  pool: pg.Pool,
  departmentId: string,
  slugs: readonly string[],
  nowMs: number,
): Promise<Given> {
  return inTransaction(pool, ALONE_BEGIN, async (client): Promise<Given> => {
    const found = await client.query(
      'SELECT webhook_url FROM department WHERE department_id = $1 AND revoked_at IS NULL FOR UPDATE',
      [departmentId],
    );
    if (found.rows.length === 0) return { kind: 'unknown' };
    const others = await client.query(
      'SELECT item_slug FROM department_item WHERE item_slug = ANY($2) AND department_id <> $1 ORDER BY 1',
      [departmentId, slugs],
    );
    const taken = takenSchema.parse(others.rows);
    if (taken.length > 0) return { kind: 'taken', slugs: taken.map(({ item_slug }) => item_slug) };
    const at = new Date(nowMs);
    await client.query(
      `INSERT INTO department_item (item_slug, department_id, since) SELECT unnest($2::text[]), $1, $3
       ON CONFLICT DO NOTHING`,
      [departmentId, slugs, at],
    );
    const { rowCount } = await client.query(
      `WITH lying AS (
         INSERT INTO case_dispatch (cursor, department_id, dispatched_at)
         SELECT c.cursor, $1, $3 FROM case_record c JOIN application a USING (application_id, revision)
         WHERE a.item_slug = ANY($2) AND c.joins IS NULL AND c.status NOT IN ('07', '10', '13', '14', '15')
         ORDER BY c.cursor
         ON CONFLICT (cursor) DO UPDATE SET department_id = excluded.department_id, dispatched_at = excluded.dispatched_at
           WHERE (SELECT revoked_at FROM department WHERE department_id = case_dispatch.department_id) IS NOT NULL
         RETURNING cursor
       ), entered AS (
         INSERT INTO inbox_entry (cursor, department_id, case_cursor, ordinal, kind, case_no, item_slug, status, at, chain)
         SELECT nextval('inbox_cursor'), $1, c.cursor, e.ordinal, 'new', c.case_no, a.item_slug, c.status, $3, a.chain
         FROM lying JOIN case_record c USING (cursor) JOIN application a USING (application_id, revision)
           JOIN LATERAL (SELECT max(ordinal) AS ordinal FROM case_event
             WHERE cursor = c.cursor AND application_id = c.application_id) e ON e.ordinal IS NOT NULL
         ORDER BY c.cursor RETURNING case_cursor
       ) SELECT CASE WHEN (SELECT webhook_url FROM department WHERE department_id = $1) IS NULL THEN NULL
           ELSE queue_delivery($1, case_cursor)::text END FROM entered`,
      [departmentId, slugs, at],
    );
    return { kind: 'given', openCases: rowCount ?? 0 };
  });
}

/** New cases of these items are the desk's again; open ones stay where they lie. Says how many items were taken. */
export async function takeItems(
  pool: pg.Pool,
  departmentId: string,
  slugs: readonly string[],
): Promise<number> {
  return inTransaction(pool, ALONE_BEGIN, async (client) => {
    const { rowCount } = await client.query(
      'DELETE FROM department_item WHERE department_id = $1 AND item_slug = ANY($2)',
      [departmentId, slugs],
    );
    return rowCount ?? 0;
  });
}

/** False when it is not there, or was revoked before. Its tokens are good no more, and its items are the desk's. */
export async function revokeDepartment(
  pool: pg.Pool,
  departmentId: string,
  reason: string,
  nowMs: number,
): Promise<boolean> {
  return inTransaction(pool, ALONE_BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE department SET revoked_at = $2, revoke_reason = $3, webhook_url = NULL
       WHERE department_id = $1 AND revoked_at IS NULL`,
      [departmentId, new Date(nowMs), reason],
    );
    if (rowCount !== 1) return false;
    await client.query('DELETE FROM department_item WHERE department_id = $1', [departmentId]);
    return true;
  });
}

/**
 * Where its entries are told from now on; null: nowhere. What it has neither acknowledged nor been told yet is told first. The
 * department's queue must be there (delivery-queue.ts). False when there is no such department.
 */
export async function setWebhook(pool: pg.Pool, departmentId: string, url: string | null): Promise<boolean> {
  return inTransaction(pool, ALONE_BEGIN, async (client) => {
    const { rowCount } = await client.query(
      'UPDATE department SET webhook_url = $2 WHERE department_id = $1 AND revoked_at IS NULL',
      [departmentId, url],
    );
    if (rowCount !== 1) return false;
    if (url !== null) {
      await client.query(
        `SELECT queue_delivery($1, e.case_cursor) FROM inbox_entry e JOIN department d USING (department_id)
         WHERE e.department_id = $1 AND e.told_at IS NULL AND e.cursor > d.acknowledged ORDER BY e.cursor`,
        [departmentId],
      );
    }
    return true;
  });
}

const listedSchema = z.array(
  z.object({
    department_id: z.string(),
    name: localizedTextSchema,
    revoked_at: z.date().nullable(),
    webhook_url: z.string().nullable(),
    items: z.array(z.string()),
    tokens: z.array(z.string()),
    waiting: z.coerce.number().int(),
    waiting_since: z.date().nullable(),
  }),
);
export type ListedDepartment = z.infer<typeof listedSchema>[number];

/** With the ends of its good tokens, and how many entries it has neither been told nor acknowledged, since when. */
export async function listDepartments(pool: pg.Pool, nowMs: number): Promise<ListedDepartment[]> {
  const { rows } = await pool.query(
    `SELECT d.department_id, d.name, d.revoked_at, d.webhook_url,
       ARRAY(SELECT item_slug FROM department_item i WHERE i.department_id = d.department_id ORDER BY 1) AS items,
       ARRAY(SELECT tail FROM department_token t WHERE t.department_id = d.department_id AND t.revoked_at IS NULL
         AND t.expires_at > $1 ORDER BY issued_at) AS tokens,
       e.waiting, e.waiting_since
     FROM department d CROSS JOIN LATERAL (
       SELECT count(*) AS waiting, min(at) AS waiting_since FROM inbox_entry
       WHERE department_id = d.department_id AND cursor > d.acknowledged AND told_at IS NULL) e
     ORDER BY d.department_id`,
    [new Date(nowMs)],
  );
  return listedSchema.parse(rows);
}

/** Whether the case lies with this department: of another's it is as good as not there. */
export async function isWith(pool: pg.Pool, departmentId: string, caseNo: string): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT 1 FROM case_record c JOIN case_dispatch d ON d.cursor = coalesce(c.joins, c.cursor)
     WHERE c.case_no = $1 AND c.application_id = $3 AND d.department_id = $2`,
    [caseNo, departmentId, await applicationOf(pool, caseNo)],
  );
  return rows.length > 0;
}
