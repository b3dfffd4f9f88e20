import type pg from 'pg';
import { z } from 'zod';
import { inTransaction } from '../database/connect.ts';

/**
 * Who asked the platform about a person: which terminal, when, by what, and how many it found. What was shown, a number or a code, is
 * not in it, nor a case or a booking: whose it was is in the terminal's own audit.
 */

const shownSchema = z.enum(['card', 'slip', 'booking-number', 'code']);

export interface PersonSearch {
  readonly terminalId: string;
  /** As the contract names the call. */
  readonly call: 'bookings.search' | 'cases.progress' | 'cases.openCorrection' | 'codes.resolve';
  /** By what the person was looked for. */
  readonly shown: z.infer<typeof shownSchema>;
  readonly found: number;
}

/** Durable when it returns. Before the answer: what cannot be written down is not told. */
export function noteSearch(
  pool: pg.Pool,
  { terminalId, call, shown, found }: PersonSearch,
  nowMs: number,
): Promise<void> {
  return inTransaction(pool, 'BEGIN; SET LOCAL synchronous_commit TO on', async (client) => {
    await client.query(
      'INSERT INTO person_search (at, terminal_id, call, shown, found) VALUES ($1, $2, $3, $4, $5)',
      [new Date(nowMs), terminalId, call, shown, found],
    );
  });
}

const MOST_LISTED = 1000;
const rowsSchema = z.array(
  z.object({
    at: z.date(),
    terminal_id: z.string(),
    call: z.string(),
    shown: shownSchema,
    found: z.number().int(),
  }),
);

/** For the operator: of one terminal, or of all (`terminalId` null), the newest first. */
export async function searchLines(pool: pg.Pool, terminalId: string | null): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT at, terminal_id, call, shown, found FROM person_search
     WHERE $1::text IS NULL OR terminal_id = $1 ORDER BY seq DESC LIMIT $2`,
    [terminalId, MOST_LISTED],
  );
  const searches = rowsSchema.parse(rows);
  if (searches.length === 0) return ['nobody was looked for'];
  return searches.map(({ at, terminal_id, call, shown, found }) =>
    [at.toISOString(), terminal_id, call, `by ${shown}`, `found ${String(found)}`].join('  '),
  );
}
