import type pg from 'pg';
import { z } from 'zod';
import { localizedTextSchema, type LocalizedText } from '#contract/localized.ts';
import { applicationOf } from '../cases/find-case.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { inTransaction } from '../database/connect.ts';
import { departmentOfUnit } from './department-of-unit.ts';
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
 * its inbox with them, those of a department that was revoked, and those that were handed over to a unit of its name, or of the catalogue's whose items it decides.
 * What another one decides must be taken from it first. The cases come in pieces: who is interrupted gives the items again, and gets the rest.
 */
export async function giveItems(
  { pool, catalogue }: { readonly pool: pg.Pool; readonly catalogue: Catalogue },
  departmentId: string,
  slugs: readonly string[],
  nowMs: number,
): Promise<Given> {
  const refused = await inTransaction(pool, ALONE_BEGIN, async (client): Promise<Given | null> => {
    const found = await client.query(
      'SELECT 1 FROM department WHERE department_id = $1 AND revoked_at IS NULL FOR UPDATE',
      [departmentId],
    );
    if (found.rows.length === 0) return { kind: 'unknown' };
    const others = await client.query(
      'SELECT item_slug FROM department_item WHERE item_slug = ANY($2) AND department_id <> $1 ORDER BY 1',
      [departmentId, slugs],
    );
    const taken = takenSchema.parse(others.rows);
    if (taken.length > 0) return { kind: 'taken', slugs: taken.map(({ item_slug }) => item_slug) };
    await client.query(
      `INSERT INTO department_item (item_slug, department_id, since) SELECT unnest($2::text[]), $1, $3
       ON CONFLICT DO NOTHING`,
      [departmentId, slugs, new Date(nowMs)],
    );
    return null;
  });
  if (refused !== null) return refused;
  // What comes from now on finds its department by itself. Looking for what came before keeps nobody waiting.
  let openCases = 0;
  for await (const cases of lyingCases(
    pool,
    departmentId,
    slugs,
    await unitsOf(pool, catalogue, departmentId, slugs),
  )) {
    for (let at = 0; at < cases.length; at += PIECE) {
      openCases += await giveCases(pool, departmentId, cases.slice(at, at + PIECE), nowMs);
    }
  }
  return { kind: 'given', openCases };
}

/** Open cases looked at by one statement, and those that are given, or told, under one lock: each a small part of a second. */
const LOOKED_AT = 5_000;
const PIECE = 200;

/** As migration 0014 names them in the index of open cases. */
const OPEN = `c.joins IS NULL AND c.status IN ('01', '02', '05', '06', '11', '12')`;

/** Lies with nobody, or with a department that is gone. `c` is the case. */
const LIES = `NOT EXISTS (SELECT 1 FROM case_dispatch t JOIN department d USING (department_id)
    WHERE t.cursor = c.cursor AND d.revoked_at IS NULL)`;

/** By both the case is looked for in its month alone (docs/decisions/0043). */
const lyingSchema = z.object({ cursor: z.string(), applicationId: z.string() });
type Lying = z.infer<typeof lyingSchema>;
const pageSchema = z.object({ last: z.string().nullable(), lying: z.array(lyingSchema).nullable() });

/** The catalogue's units of these items for which whatever is handed over to them goes to the department. */
async function unitsOf(
  pool: pg.Pool,
  catalogue: Catalogue,
  departmentId: string,
  slugs: readonly string[],
): Promise<string[]> {
  const named = new Set(slugs.flatMap((slug) => catalogue.items.get(slug)?.item.department.zh ?? []));
  const units: string[] = [];
  for (const unit of named)
    if ((await departmentOfUnit(pool, catalogue, unit)) === departmentId) units.push(unit);
  return units;
}

/** The open cases of these items, or handed over to the department by its name or one of these units, that lie with nobody; a page after the other. */
async function* lyingCases(
  pool: pg.Pool,
  departmentId: string,
  slugs: readonly string[],
  units: readonly string[],
): AsyncGenerator<Lying[]> {
  for (let after: string | null = '0'; after !== null;) {
    const { rows }: pg.QueryResult = await pool.query(
      `WITH c AS MATERIALIZED (
         SELECT c.cursor, c.application_id, c.revision, c.handed_to FROM case_record c
         WHERE ${OPEN} AND c.cursor > $3 ORDER BY c.cursor LIMIT ${String(LOOKED_AT)}
       ) SELECT max(c.cursor)::text AS last,
         jsonb_agg(jsonb_build_object('cursor', c.cursor::text, 'applicationId', c.application_id) ORDER BY c.cursor) FILTER (WHERE ${LIES} AND
           CASE WHEN c.handed_to IS NULL THEN a.item_slug = ANY($2)
             ELSE c.handed_to = ANY($4) OR c.handed_to = (SELECT name ->> 'zh' FROM department WHERE department_id = $1) END) AS lying
       FROM c JOIN application a USING (application_id, revision)`,
      [departmentId, slugs, after, units],
    );
    const { last, lying } = pageSchema.parse(rows[0]);
    if (lying !== null) yield lying;
    after = last;
  }
}

/** Those of them that still lie with nobody; says how many. */
async function giveCases(
  pool: pg.Pool,
  departmentId: string,
  cases: readonly Lying[],
  nowMs: number,
): Promise<number> {
  return inTransaction(pool, ALONE_BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `WITH given AS (
         SELECT * FROM unnest($2::bigint[], $4::uuid[]) AS given (cursor, application_id)
       ), lying AS (
         INSERT INTO case_dispatch (cursor, department_id, dispatched_at)
         SELECT c.cursor, $1, $3 FROM given JOIN case_record c USING (cursor, application_id) WHERE ${OPEN} AND ${LIES}
         ON CONFLICT (cursor) DO UPDATE SET department_id = excluded.department_id, dispatched_at = excluded.dispatched_at
         RETURNING cursor
       ), entered AS (
         INSERT INTO inbox_entry (cursor, department_id, case_cursor, ordinal, kind, case_no, item_slug, status, at, chain)
         SELECT nextval('inbox_cursor'), $1, c.cursor, e.ordinal, 'new', c.case_no, a.item_slug, c.status, $3, a.chain
         FROM lying JOIN given USING (cursor) JOIN case_record c USING (cursor, application_id)
           JOIN application a USING (application_id, revision)
           JOIN LATERAL (SELECT max(ordinal) AS ordinal FROM case_event
             WHERE cursor = c.cursor AND application_id = c.application_id) e ON e.ordinal IS NOT NULL
         ORDER BY c.cursor
         -- It had the case before, and was told of this event when it gave it away: told anew, and once.
         ON CONFLICT (case_cursor, ordinal, department_id) DO UPDATE SET cursor = excluded.cursor, kind = excluded.kind,
           status = excluded.status, at = excluded.at, told_at = NULL
         RETURNING case_cursor
       ) SELECT CASE WHEN (SELECT webhook_url FROM department WHERE department_id = $1) IS NULL THEN NULL
           ELSE queue_delivery($1, case_cursor)::text END FROM entered`,
      [
        departmentId,
        cases.map(({ cursor }) => cursor),
        new Date(nowMs),
        cases.map(({ applicationId }) => applicationId),
      ],
    );
    return rowCount ?? 0;
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

const newestSchema = z.object({ newest: z.string().nullable() });

/**
 * Where its entries are told from now on; null: nowhere. What it has neither acknowledged nor been told yet is told first, and gets its
 * jobs in pieces: who is interrupted sets the address again. The department's queue must be there (delivery-queue.ts). False when there
 * is no such department.
 */
export async function setWebhook(pool: pg.Pool, departmentId: string, url: string | null): Promise<boolean> {
  const newest = await inTransaction(
    pool,
    ALONE_BEGIN,
    async (client): Promise<string | null | undefined> => {
      const { rowCount } = await client.query(
        'UPDATE department SET webhook_url = $2 WHERE department_id = $1 AND revoked_at IS NULL',
        [departmentId, url],
      );
      if (rowCount !== 1) return undefined;
      const { rows } = await client.query(
        'SELECT max(cursor)::text AS newest FROM inbox_entry WHERE department_id = $1',
        [departmentId],
      );
      return newestSchema.parse(rows[0]).newest;
    },
  );
  if (newest === undefined) return false;
  if (url !== null && newest !== null) await queueUntold(pool, departmentId, newest);
  return true;
}

/** A job for each entry up to `newest` that waits; later ones have theirs already. */
async function queueUntold(pool: pg.Pool, departmentId: string, newest: string): Promise<void> {
  for (let after: string | null = '0'; after !== null;) {
    const { rows }: pg.QueryResult = await pool.query(
      `WITH piece AS MATERIALIZED (
         SELECT e.cursor, e.case_cursor FROM inbox_entry e JOIN department d USING (department_id)
         WHERE e.department_id = $1 AND e.told_at IS NULL AND e.cursor > greatest(d.acknowledged, $2::bigint)
           AND e.cursor <= $3 ORDER BY e.cursor LIMIT ${String(PIECE)}
       ) SELECT max(cursor)::text AS newest, count(queue_delivery($1, case_cursor)::text) FROM piece`,
      [departmentId, after, newest],
    );
    after = newestSchema.parse(rows[0]).newest;
  }
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
       -- What lay with a department that is gone waits for nobody there.
       SELECT count(*) AS waiting, min(at) AS waiting_since FROM inbox_entry
       WHERE department_id = d.department_id AND cursor > d.acknowledged AND told_at IS NULL AND d.revoked_at IS NULL) e
     ORDER BY d.department_id`,
    [new Date(nowMs)],
  );
  return listedSchema.parse(rows);
}

/** Items that a department decides, whichever. */
export async function decidedItems(pool: pg.Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query('SELECT item_slug FROM department_item');
  return new Set(takenSchema.parse(rows).map(({ item_slug }) => item_slug));
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
