import type pg from 'pg';
import { z } from 'zod';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Catalogue } from './load-catalogue.ts';

/** Slugs of the items that a terminal may offer; null: all that are published, also those to come. */
export type AllowedItems = ReadonlySet<string> | null;

const rowsSchema = z.array(z.object({ slugs: z.array(z.string()) })).max(1);

/** Asked at every call and kept nowhere, so that a change holds at once on every node. */
export async function allowedItems(pool: pg.Pool, terminalId: string): Promise<AllowedItems> {
  const { rows } = await pool.query('SELECT slugs FROM terminal_items WHERE terminal_id = $1', [terminalId]);
  const [row] = rowsSchema.parse(rows);
  return row ? new Set(row.slugs) : null;
}

/**
 * From now on the terminal may offer these; what residents began or submitted there before goes on.
 * Faults, and then nothing changed: `platform.terminal-unknown` when it is neither enrolled nor has a code that it could
 * enrol with, `item.unknown` with the slugs that are not published.
 */
export async function setAllowedItems(
  pool: pg.Pool,
  catalogue: Catalogue,
  terminalId: string,
  allowed: AllowedItems,
  nowMs: number,
): Promise<Result<null, Fault>> {
  if (!(await isTerminal(pool, terminalId))) return err(fault('platform.terminal-unknown', terminalId));
  if (allowed === null) {
    await pool.query('DELETE FROM terminal_items WHERE terminal_id = $1', [terminalId]);
    return ok(null);
  }
  const unknown = [...allowed].filter((slug) => !catalogue.items.has(slug));
  if (unknown.length > 0) return err(fault('item.unknown', unknown.join(', ')));
  await pool.query(
    `INSERT INTO terminal_items (terminal_id, slugs, set_at) VALUES ($1, $2, $3)
     ON CONFLICT (terminal_id) DO UPDATE SET slugs = excluded.slugs, set_at = excluded.set_at`,
    [terminalId, [...allowed].sort(), new Date(nowMs)],
  );
  return ok(null);
}

/** A slip in the name would leave the terminal that was meant with everything. */
export async function isTerminal(pool: pg.Pool, terminalId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT 1 FROM terminal WHERE terminal_id = $1
     UNION SELECT 1 FROM enrolment_code WHERE terminal_id = $1`,
    [terminalId],
  );
  return rowCount === 1;
}
