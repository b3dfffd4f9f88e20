import type pg from 'pg';
import { z } from 'zod';

/**
 * How often a terminal may ask. Receipt numbers are counted and a code has a million values; a card's number can be
 * counted through by who has got hold of a terminal's key. Kept in the database, since any node may be asked next.
 */
export const tryLimits = {
  /** Of one terminal, within `windowMs`: a hall full of people mistypes less. */
  missesOfTerminal: 20,
  cardsOfTerminal: 60,
  windowMs: 10 * 60_000,
  /** Of one receipt number, within `numberWindowMs`; after them its right code gives nothing either: the card does. */
  missesOfNumber: 10,
  numberWindowMs: 24 * 3_600_000,
} as const;

const countSchema = z.object({ n: z.coerce.number().int() });

async function count(pool: pg.Pool, sql: string, values: unknown[]): Promise<number> {
  const { rows } = await pool.query(sql, values);
  return countSchema.parse(rows[0]).n;
}

/** Whether this terminal has asked so often, by card or in vain, that it must wait. */
export async function mustWait(
  pool: pg.Pool,
  terminalId: string,
  kind: 'card' | 'miss',
  nowMs: number,
): Promise<boolean> {
  const limit = kind === 'card' ? tryLimits.cardsOfTerminal : tryLimits.missesOfTerminal;
  const since = new Date(nowMs - tryLimits.windowMs);
  const tries = await count(
    pool,
    'SELECT count(*) AS n FROM progress_try WHERE terminal_id = $1 AND kind = $2 AND at > $3',
    [terminalId, kind, since],
  );
  return tries >= limit;
}

export async function isWornOut(pool: pg.Pool, receiptNo: string, nowMs: number): Promise<boolean> {
  const since = new Date(nowMs - tryLimits.numberWindowMs);
  const tries = await count(
    pool,
    'SELECT count(*) AS n FROM progress_try WHERE receipt_no = $1 AND at > $2',
    [receiptNo, since],
  );
  return tries >= tryLimits.missesOfNumber;
}

/** Counts one, and forgets what no limit looks at any more. */
export async function noteTry(
  pool: pg.Pool,
  terminalId: string,
  kind: 'card' | 'miss',
  receiptNo: string | null,
  nowMs: number,
): Promise<void> {
  await pool.query('DELETE FROM progress_try WHERE at <= $1', [new Date(nowMs - tryLimits.numberWindowMs)]);
  await pool.query('INSERT INTO progress_try (terminal_id, kind, receipt_no, at) VALUES ($1, $2, $3, $4)', [
    terminalId,
    kind,
    receiptNo,
    new Date(nowMs),
  ]);
}
