import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import type { StaffRole } from '#contract/access.ts';
import {
  makePermitCode,
  permitEnds,
  PERMIT_SLACK_MS,
  permitSchema,
  SERIALS,
  type Permit,
  type PermitHours,
  type PermitsRevoked,
} from '#contract/permit.ts';
import { appendAudit } from '../audit/audit.ts';
import { inTransaction } from '../database/connect.ts';

/** Codes that let somebody in at a terminal for some hours, without the line (docs/decisions/0048). The code itself is kept nowhere. */

const HOUR_MS = 3_600_000;
/** Over this something is wrong with whoever issues them: a person needs one a day. */
const MOST_GOOD_AT_ONCE = 100;

export interface PermitOrder {
  readonly terminalId: string;
  readonly role: StaffRole;
  readonly hours: PermitHours;
  /** For whom and what for, as a ticket's number says it; no person. */
  readonly reason: string;
  /** An official; null: by the operator's command. */
  readonly issuedBy: string | null;
}

export type IssuedPermit =
  | { readonly kind: 'issued'; readonly code: string; readonly permit: Permit }
  /** The terminal has not told its secret yet, or there is none of that name, or it was revoked. */
  | { readonly kind: 'no-key' }
  | { readonly kind: 'too-many' };

/** What the terminal says once at each start, and when its key has changed: codes by the secret before are good no more. */
export async function sharePermitKey(
  pool: pg.Pool,
  terminalId: string,
  secret: string,
  nowMs: number,
): Promise<PermitsRevoked> {
  await pool.query(
    `INSERT INTO terminal_permit_key AS k (terminal_id, secret, since) VALUES ($1, $2, $3)
     ON CONFLICT (terminal_id) DO UPDATE SET secret = $2, since = $3 WHERE k.secret <> $2`,
    [terminalId, Buffer.from(secret, 'base64url'), new Date(nowMs)],
  );
  const { rows } = await pool.query(
    `SELECT start_hour AS "startHour", serial FROM terminal_permit
     WHERE terminal_id = $1 AND revoked_at IS NOT NULL AND (start_hour + hours) * 3600000::bigint > $2
     ORDER BY issued_at DESC LIMIT 2000`,
    [terminalId, nowMs - PERMIT_SLACK_MS],
  );
  return { revoked: z.array(z.object({ startHour: z.int(), serial: z.int() })).parse(rows) };
}

/** From the hour that has begun. It is in the audit of the desk before it is in anybody's hands. */
export function issuePermit(pool: pg.Pool, order: PermitOrder, nowMs: number): Promise<IssuedPermit> {
  const { terminalId, role, hours, reason, issuedBy } = order;
  const startHour = Math.floor(nowMs / HOUR_MS);
  return inTransaction(pool, 'BEGIN', async (client): Promise<IssuedPermit> => {
    const found = await client.query(
      `SELECT secret FROM terminal_permit_key k JOIN terminal t USING (terminal_id)
       WHERE terminal_id = $1 AND t.revoked_at IS NULL FOR UPDATE OF k`,
      [terminalId],
    );
    if (found.rows.length === 0) return { kind: 'no-key' };
    const { secret } = z.object({ secret: z.instanceof(Buffer) }).parse(found.rows[0]);
    const { rows } = await client.query(
      `SELECT (SELECT count(*) FROM terminal_permit WHERE terminal_id = $1
                 AND (start_hour + hours) * 3600000::bigint > $2) AS good,
              (SELECT serial FROM terminal_permit WHERE terminal_id = $1 ORDER BY issued_at DESC, serial DESC LIMIT 1) AS last`,
      [terminalId, nowMs],
    );
    const { good, last } = z.object({ good: z.coerce.number(), last: z.int().nullable() }).parse(rows[0]);
    if (good >= MOST_GOOD_AT_ONCE) return { kind: 'too-many' };
    const permit: Permit = { startHour, hours, role, serial: last === null ? 0 : (last + 1) % SERIALS };
    await client.query(
      `INSERT INTO terminal_permit (terminal_id, start_hour, serial, role, hours, reason, issued_by, issued_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [terminalId, startHour, permit.serial, role, hours, reason, issuedBy, new Date(nowMs)],
    );
    await appendAudit(client, {
      atMs: nowMs,
      officialId: issuedBy,
      event: 'permit.issued',
      caseNo: null,
      disposition: 'done',
      detail: { terminal: terminalId, serial: permit.serial, role, hours, reason },
    });
    const mac = (text: string) => createHmac('sha256', secret).update(text).digest();
    return { kind: 'issued', code: makePermitCode(terminalId, permit, mac), permit };
  });
}

/** False: none of this serial is good any more. The terminal learns of it when it next reaches the platform. */
export function revokePermit(
  pool: pg.Pool,
  given: { readonly terminalId: string; readonly serial: number; readonly revokedBy: string | null },
  nowMs: number,
): Promise<boolean> {
  const { terminalId, serial, revokedBy } = given;
  return inTransaction(pool, 'BEGIN', async (client) => {
    const { rowCount } = await client.query(
      `UPDATE terminal_permit SET revoked_at = $3 WHERE terminal_id = $1 AND serial = $2 AND revoked_at IS NULL
         AND (start_hour + hours) * 3600000::bigint > $4`,
      [terminalId, serial, new Date(nowMs), nowMs - PERMIT_SLACK_MS],
    );
    if (rowCount === 0) return false;
    await appendAudit(client, {
      atMs: nowMs,
      officialId: revokedBy,
      event: 'permit.revoked',
      caseNo: null,
      disposition: 'done',
      detail: { terminal: terminalId, serial },
    });
    return true;
  });
}

const listedSchema = z
  .object({
    ...permitSchema.shape,
    reason: z.string(),
    issuedAt: z.date(),
    revokedAt: z.date().nullable(),
  })
  .transform((row) => ({ ...row, endsAtMs: permitEnds(row) }));
export type ListedPermit = z.infer<typeof listedSchema>;

/** The newest first, a hundred of them. */
export async function listPermits(pool: pg.Pool, terminalId: string): Promise<ListedPermit[]> {
  const { rows } = await pool.query(
    `SELECT start_hour AS "startHour", hours, role, serial, reason, issued_at AS "issuedAt", revoked_at AS "revokedAt"
     FROM terminal_permit WHERE terminal_id = $1 ORDER BY issued_at DESC, serial DESC LIMIT 100`,
    [terminalId],
  );
  return z.array(listedSchema).parse(rows);
}
