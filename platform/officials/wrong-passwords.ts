import type pg from 'pg';
import { z } from 'zod';

/**
 * Wrong passwords lock an account for a while, and never an office out: they are counted by account **and** by whether
 * the browser is one at which this official has signed in before ("device cookies" of OWASP). Somebody who tries a
 * clerk's id from elsewhere locks it elsewhere; at her own computer she goes on.
 */
export const wrongPasswordLimits = {
  /** GB/T 22239-2019 8.1.4.1 b) wants a limit; NIST SP 800-63B-4 §3.2.2 has at most a hundred in a row. */
  most: 5,
  windowMs: 15 * 60_000,
} as const;

/** The nodes' own clocks may differ by less than this, in milliseconds: what one has counted counts at the others. */
const NODES_DIFFER_MS = 60_000;

/** A browser that is not known for this official. */
export const UNKNOWN_BROWSER = new Uint8Array();

const countSchema = z.object({ count: z.coerce.number().int() });

export async function isLocked(
  pool: pg.Pool,
  officialId: string,
  browser: Uint8Array,
  nowMs: number,
): Promise<boolean> {
  return (await countOf(pool, officialId, browser, nowMs)) >= wrongPasswordLimits.most;
}

/**
 * Notes a try before the password is looked at, so that a hundred tries at once are a hundred tries; a right one
 * takes back what stands there. False: it is one too many.
 */
export async function noteTry(
  pool: pg.Pool,
  officialId: string,
  browser: Uint8Array,
  nowMs: number,
): Promise<boolean> {
  await sweepTries(pool, nowMs);
  await pool.query('INSERT INTO wrong_password (official_id, browser_hash, at) VALUES ($1, $2, $3)', [
    officialId,
    browser,
    new Date(nowMs),
  ]);
  return (await countOf(pool, officialId, browser, nowMs)) <= wrongPasswordLimits.most;
}

export async function forgetTries(
  db: Pick<pg.Pool, 'query'>,
  officialId: string,
  browser: Uint8Array,
): Promise<void> {
  await db.query('DELETE FROM wrong_password WHERE official_id = $1 AND browser_hash = $2', [
    officialId,
    browser,
  ]);
}

/** What is over; and what is to come: a clock that was ahead must not lock anybody when it is put right. */
export async function sweepTries(pool: pg.Pool, nowMs: number): Promise<void> {
  await pool.query('DELETE FROM wrong_password WHERE at < $1 OR at > $2', [
    sinceOf(nowMs),
    new Date(nowMs + wrongPasswordLimits.windowMs),
  ]);
}

async function countOf(pool: pg.Pool, officialId: string, browser: Uint8Array, nowMs: number) {
  const { rows } = await pool.query(
    'SELECT count(*) FROM wrong_password WHERE official_id = $1 AND browser_hash = $2 AND at BETWEEN $3 AND $4',
    [officialId, browser, sinceOf(nowMs), new Date(nowMs + NODES_DIFFER_MS)],
  );
  return countSchema.parse(rows[0]).count;
}

function sinceOf(nowMs: number): Date {
  return new Date(nowMs - wrongPasswordLimits.windowMs);
}
