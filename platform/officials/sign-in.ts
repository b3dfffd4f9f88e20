import type pg from 'pg';
import { appendAudit, writeAudit } from '../audit/audit.ts';
import { inTransaction } from '../database/connect.ts';
import {
  asOfficial,
  isFirstPasswordOver,
  OFFICIAL_COLUMNS,
  OFFICIAL_FROM,
  officialIdSchema,
  type Official,
} from './accounts.ts';
import { countNobodysTry } from './nobodys-tries.ts';
import { isPassword } from './passwords.ts';
import { endSession, hashOfToken, newToken, type DeskLanguage, type Session } from './sessions.ts';
import { forgetTries, isLocked, noteTry, UNKNOWN_BROWSER } from './wrong-passwords.ts';

export type SignedIn =
  | { readonly kind: 'in'; readonly token: string; readonly official: Official }
  /** The password, the id, or a first password that is over: which, nobody is told. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked' }
  /** Too many at once; nothing was counted. */
  | { readonly kind: 'busy' };

export interface SignInParts {
  readonly pool: pg.Pool;
  readonly nowMs: number;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface Credentials {
  readonly officialId: string;
  readonly password: string;
  /** The browser's cookie, whether it is known or new. */
  readonly browser: string;
  readonly language: DeskLanguage;
}

/**
 * A hash takes 32 MiB: so many at once, and the rest is told to come again. Browsers that are known have their own: whoever keeps
 * the others busy with ids that he makes up keeps no official from signing in where he always does.
 */
const MOST_AT_ONCE = { known: 4, strangers: 4 } as const;
const hashing = { known: 0, strangers: 0 };

/** Null: all are taken; nothing was done. */
async function inSlot<T>(whose: keyof typeof hashing, run: () => Promise<T>): Promise<T | null> {
  if (hashing[whose] >= MOST_AT_ONCE[whose]) return null;
  hashing[whose] += 1;
  try {
    return await run();
  } finally {
    hashing[whose] -= 1;
  }
}

/** What is compared with when there is no such account, so that its want is not seen in the time. */
const NOBODYS = 'scrypt$15$8$3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Signs in, counts what was wrong, and writes both into the audit. */
export async function signIn(parts: SignInParts, given: Credentials): Promise<SignedIn> {
  const { pool, nowMs } = parts;
  // What cannot be an id is nobody's, and is not written down: somebody may have typed a password there.
  if (!officialIdSchema.safeParse(given.officialId).success) return { kind: 'wrong' };
  const browserHash = hashOfToken(given.browser);
  const isKnown = await isKnownBrowser(pool, given.officialId, browserHash);
  const counted = isKnown ? browserHash : UNKNOWN_BROWSER;
  // One that is locked already is not written down each time: a flood fills no disk.
  if (await isLocked(pool, given.officialId, counted, nowMs)) return { kind: 'locked' };
  const signedIn = await inSlot(isKnown ? 'known' : 'strangers', () =>
    compare(parts, { ...given, browserHash, counted, isKnown }),
  );
  return signedIn ?? { kind: 'busy' };
}

interface At {
  readonly browserHash: Buffer;
  /** By what wrong ones are counted. */
  readonly counted: Uint8Array;
  readonly isKnown: boolean;
}

async function compare(parts: SignInParts, given: Credentials & At): Promise<SignedIn> {
  const { pool, nowMs } = parts;
  const { officialId, counted, isKnown } = given;
  if (!(await noteTry(pool, officialId, counted, nowMs))) return { kind: 'locked' };
  const found = await findForSignIn(pool, officialId);
  const isRight = await isPassword(given.password, found?.password ?? NOBODYS);
  if (found === null) {
    // An id that nobody has may be a password that was typed a line too high.
    await countNobodysTry(pool, nowMs);
    return { kind: 'wrong' };
  }
  const token =
    isRight && !isFirstPasswordOver(found.official, nowMs) ? await begin(parts, found, given) : null;
  if (token !== null) return { kind: 'in', token, official: found.official };
  const isLast = await isLocked(pool, officialId, counted, nowMs);
  await writeAudit(pool, entryOf(nowMs, officialId, isLast ? 'wrong-and-locked' : 'wrong', isKnown));
  return { kind: 'wrong' };
}

/** Of one session, over the whole of its life. */
const MOST_WRONG_IN_SESSION = 5;

/**
 * Whether it is the password of this account: asked again before it is changed. Counted by the session, since nobody but its browser has
 * that: whoever finds a desk unattended has five guesses, each of them in the audit, and then the session is over.
 */
export async function isOwnPassword(
  { pool, nowMs }: SignInParts,
  { hash, official: { officialId } }: Pick<Session, 'hash' | 'official'>,
  password: string,
): Promise<'right' | 'wrong' | 'ended' | 'busy'> {
  const outcome = await inSlot('known', async () => {
    const tries = await countTry(pool, hash);
    if (tries === null || tries > MOST_WRONG_IN_SESSION) return 'ended';
    const found = await findForSignIn(pool, officialId);
    if (found !== null && (await isPassword(password, found.password))) {
      await pool.query('UPDATE official_session SET wrong_tries = 0 WHERE token_hash = $1', [hash]);
      return 'right';
    }
    const isLast = tries === MOST_WRONG_IN_SESSION;
    await writeAudit(pool, {
      atMs: nowMs,
      officialId,
      event: 'account.password-changed',
      caseNo: null,
      disposition: isLast ? 'wrong-and-ended' : 'wrong',
      detail: { subject: officialId },
    });
    if (!isLast) return 'wrong';
    await endSession(pool, { hash, officialId }, 'wrong-passwords', nowMs);
    return 'ended';
  });
  return outcome ?? 'busy';
}

/** Before the password is looked at, so that a hundred guesses at once are a hundred. Null: the session has ended. */
async function countTry(pool: pg.Pool, hash: Buffer): Promise<number | null> {
  const { rows } = await pool.query<{ wrong_tries: number }>(
    'UPDATE official_session SET wrong_tries = least(wrong_tries + 1, 100) WHERE token_hash = $1 RETURNING wrong_tries',
    [hash],
  );
  return rows[0]?.wrong_tries ?? null;
}

async function findForSignIn(
  pool: pg.Pool,
  officialId: string,
): Promise<{ readonly official: Official; readonly password: string } | null> {
  const { rows } = await pool.query<{ password: string }>(
    `SELECT o.password, ${OFFICIAL_COLUMNS} FROM ${OFFICIAL_FROM} WHERE o.official_id = $1 AND o.closed_at IS NULL`,
    [officialId],
  );
  const row = rows[0];
  return row === undefined ? null : { official: asOfficial(row), password: row.password };
}

async function isKnownBrowser(pool: pg.Pool, officialId: string, hash: Buffer): Promise<boolean> {
  const { rowCount } = await pool.query(
    'SELECT 1 FROM official_browser WHERE official_id = $1 AND browser_hash = $2',
    [officialId, hash],
  );
  return rowCount === 1;
}

/** Null: the password was changed, or the account closed, since it was compared. */
function begin(
  { pool, nowMs, randomBytes }: SignInParts,
  { official: { officialId }, password }: { readonly official: Official; readonly password: string },
  at: At & Pick<Credentials, 'language'>,
): Promise<string | null> {
  const token = newToken(randomBytes);
  const now = new Date(nowMs);
  return inTransaction(pool, 'BEGIN; SET LOCAL synchronous_commit TO on', async (client) => {
    // Until the commit nobody changes it: what ends the sessions that are open must not miss this one.
    const { rowCount } = await client.query(
      'SELECT 1 FROM official WHERE official_id = $1 AND password = $2 AND closed_at IS NULL FOR SHARE',
      [officialId, password],
    );
    if (rowCount === 0) return null;
    await forgetTries(client, officialId, at.counted);
    await client.query(
      `INSERT INTO official_browser (browser_hash, official_id, last_at) VALUES ($1, $2, $3)
       ON CONFLICT (browser_hash, official_id) DO UPDATE SET last_at = $3`,
      [at.browserHash, officialId, now],
    );
    await client.query(
      `INSERT INTO official_session (token_hash, official_id, language, began_at, seen_at)
       VALUES ($1, $2, $3, $4, $4)`,
      [hashOfToken(token), officialId, at.language, now],
    );
    await appendAudit(client, entryOf(nowMs, officialId, 'done', at.isKnown));
    return token;
  });
}

function entryOf(atMs: number, officialId: string, disposition: string, isKnown: boolean) {
  const detail = { browser: isKnown ? 'known' : 'new' };
  return { atMs, officialId, event: 'session.sign-in', caseNo: null, disposition, detail } as const;
}
