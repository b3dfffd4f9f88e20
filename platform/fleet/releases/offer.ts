import type pg from 'pg';
import { z } from 'zod';
import type { Heartbeat, Order } from '#contract/fleet.ts';
import { inTransaction } from '../../database/connect.ts';
import type { PlatformKey } from '../../departments/platform-keys.ts';
import { giveOrder } from '../commands.ts';
import { cohortOf } from './cohorts.ts';
import { orderFor, RELEASE_COLUMNS, releaseRowSchema, type Release } from './release-row.ts';

/** A terminal that was switched off all winter takes it all the same, and goes back all the same. */
const ORDER_GOOD_FOR_MS = 180 * 86_400_000;

const rolloutSchema = z.object({
  offered: z.boolean(),
  crashes_before: z.number().nullable(),
  healthy_since: z.date().nullable(),
  failed: z.string().nullable(),
  sent_back: z.boolean(),
});

interface At {
  readonly pool: pg.Pool;
  readonly key: PlatformKey;
  readonly terminalId: string;
  readonly report: Heartbeat;
  readonly nowMs: number;
}

/**
 * What the releases want of a terminal that was just heard: the first order of one that has reached its cohort, the way back from one that was
 * withdrawn, and note of how it goes with one that it has. Nothing is done ahead for terminals that are not heard.
 */
export async function offerReleases(at: At): Promise<void> {
  const { rows } = await at.pool.query(
    `SELECT ${RELEASE_COLUMNS}, o.release_id IS NOT NULL AS offered, o.crashes_before, o.healthy_since, o.failed,
       o.sent_back_at IS NOT NULL AS sent_back
     FROM fleet_release r LEFT JOIN fleet_rollout o ON o.release_id = r.release_id AND o.terminal_id = $1
     WHERE r.state IN ('rolling', 'paused')
       OR (r.state = 'withdrawn' AND o.sent_back_at IS NULL AND o.release_id IS NOT NULL)
       OR r.release_id IN (SELECT max(release_id) FROM fleet_release WHERE state = 'complete' GROUP BY kind)
     ORDER BY r.state = 'withdrawn' DESC, r.release_id`,
    [at.terminalId],
  );
  for (const row of rows) {
    const release = releaseRowSchema.parse(row);
    const rollout = rolloutSchema.parse(row);
    if (release.state === 'withdrawn') await sendBack(at, release);
    else if (rollout.offered) await noteHealth(at, release, rollout);
    else await offer(at, release, rows.length > 1);
  }
}

async function offer(at: At, release: Release, areSeveral: boolean): Promise<void> {
  const { pool, terminalId, report } = at;
  const cohort = cohortOf(release.plan, terminalId);
  if (release.state === 'paused' || (release.state === 'rolling' && cohort > release.cohort)) return;
  const isThere = report.versions[release.kind] === release.version;
  // Of an older one that is complete while the next is on its way, nothing is begun any more.
  if (release.state === 'complete' && (isThere || (areSeveral && (await isSuperseded(pool, release)))))
    return;
  // The row is the right to give the order: of two heartbeats at two nodes one gets it. The release is looked at once more, locked:
  // what was withdrawn meanwhile is offered to nobody.
  await inTransaction(pool, 'BEGIN', async (client) => {
    const isOffered = await noteOffer(client, at, release);
    if (isOffered && !isThere) await order(client, at, release, orderFor(release.kind, release));
  });
}

/** False: the terminal has been offered it, or it is withdrawn. */
async function noteOffer(
  client: pg.PoolClient,
  { terminalId, report, nowMs }: At,
  { releaseId, plan }: Release,
): Promise<boolean> {
  const offered = await client.query(
    `INSERT INTO fleet_rollout (release_id, terminal_id, cohort, offered_at, crashes_before)
     SELECT r.release_id, $2, $3, $4, $5 FROM fleet_release r
     WHERE r.release_id = $1 AND r.state IN ('rolling', 'complete') FOR SHARE
     ON CONFLICT DO NOTHING`,
    [releaseId, terminalId, cohortOf(plan, terminalId), new Date(nowMs), report.crashes24h],
  );
  return offered.rowCount === 1;
}

async function isSuperseded(pool: pg.Pool, { kind, releaseId }: Release): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT 1 FROM fleet_release WHERE kind = $1 AND release_id > $2 AND state IN ('rolling', 'paused')`,
    [kind, releaseId],
  );
  return rowCount !== 0;
}

async function sendBack(at: At, release: Release): Promise<void> {
  await inTransaction(at.pool, 'BEGIN', async (client) => {
    // As whoever offers one, and as migrations lock the tables: the release, its orders, how it went at terminals. The way back refers to it.
    const there = await client.query('SELECT FROM fleet_release WHERE release_id = $1 FOR KEY SHARE', [
      release.releaseId,
    ]);
    if (there.rowCount === 0) return;
    // Fetched, and nothing was heard of it: it is not given out again with the way back. Not of a terminal that another node has just sent
    // back: the way back is an order of the same release.
    await client.query(
      `UPDATE fleet_command SET settled_at = $3, result = 'withdrawn'
       WHERE release_id = $1 AND terminal_id = $2 AND settled_at IS NULL AND EXISTS (
         SELECT 1 FROM fleet_rollout WHERE release_id = $1 AND terminal_id = $2 AND sent_back_at IS NULL)`,
      [release.releaseId, at.terminalId, new Date(at.nowMs)],
    );
    const marked = await client.query(
      `UPDATE fleet_rollout SET sent_back_at = $3 WHERE release_id = $1 AND terminal_id = $2 AND sent_back_at IS NULL`,
      [release.releaseId, at.terminalId, new Date(at.nowMs)],
    );
    if (marked.rowCount !== 1) return;
    await order(client, at, release, orderFor(release.kind, release.back));
    // Back is where the operator said: the complete one before, of which this terminal may have no row any more (database/record-ends.ts), is not
    // offered behind it.
    const before = await client.query(
      `SELECT ${RELEASE_COLUMNS} FROM fleet_release r WHERE r.kind = $1 AND r.state = 'complete' AND r.release_id < $2
       ORDER BY r.release_id DESC LIMIT 1`,
      [release.kind, release.releaseId],
    );
    for (const row of before.rows) await noteOffer(client, at, releaseRowSchema.parse(row));
  });
}

async function order(
  client: pg.PoolClient,
  { terminalId, key, nowMs }: At,
  { releaseId }: Release,
  wanted: Order,
): Promise<void> {
  await giveOrder(
    client,
    key,
    { terminalId, order: wanted, validForMs: ORDER_GOOD_FOR_MS, releaseId },
    nowMs,
  );
}

/** A terminal that crashes more than before, was taken out of service, or can keep nothing more, is not healthy on what it got. */
async function noteHealth(
  { pool, terminalId, report, nowMs }: At,
  release: Release,
  before: z.infer<typeof rolloutSchema>,
): Promise<void> {
  if (release.state === 'complete' || before.failed !== null) return;
  const isOnIt = report.versions[release.kind] === release.version;
  const crashes = isOnIt && report.crashes24h > (before.crashes_before ?? 0);
  const isHealthy = isOnIt && !crashes && report.mode === 'in-service' && hasRoom(report);
  if (isHealthy === (before.healthy_since !== null) && !crashes) return;
  await pool.query(
    'UPDATE fleet_rollout SET healthy_since = $3, failed = $4 WHERE release_id = $1 AND terminal_id = $2',
    [release.releaseId, terminalId, isHealthy ? new Date(nowMs) : null, crashes ? 'crashed' : null],
  );
}

/** Below its reserve a terminal begins no visit. Where it does not know what is free, it begins them. */
function hasRoom({ diskFreeMiB, diskReserveMiB }: Heartbeat): boolean {
  return diskFreeMiB === null || diskFreeMiB >= diskReserveMiB;
}
