import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { appendAudit } from '../audit/audit.ts';
import { inTransaction } from '../database/connect.ts';
import { asOfficial, OFFICIAL_COLUMNS, OFFICIAL_FROM, officialIdSchema, type Official } from './accounts.ts';

/** Sessions stand in the database: any node knows them, and what is ended at one has ended at all. */
export const sessionLimits = {
  /** NIST SP 800-63B-4 §2.2.3 (AAL2) has at most an hour; a clerk who answers the telephone needs half of it. */
  idleMs: 30 * 60_000,
  /** A working day with its overtime. */
  longestMs: 10 * 3_600_000,
  /** So exactly is the last use written down. */
  seenEveryMs: 60_000,
} as const;

export type DeskLanguage = 'zh' | 'en';
export const deskLanguageSchema = z.enum(['zh', 'en']);

export interface Session {
  readonly official: Official;
  readonly language: DeskLanguage;
  readonly hash: Buffer;
  /** What its forms carry, with whose they are: nobody who has not read a page of this session knows it. */
  readonly formToken: string;
}

const TOKEN = /^[\w-]{43}$/;

/** What a browser keeps; 256 bits. */
export function newToken(randomBytes: (count: number) => Uint8Array): string {
  return Buffer.from(randomBytes(32)).toString('base64url');
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/**
 * Of the forms that are shown to an official; null: to nobody who is signed in. Bound to a cookie that no script and no other site reads: the
 * value itself is never in a page.
 */
export function formTokenOf(cookie: string, officialId: string | null): string {
  const code = (what: string): string => createHmac('sha256', cookie).update(what).digest('base64url');
  // As it was before a form named its writer: a sign-in page may have been shown by a node of the release before.
  return officialId === null
    ? code('yizhan desk form')
    : `${officialId}.${code(`yizhan desk form ${officialId}`)}`;
}

/** To whom the form was shown that carries this: whose words are in it, also when the session has ended. As true as the token is. */
export function writerOf(formToken: string): string | null {
  const writer = officialIdSchema.safeParse(/^(.*)\.[\w-]{43}$/.exec(formToken)?.[1]);
  return writer.success ? writer.data : null;
}

export function isSameText(left: string, right: string): boolean {
  const [one, other] = [hashOfToken(left), hashOfToken(right)];
  return timingSafeEqual(one, other);
}

const rowSchema = z.object({
  language: deskLanguageSchema,
  began_at: z.date(),
  seen_at: z.date(),
});

/** Null: it was never there, or has ended. A use of it, which keeps it open. */
export async function findSession(pool: pg.Pool, token: string, nowMs: number): Promise<Session | null> {
  if (!isToken(token)) return null;
  const hash = hashOfToken(token);
  const { rows } = await pool.query(
    `SELECT s.language, s.began_at, s.seen_at, ${OFFICIAL_COLUMNS}
     FROM official_session s JOIN (${OFFICIAL_FROM}) USING (official_id)
     WHERE s.token_hash = $1 AND o.closed_at IS NULL`,
    [hash],
  );
  if (rows.length === 0) return null;
  const { language, began_at, seen_at } = rowSchema.parse(rows[0]);
  const official = asOfficial(rows[0]);
  const why = whyOver({ began_at, seen_at }, nowMs);
  if (why !== null) {
    await endSession(pool, { hash, officialId: official.officialId }, why, nowMs);
    return null;
  }
  if (nowMs - seen_at.getTime() > sessionLimits.seenEveryMs) {
    await pool.query('UPDATE official_session SET seen_at = $2 WHERE token_hash = $1', [
      hash,
      new Date(nowMs),
    ]);
  }
  return { official, language, hash, formToken: formTokenOf(token, official.officialId) };
}

function whyOver(
  { began_at, seen_at }: { readonly began_at: Date; readonly seen_at: Date },
  nowMs: number,
): 'too-long' | 'idle' | null {
  if (nowMs - began_at.getTime() > sessionLimits.longestMs) return 'too-long';
  return nowMs - seen_at.getTime() > sessionLimits.idleMs ? 'idle' : null;
}

export async function setLanguage(
  pool: pg.Pool,
  session: Pick<Session, 'hash'>,
  language: DeskLanguage,
): Promise<void> {
  await pool.query('UPDATE official_session SET language = $2 WHERE token_hash = $1', [
    session.hash,
    language,
  ]);
}

const BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';

/** Once: whoever is second has ended nothing. */
export async function endSession(
  pool: pg.Pool,
  { hash, officialId }: { readonly hash: Uint8Array; readonly officialId: string },
  why: 'signed-out' | 'idle' | 'too-long' | 'wrong-passwords',
  nowMs: number,
): Promise<void> {
  await inTransaction(pool, BEGIN, async (client) => {
    const { rowCount } = await client.query('DELETE FROM official_session WHERE token_hash = $1', [hash]);
    if (rowCount === 0) return;
    await appendAudit(client, ended(officialId, why, nowMs));
  });
}

const overSchema = z.array(
  rowSchema.omit({ language: true }).extend({ token_hash: z.instanceof(Buffer), official_id: z.string() }),
);
const SWEEP_ROWS = 500;

/** Those of browsers that never came back: each ends as it would have when it was used, and stands in the audit. */
export async function sweepSessions(pool: pg.Pool, nowMs: number): Promise<void> {
  const { rows } = await pool.query(
    `SELECT token_hash, official_id, began_at, seen_at FROM official_session WHERE began_at < $1 OR seen_at < $2
     ORDER BY seen_at LIMIT $3`,
    [new Date(nowMs - sessionLimits.longestMs), new Date(nowMs - sessionLimits.idleMs), SWEEP_ROWS],
  );
  for (const { token_hash: hash, official_id: officialId, ...times } of overSchema.parse(rows)) {
    const why = whyOver(times, nowMs);
    if (why !== null) await endSession(pool, { hash, officialId }, why, nowMs);
  }
}

/** Everywhere, this one too. */
export async function endAllSessions(pool: pg.Pool, officialId: string, nowMs: number): Promise<void> {
  await inTransaction(pool, BEGIN, async (client) => {
    await client.query('DELETE FROM official_session WHERE official_id = $1', [officialId]);
    await appendAudit(client, ended(officialId, 'everywhere', nowMs));
  });
}

function ended(officialId: string, disposition: string, nowMs: number) {
  return {
    atMs: nowMs,
    officialId,
    event: 'session.ended',
    caseNo: null,
    disposition,
    detail: {},
  } as const;
}
