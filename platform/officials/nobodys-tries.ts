import type pg from 'pg';
import { z } from 'zod';
import { appendAudit } from '../audit/audit.ts';
import { inTransaction } from '../database/connect.ts';
import { wrongPasswordLimits } from './wrong-passwords.ts';

/**
 * Wrong sign-ins with ids that nobody has. The audit is never cut down, and whoever makes ids up could fill it: they are counted, and
 * each window comes into it as one row with its number.
 */

const BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';
const { windowMs } = wrongPasswordLimits;

function windowOf(nowMs: number): Date {
  return new Date(Math.floor(nowMs / windowMs) * windowMs);
}

/** Durable when it returns, as a row of the audit is. */
export function countNobodysTry(pool: pg.Pool, nowMs: number): Promise<void> {
  return inTransaction(pool, BEGIN, async (client) => {
    await client.query(
      `INSERT INTO nobodys_try (window_at, tries) VALUES ($1, 1)
       ON CONFLICT (window_at) DO UPDATE SET tries = nobodys_try.tries + 1`,
      [windowOf(nowMs)],
    );
  });
}

const overSchema = z.array(z.object({ window_at: z.date(), tries: z.coerce.number().int() }));

/** Puts the windows that are over into the audit, on whichever node comes first. */
export function writeNobodysTries(pool: pg.Pool, nowMs: number): Promise<void> {
  return inTransaction(pool, BEGIN, async (client) => {
    const { rows } = await client.query(
      'DELETE FROM nobodys_try WHERE window_at < $1 RETURNING window_at, tries',
      // One more: a node whose clock is behind may still count in the one before.
      [new Date(windowOf(nowMs).getTime() - windowMs)],
    );
    for (const { window_at: from, tries } of overSchema.parse(rows)) {
      await appendAudit(client, {
        atMs: nowMs,
        officialId: null,
        event: 'session.nobody',
        caseNo: null,
        disposition: 'wrong',
        detail: { from: from.toISOString(), minutes: windowMs / 60_000, tries },
      });
    }
  });
}
