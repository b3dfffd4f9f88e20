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
import { givableRoles, hasAllUnits, withinReach, type Doer } from './reach.ts';
import { roleSchema, rolesSchema } from './roles.ts';

/** Accounts of officials. Each change and its row of the audit are one transaction. */

export const officialIdSchema = z.string().regex(/^[a-z][a-z0-9.-]{1,29}$/);
const shortText = (most: number) => z.string().trim().min(1).max(most);
/** A department by its credit code (GB 32100), a street office by the beginning of its stations' numbers. */
export const unitCodeSchema = z.string().regex(/^([0-9A-Z]{18}|[0-9]{6,9})$/);

const unitSchema = z.object({
  /** As residents read it under a reply; matters are dispatched to it by this name. */
  unitName: shortText(60),
  unitCode: unitCodeSchema,
});
export type OfficialUnit = z.infer<typeof unitSchema>;

export const newOfficialSchema = unitSchema.extend({
  officialId: officialIdSchema,
  shownName: shortText(40),
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
    administers_all: z.boolean(),
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
    /** An administrator of the whole district (reach.ts). */
    administersAll: row.administers_all,
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

export const OFFICIAL_COLUMNS = `o.official_id, o.shown_name, o.unit_name, o.unit_code, o.roles, o.administers_all, o.is_first,
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

const BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';

function entry(
  event: NewEntry['event'],
  by: Pick<Official, 'officialId'> | 'operator',
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

const unitsSchema = z.array(
  z
    .object({ unit_code: z.string(), unit_name: z.string() })
    .transform((row): OfficialUnit => ({ unitCode: row.unit_code, unitName: row.unit_name })),
);
const MOST_UNITS = 200;

/** The units of the open accounts that `by` looks after: where an administrator of one unit may make others. */
export async function unitsWithinReach(db: Pick<pg.Pool, 'query'>, by: Doer): Promise<OfficialUnit[]> {
  const { condition, values } = withinReach(by, 2);
  const { rows } = await db.query(
    `SELECT DISTINCT o.unit_code, o.unit_name FROM official o WHERE o.closed_at IS NULL AND ${condition}
     ORDER BY o.unit_code, o.unit_name LIMIT $1`,
    [MOST_UNITS, ...values],
  );
  return unitsSchema.parse(rows);
}

/** By code and name together: what was dispatched to a unit is its officials' by its name, so that a name is a right as well. */
async function mayAdd(
  db: Pick<pg.Pool, 'query'>,
  { unitCode, unitName, roles }: NewOfficial,
  by: Doer,
): Promise<boolean> {
  if (hasAllUnits(by)) return true;
  const givable = givableRoles(by);
  if (!roles.every((role) => givable.includes(role))) return false;
  const units = await unitsWithinReach(db, by);
  return units.some((unit) => unit.unitCode === unitCode && unit.unitName === unitName);
}

export type Added =
  /** With the first password, which nothing shows again. */
  | { readonly kind: 'added'; readonly password: string }
  /** An id stays taken when its account is closed. */
  | { readonly kind: 'taken' }
  /** Another unit, or a role that whoever does it cannot give. */
  | { readonly kind: 'beyond-reach' };

export async function addOfficial(parts: AccountParts, official: NewOfficial, by: Doer): Promise<Added> {
  const given = firstPassword(parts.randomBytes);
  const password = await hashed(parts, given);
  const { officialId, shownName, unitName, unitCode, roles } = official;
  return inTransaction(parts.pool, BEGIN, async (client): Promise<Added> => {
    if (!(await mayAdd(client, official, by))) return { kind: 'beyond-reach' };
    const { rowCount } = await client.query(
      `INSERT INTO official (official_id, shown_name, unit_name, unit_code, roles, password, password_set_at,
         is_first, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, true, $7) ON CONFLICT DO NOTHING`,
      [officialId, shownName, unitName, unitCode, roles, password, new Date(parts.nowMs)],
    );
    if (rowCount === 0) return { kind: 'taken' };
    await appendAudit(client, entry('account.added', by, officialId, parts.nowMs, { unitCode, roles }));
    return { kind: 'added', password: given };
  });
}

/** Another first password, and the end of what is open under the old one; null: there is no such account within reach. */
export async function giveFirstPassword(
  parts: AccountParts,
  officialId: string,
  by: Doer,
): Promise<string | null> {
  const given = firstPassword(parts.randomBytes);
  const password = await hashed(parts, given);
  const { condition, values } = withinReach(by, 4);
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE official o SET password = $2, password_set_at = $3, is_first = true
       WHERE o.official_id = $1 AND o.closed_at IS NULL AND ${condition}`,
      [officialId, password, new Date(parts.nowMs), ...values],
    );
    if (rowCount === 0) return null;
    await client.query('DELETE FROM official_session WHERE official_id = $1', [officialId]);
    await appendAudit(client, entry('account.first-password', by, officialId, parts.nowMs));
    return given;
  });
}

/** For good: the id is never given to somebody else. False: there is no such open account within reach. */
export function closeOfficial(parts: AccountParts, officialId: string, by: Doer): Promise<boolean> {
  const { condition, values } = withinReach(by, 3);
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE official o SET closed_at = $2 WHERE o.official_id = $1 AND o.closed_at IS NULL AND ${condition}`,
      [officialId, new Date(parts.nowMs), ...values],
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
): Promise<boolean> {
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE official SET department_id = $2 WHERE official_id = $1 AND closed_at IS NULL AND ($2::text IS NULL
         OR EXISTS (SELECT 1 FROM department WHERE department_id = $2 AND revoked_at IS NULL))`,
      [officialId, departmentId],
    );
    if (rowCount === 0) return false;
    const detail = { department: departmentId ?? 'none' };
    await appendAudit(client, entry('account.linked', 'operator', officialId, parts.nowMs, detail));
    return true;
  });
}

/** Which accounts an administrator looks after, by the operator alone; false: there is no open account of an administrator by this id. */
export function setReach(parts: AccountParts, officialId: string, administersAll: boolean): Promise<boolean> {
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE official SET administers_all = $2
       WHERE official_id = $1 AND closed_at IS NULL AND 'administrator' = ANY (roles)`,
      [officialId, administersAll],
    );
    if (rowCount === 0) return false;
    const detail = { reach: administersAll ? 'district' : 'unit' };
    await appendAudit(client, entry('account.reach', 'operator', officialId, parts.nowMs, detail));
    return true;
  });
}

/** For an official at a new computer, whom somebody's tries have locked out there: wrong passwords are forgotten. */
export function unlockOfficial(parts: AccountParts, officialId: string): Promise<boolean> {
  return inTransaction(parts.pool, BEGIN, async (client) => {
    const { rowCount } = await client.query(
      'SELECT 1 FROM official WHERE official_id = $1 AND closed_at IS NULL',
      [officialId],
    );
    if (rowCount === 0) return false;
    await client.query('DELETE FROM wrong_password WHERE official_id = $1', [officialId]);
    await appendAudit(client, entry('account.unlocked', 'operator', officialId, parts.nowMs));
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

/** Those that `by` looks after. */
export async function listOfficials(pool: pg.Pool, by: Doer): Promise<Official[]> {
  const { condition, values } = withinReach(by, 2);
  const { rows } = await pool.query(
    `SELECT ${OFFICIAL_COLUMNS} FROM ${OFFICIAL_FROM} WHERE ${condition}
     ORDER BY (o.closed_at IS NOT NULL), o.unit_name, o.official_id LIMIT $1`,
    [MOST_LISTED, ...values],
  );
  return rows.map(asOfficial);
}
