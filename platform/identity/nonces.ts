import type pg from 'pg';
import { requestSignature } from '#contract/terminal-identity.ts';
import type { Clock } from '#contract/ports.ts';
import { describeError, type Log } from '../log.ts';
import { repeat } from '../repeat.ts';

const MS_PER_S = 1000;
/** The nodes' own clocks may differ by less than this, in milliseconds. */
const NODES_DIFFER_MS = 60_000;
const SWEEP_EVERY_MS = 60_000;
const SWEEP_ROWS = 5_000;
/** A node that was alone with a great many leaves the rest to the next round. */
const SWEEP_ROUNDS = 100;

/**
 * False when this nonce of this key was received before, on any node. The commit does not wait for the disk: a
 * crash of the database may forget the last fraction of a second, in which nothing is doubled either, since
 * applications have their own key and a resident's code is good for one answer.
 */
export async function burnNonce(
  pool: pg.Pool,
  keyId: string,
  nonce: string,
  createdMs: number,
): Promise<boolean> {
  const expiresAt = new Date(createdMs + requestSignature.windowSeconds * MS_PER_S + NODES_DIFFER_MS);
  const burnt = await pool.query(
    `WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))
     INSERT INTO request_nonce (key_id, nonce, expires_at) SELECT $1, $2, $3::timestamptz FROM soon
     ON CONFLICT (key_id, nonce) DO NOTHING`,
    [keyId, nonce, expiresAt],
  );
  return burnt.rowCount === 1;
}

/** Removes what no window reaches any more, in batches; every node may, as often as it likes. */
export async function sweepNonces(pool: pg.Pool, nowMs: number): Promise<number> {
  let removed = 0;
  for (let round = 0; round < SWEEP_ROUNDS; round += 1) {
    const { rowCount } = await pool.query(
      `DELETE FROM request_nonce WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM request_nonce WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [new Date(nowMs), SWEEP_ROWS],
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < SWEEP_ROWS) break;
  }
  return removed;
}

/** Sweeps every minute until it is stopped. */
export function keepNoncesFew(pool: pg.Pool, clock: Clock, log: Log): { stop: () => void } {
  return repeat(clock, { firstMs: SWEEP_EVERY_MS, everyMs: SWEEP_EVERY_MS }, async () => {
    await sweepNonces(pool, clock.now()).catch((error: unknown) => {
      log({ event: 'nonces.not-swept', ...describeError(error) });
    });
  });
}
