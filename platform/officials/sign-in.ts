import type pg from 'pg';
import { appendAudit, writeAudit } from '../audit/audit.ts';
import { inTransaction } from '../database/connect.ts';
import {
  asOfficial,
  isFirstPasswordOver,
  OFFICIAL_COLUMNS,
  officialIdSchema,
  type Official,
} from './accounts.ts';
import { isPassword } from './passwords.ts';
import { hashOfToken, newToken, type DeskLanguage } from './sessions.ts';
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

/** A hash takes 32 MiB: so many at once, and the rest is told to come again. */
const MOST_AT_ONCE = 8;
let hashing = 0;

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
  if (hashing >= MOST_AT_ONCE) return { kind: 'busy' };
  hashing += 1;
  try {
    if (!(await noteTry(pool, given.officialId, counted, nowMs))) return { kind: 'locked' };
    const found = await findForSignIn(pool, given.officialId);
    const isRight = await isPassword(given.password, found?.password ?? NOBODYS);
    if (found === null || !isRight || isFirstPasswordOver(found.official, nowMs)) {
      const isLast = await isLocked(pool, given.officialId, counted, nowMs);
      // An id that nobody has may be a password that was typed a line too high.
      const who = found === null ? null : given.officialId;
      await writeAudit(pool, entryOf(nowMs, who, isLast ? 'wrong-and-locked' : 'wrong', isKnown));
      return { kind: 'wrong' };
    }
    const token = await begin(parts, found.official, { ...given, browserHash, counted, isKnown });
    return { kind: 'in', token, official: found.official };
  } finally {
    hashing -= 1;
  }
}

/** Whether it is the password of this account: asked again before it is changed, and counted alike. */
export async function isOwnPassword(
  parts: SignInParts,
  officialId: string,
  password: string,
  browser: string,
) {
  const { pool, nowMs } = parts;
  const browserHash = hashOfToken(browser);
  if (await isLocked(pool, officialId, browserHash, nowMs)) return 'locked';
  if (!(await noteTry(pool, officialId, browserHash, nowMs))) return 'locked';
  const found = await findForSignIn(pool, officialId);
  if (found === null || !(await isPassword(password, found.password))) return 'wrong';
  await forgetTries(pool, officialId, browserHash);
  return 'right';
}

async function findForSignIn(
  pool: pg.Pool,
  officialId: string,
): Promise<{ readonly official: Official; readonly password: string } | null> {
  const { rows } = await pool.query<{ password: string }>(
    `SELECT o.password, ${OFFICIAL_COLUMNS} FROM official o WHERE o.official_id = $1 AND o.closed_at IS NULL`,
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

function begin(
  { pool, nowMs, randomBytes }: SignInParts,
  { officialId }: Official,
  at: {
    readonly browserHash: Buffer;
    readonly counted: Uint8Array;
    readonly isKnown: boolean;
    readonly language: DeskLanguage;
  },
): Promise<string> {
  const token = newToken(randomBytes);
  const now = new Date(nowMs);
  return inTransaction(pool, 'BEGIN; SET LOCAL synchronous_commit TO on', async (client) => {
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

function entryOf(atMs: number, officialId: string | null, disposition: string, isKnown: boolean) {
  const detail = { browser: isKnown ? 'known' : 'new' };
  return { atMs, officialId, event: 'session.sign-in', caseNo: null, disposition, detail } as const;
}
