import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { localizedTextSchema } from '#contract/localized.ts';
import type { RandomBytes } from '#contract/ports.ts';
import type { Caller } from '../identity/caller.ts';

const RANDOM_BYTES = 32;
/** Known at a glance where it does not belong: in a log, in a repository. */
const PREFIX = 'yzd_';
const BEARER = /^Bearer (yzd_[A-Za-z0-9_-]{43})$/i;
const DAY_MS = 86_400_000;
const TAIL = 3;

/** 256 bits of chance need no slow hash: nobody tries them all. */
function hashOf(token: string): string {
  return createHash('sha256').update(`yizhan department token ${token}`).digest('hex');
}

/** One whose tail can be typed behind an option: not every shell's user knows `--tail=-x7`. */
function drawToken(randomBytes: RandomBytes): string {
  for (;;) {
    const token = `${PREFIX}${Buffer.from(randomBytes(RANDOM_BYTES)).toString('base64url')}`;
    if (token.at(-TAIL) !== '-') return token;
  }
}

/** Null when there is no such department. The token is in nobody's hands but the caller's, and is never seen again. */
export async function issueToken(
  pool: pg.Pool,
  { departmentId, days }: { readonly departmentId: string; readonly days: number },
  nowMs: number,
  randomBytes: RandomBytes,
): Promise<string | null> {
  const token = drawToken(randomBytes);
  const issued = await pool.query(
    `INSERT INTO department_token (token_sha256, tail, department_id, issued_at, expires_at)
     SELECT $1, $2, department_id, $4, $5 FROM department WHERE department_id = $3 AND revoked_at IS NULL`,
    [hashOf(token), token.slice(-TAIL), departmentId, new Date(nowMs), new Date(nowMs + days * DAY_MS)],
  );
  return issued.rowCount === 1 ? token : null;
}

/** Ends the tokens of a department: the one that ends so, or all. Says how many. */
export async function revokeTokens(
  pool: pg.Pool,
  departmentId: string,
  tail: string | null,
  nowMs: number,
): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE department_token SET revoked_at = $3
     WHERE department_id = $1 AND revoked_at IS NULL AND ($2::text IS NULL OR tail = $2)`,
    [departmentId, tail, new Date(nowMs)],
  );
  return rowCount ?? 0;
}

const callerSchema = z.object({ department_id: z.string(), name: localizedTextSchema });

/**
 * Whose token an `Authorization` header carries; null: nobody's that is good now. Asked at every request and kept nowhere, so
 * that a revocation holds at once on every node.
 */
export async function departmentOf(
  pool: pg.Pool,
  authorization: string | undefined,
  nowMs: number,
): Promise<(Caller & { readonly kind: 'department' }) | null> {
  const token = BEARER.exec(authorization ?? '')?.[1];
  if (token === undefined) return null;
  const { rows } = await pool.query(
    `SELECT d.department_id, d.name FROM department_token t JOIN department d USING (department_id)
     WHERE t.token_sha256 = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND d.revoked_at IS NULL`,
    [hashOf(token), new Date(nowMs)],
  );
  if (rows.length === 0) return null;
  const { department_id: departmentId, name } = callerSchema.parse(rows[0]);
  return { kind: 'department', departmentId, name };
}
