import type pg from 'pg';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { WebhookCaller } from './call-webhook.ts';
import { ENTRY, entryOf } from './inbox.ts';

/** What a job holds (migration 0013, `queue_delivery`). */
export const deliverySchema = z.object({ departmentId: z.string(), caseCursor: z.string() });
export type Delivery = z.infer<typeof deliverySchema>;

export interface DeliverParts {
  readonly pool: pg.Pool;
  readonly caller: WebhookCaller;
  /** Unix time in ms. */
  readonly now: () => number;
  readonly log: Log;
}

/** Its message is all that the queue keeps of it. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

const addressSchema = z.object({ webhook_url: z.string() });

/**
 * Tells a department the oldest entry of one case that it has not been told. There is a job for each entry, so that all come to their turn, and always in the
 * order of the case, whichever job is first. Nothing to tell is well: it has asked for them itself, or has no address any more.
 * Between the answer and its row a node may die: then it is told once more. Throws NotTaken; the queue tries again later.
 */
export async function deliver(
  { pool, caller, now, log }: DeliverParts,
  { departmentId, caseCursor }: Delivery,
): Promise<void> {
  const { rows } = await pool.query(
    `SELECT e.*, d.webhook_url FROM (${ENTRY} WHERE e.department_id = $1 AND e.case_cursor = $2 AND e.told_at IS NULL) e
       JOIN department d USING (department_id)
     WHERE e.cursor > d.acknowledged AND d.webhook_url IS NOT NULL ORDER BY e.cursor LIMIT 1`,
    [departmentId, caseCursor],
  );
  if (rows.length === 0) return;
  const entry = entryOf(rows[0]);
  const { webhook_url: url } = addressSchema.parse(rows[0]);
  const called = await caller.call(url, entry, now());
  if (called.kind === 'not-taken') {
    log({ event: 'department.not-told', department: departmentId, cursor: entry.cursor, why: called.why });
    throw new NotTaken(called.why);
  }
  await pool.query('UPDATE inbox_entry SET told_at = $2 WHERE cursor = $1 AND told_at IS NULL', [
    entry.cursor,
    new Date(now()),
  ]);
}
