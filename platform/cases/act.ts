import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, type CaseStatus } from '#contract/application.ts';
import { inTransaction } from '../database/connect.ts';
import type { Notice } from './notice.ts';
import { canGo } from './transitions.ts';

export type Acted =
  | { readonly kind: 'done'; readonly status: CaseStatus }
  | { readonly kind: 'unknown' }
  /** The table has no such step; nothing changed. */
  | { readonly kind: 'refused'; readonly status: CaseStatus };

export interface Act {
  readonly caseNo: string;
  readonly to: CaseStatus;
  readonly atMs: number;
}

const caseSchema = z.object({
  cursor: z.string(),
  item_slug: z.string(),
  status: caseStatusSchema,
});
export type CaseAtHand = z.infer<typeof caseSchema>;

const BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';

/**
 * One step of a case by an officer, with its notice, or nothing: of two who act at once, the second finds the case
 * where the first has brought it. `noticeOf` may need the case.
 */
export async function act(
  pool: pg.Pool,
  { caseNo, to, atMs }: Act,
  noticeOf: (found: CaseAtHand) => Notice,
): Promise<Acted> {
  return inTransaction(pool, BEGIN, async (client): Promise<Acted> => {
    const { rows } = await client.query(
      // Of any revision: while this waited for the lock, a new one may have come.
      `SELECT c.cursor::text AS cursor, c.status,
         (SELECT a.item_slug FROM application a WHERE a.application_id = c.application_id LIMIT 1) AS item_slug
       FROM case_record c WHERE c.case_no = $1 AND c.joins IS NULL FOR UPDATE`,
      [caseNo],
    );
    if (rows.length === 0) return { kind: 'unknown' };
    const found = caseSchema.parse(rows[0]);
    if (!canGo(found.status, to)) return { kind: 'refused', status: found.status };
    const notice = noticeOf(found);
    await client.query('UPDATE case_record SET status = $2, decide_by = $3 WHERE cursor = $1', [
      found.cursor,
      to,
      notice.kind === 'acceptance' ? notice.decideBy : null,
    ]);
    await addEvent(client, { cursor: found.cursor, atMs, from: found.status, to, actor: 'desk', notice });
    return { kind: 'done', status: to };
  });
}

export interface NewEvent {
  readonly cursor: string;
  readonly atMs: number;
  readonly from: CaseStatus;
  readonly to: CaseStatus;
  readonly actor: 'station' | 'desk';
  readonly revision?: number;
  readonly notice?: Notice;
}

/** The case's row is locked: nobody else counts its events at this moment. */
export async function addEvent(client: pg.PoolClient, event: NewEvent): Promise<void> {
  await client.query(
    `INSERT INTO case_event (cursor, ordinal, at, from_status, to_status, actor, revision, notice)
     SELECT $1, coalesce(max(ordinal), 0) + 1, $2, $3, $4, $5, $6, $7 FROM case_event WHERE cursor = $1`,
    [
      event.cursor,
      new Date(event.atMs),
      event.from,
      event.to,
      event.actor,
      event.revision ?? null,
      event.notice === undefined ? null : JSON.stringify(event.notice),
    ],
  );
}
