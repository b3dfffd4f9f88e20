import type pg from 'pg';
import { z } from 'zod';
import { appendAudit, type NewEntry } from '../audit/audit.ts';
import { inTransaction } from '../database/connect.ts';
import {
  firstPassword,
  FIRST_PASSWORD_LASTS_MS,
  hashPassword,
  PASSWORD_LASTS_MS,
  SALT_BYTES,
} from './passwords.ts';
import { roleSchema, rolesSchema } from './roles.ts';

/** Accounts of officials. Each change and its row of the audit are one transaction. */

export const officialIdSchema = z.string().regex(/^[a-z][a-z0-9.-]{1,29}$/);
const shortText = (most: number) => z.string().trim().min(1).max(most);
/** A department by its credit code (GB 32100), a street office by the beginning of its stations' numbers. */
export const unitCodeSchema = z.string().regex(/^([0-9A-Z]{18}|[0-9]{6,9})$/);

export const newOfficialSchema = z.object({
  officialId: officialIdSchema,
  shownName: shortText(40),
  /** As residents read it under a reply. */
  unitName: shortText(60),
  unitCode: unitCodeSchema,
  roles: rolesSchema,
});
export type NewOfficial = z.infer<typeof newOfficialSchema>;

const officialSchema = z
  .object({
    official_id: z.string(),
    shown_name: z.string(),
    unit_name: z.string(),
    unit_code: z.string(),
    roles: z.array(roleSchema),
    is_first: z.boolean(),
    password_set_at: z.date(),
    closed_at: z.date().nullable(),
    department_id: z.string().nullable(),
    department_name: z.string().nullable(),
  })
  .transform((row) => ({
    officialId: row.official_id,
    shownName: row.shown_name,
    unitName: row.unit_name,
    unitCode: row.unit_code,
    roles: row.roles,
    isFirst: row.is_first,
    passwordSetAtMs: row.password_set_at.getTime(),
    isClosed: row.closed_at !== null,
    /** The department that the account is linked to; null: to none, or to one that was revoked. */
    department:
      row.department_id === null || row.department_name === null
        ? null
        : { departmentId: row.department_id, name: row.department_name },
  }));
export type Official = z.infer<typeof officialSchema>;

export const OFFICIAL_COLUMNS = `o.official_id, o.shown_name, o.unit_name, o.unit_code, o.roles, o.is_first,
  o.password_set_at, o.closed_at, p.department_id, p.name ->> 'zh' AS department_name`;
/** The account `o`, with the department that it is linked to. */
export const OFFICIAL_FROM =
  'official o LEFT JOIN department p ON p.department_id = o.department_id AND p.revoked_at IS NULL';

export function asOfficial(row: unknown): Official {
  return officialSchema.parse(row);
}

/** Until it is changed, nothing else can be done with the account. */
export function mustChangePassword(official: Official, nowMs: number): boolean {
  return official.isFirst || nowMs - official.passwordSetAtMs > PASSWORD_LASTS_MS;
}

/** A first password that nobody has used in time opens nothing any more. */
export function isFirstPasswordOver(official: Official, nowMs: number): boolean {
  return official.isFirst && nowMs - official.passwordSetAtMs > FIRST_PASSWORD_LASTS_MS;
}

export interface AccountParts {
  readonly pool: pg.Pool;
  readonly nowMs: number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Absent: at what a password costs (passwords.ts). */
  readonly hash?: (password: string, salt: Uint8Array) => Promise<string>;
}

/** Who does it: an official, or the operator's command. */
export type Doer = { readonly officialId: string } | 'operator';

const BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';

function entry(
  event: NewEntry['event'],
  by: Doer,
  subject: string,
  nowMs: number,
  more: NewEntry['detail'] = {},
): NewEntry {
  return {
    atMs: nowMs,
    officialId: by === 'operator' ? null : by.officialId,
    event,
    caseNo: null,
    disposition: 'done',
    detail: { ...more, subject, ...(by === 'operator' ? { by } : {}) },
  };
}

function hashed({ randomBytes, hash = hashPassword }: AccountParts, password: string): Promise<string> {
  return hash(password, randomBytes(SALT_BYTES));
}

/** The first password, which nothing shows again; null: the id is taken, and stays so when its account is closed. */
export async function addOfficial(
  parts: AccountParts,
  official: NewOfficial,
  by: Doer,
): Promise<string | null> {
  const given = firstPassword(parts.randomBytes);
  const password = await hashed(parts, given);
  const { officialId, shownName, unitName, unitCode, roles } = official;
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `INSERT INTO official (official_id, shown_name, unit_name, unit_code, roles, password, password_set_at,
         is_first, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, true, $7) ON CONFLICT DO NOTHING`,
      [officialId, shownName, unitName, unitCode, roles, password, new Date(parts.nowMs)],
    );
    if (rowCount === 0) return null;
    await appendAudit(client, entry('account.added', by, officialId, parts.nowMs, { unitCode, roles }));
    return given;
  });
}

/** Another first password, and the end of what is open under the old one; null: there is no such account. */
export async function giveFirstPassword(
  parts: AccountParts,
  officialId: string,
  by: Doer,
): Promise<string | null> {
  const given = firstPassword(parts.randomBytes);
  const password = await hashed(parts, given);
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE official SET password = $2, password_set_at = $3, is_first = true
       WHERE official_id = $1 AND closed_at IS NULL`,
      [officialId, password, new Date(parts.nowMs)],
    );
    if (rowCount === 0) return null;
    await client.query('DELETE FROM official_session WHERE official_id = $1', [officialId]);
    await appendAudit(client, entry('account.first-password', by, officialId, parts.nowMs));
    return given;
  });
}

/** For good: the id is never given to somebody else. False: there is no such open account. */
export function closeOfficial(parts: AccountParts, officialId: string, by: Doer): Promise<boolean> {
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      'UPDATE official SET closed_at = $2 WHERE official_id = $1 AND closed_at IS NULL',
      [officialId, new Date(parts.nowMs)],
    );
    if (rowCount === 0) return false;
    await client.query('DELETE FROM official_session WHERE official_id = $1', [officialId]);
    await appendAudit(client, entry('account.closed', by, officialId, parts.nowMs));
    return true;
  });
}

/**
 * From now on the official sees what lies with this department (platform/departments); null: what is the unit's by its code. False: there
 * is no such open account, or no such department.
 */
export function linkDepartment(
  parts: AccountParts,
  officialId: string,
  departmentId: string | null,
  by: Doer,
): Promise<boolean> {
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE official SET department_id = $2 WHERE official_id = $1 AND closed_at IS NULL AND ($2::text IS NULL
         OR EXISTS (SELECT 1 FROM department WHERE department_id = $2 AND revoked_at IS NULL))`,
      [officialId, departmentId],
    );
    if (rowCount === 0) return false;
    const detail = { department: departmentId ?? 'none' };
    await appendAudit(client, entry('account.linked', by, officialId, parts.nowMs, detail));
    return true;
  });
}

/** For an official at a new computer, whom somebody's tries have locked out there: wrong passwords are forgotten. */
export function unlockOfficial(parts: AccountParts, officialId: string, by: Doer): Promise<boolean> {
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      'SELECT 1 FROM official WHERE official_id = $1 AND closed_at IS NULL',
      [officialId],
    );
    if (rowCount === 0) return false;
    await client.query('DELETE FROM wrong_password WHERE official_id = $1', [officialId]);
    await appendAudit(client, entry('account.unlocked', by, officialId, parts.nowMs));
    return true;
  });
}

/** One's own, with what is open elsewhere ended; `keep` is the session in which it is done. */
export async function setPassword(
  parts: AccountParts,
  officialId: string,
  password: string,
  keep: Uint8Array,
): Promise<void> {
  const stored = await hashed(parts, password);
  await inTransaction(parts.pool, BEGIN, async (client) => {
    await client.query(
      'UPDATE official SET password = $2, password_set_at = $3, is_first = false WHERE official_id = $1',
      [officialId, stored, new Date(parts.nowMs)],
    );
    await client.query('DELETE FROM official_session WHERE official_id = $1 AND token_hash <> $2', [
      officialId,
      keep,
    ]);
    await appendAudit(client, entry('account.password-changed', { officialId }, officialId, parts.nowMs));
  });
}

const MOST_LISTED = 1000;

export async function listOfficials(pool: pg.Pool): Promise<Official[]> {
  const { rows } = await pool.query(
    `SELECT ${OFFICIAL_COLUMNS} FROM ${OFFICIAL_FROM} ORDER BY (o.closed_at IS NOT NULL), o.unit_name, o.official_id LIMIT $1`,
    [MOST_LISTED],
  );
  return rows.map(asOfficial);
}
