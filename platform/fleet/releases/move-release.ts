import type pg from 'pg';
import { writeFleetEvents } from '../events.ts';
import type { Move } from './moves.ts';
import { RELEASE_COLUMNS, releaseRowSchema, type Release } from './release-row.ts';

/** Null: there is none of that number. Until the end of the transaction it is offered to nobody, and moved by nobody else. */
export async function lockRelease(client: pg.PoolClient, releaseId: string): Promise<Release | null> {
  const { rows } = await client.query(
    `SELECT ${RELEASE_COLUMNS} FROM fleet_release r WHERE release_id = $1 FOR UPDATE`,
    [releaseId],
  );
  return rows.length === 0 ? null : releaseRowSchema.parse(rows[0]);
}

/**
 * Inside a transaction that holds the row of the release. Withdrawn: what nobody has fetched is fetched by nobody any more; whoever has fetched it is
 * told to go back when it is heard (offer.ts).
 */
export async function moveRelease(
  client: pg.PoolClient,
  release: Release,
  { to, cohorts }: Move,
  why: string,
  nowMs: number,
): Promise<void> {
  const { releaseId } = release;
  const at = new Date(nowMs);
  await client.query(
    `UPDATE fleet_release SET state = $2, cohort = cohort + $3, reason = $4, moved_at = $5,
       cohort_since = CASE WHEN $3 > 0 THEN $5 ELSE cohort_since END WHERE release_id = $1`,
    [releaseId, to, cohorts, why, at],
  );
  if (to === 'withdrawn') {
    await client.query(
      `WITH unfetched AS (
         UPDATE fleet_command SET settled_at = $2, result = 'withdrawn'
         WHERE release_id = $1 AND settled_at IS NULL AND fetched_at IS NULL RETURNING terminal_id)
       UPDATE fleet_rollout SET sent_back_at = $2
       WHERE release_id = $1 AND terminal_id IN (SELECT terminal_id FROM unfetched)`,
      [releaseId, at],
    );
  }
  const detail = `${to}, cohort ${String(release.cohort + cohorts)}; ${why}`;
  await writeFleetEvents(
    client,
    [{ event: 'release.moved', terminalId: null, subject: releaseId, detail }],
    nowMs,
  );
}
