import type pg from 'pg';
import { z } from 'zod';
import { requestSignature } from '#contract/terminal-identity.ts';
import type { Clock } from '#contract/ports.ts';
import { askTogether } from '../database/ask-together.ts';
import { runPrepared } from '../database/connect.ts';
import { describeError, type Log } from '../log.ts';
import { repeat } from '../repeat.ts';

const MS_PER_S = 1000;
/** The nodes' own clocks may differ by less than this, in milliseconds. */
const NODES_DIFFER_MS = 60_000;
const SWEEP_EVERY_MS = 60_000;
const SWEEP_ROWS = 5_000;
/** A node that was alone with a great many leaves the rest to the next round. */
const SWEEP_ROUNDS = 100;

export interface SeenNonce {
  readonly keyId: string;
  readonly nonce: string;
  /** When its request says that it was signed, in Unix ms. */
  readonly createdMs: number;
}

const burntSchema = z.object({ key_id: z.string(), nonce: z.string() });
const pairOf = (keyId: string, nonce: string): string => `${keyId} ${nonce}`;

/**
 * False when this nonce of this key was received before, on any node. The commit does not wait for the disk: a
 * crash of the database may forget the last fraction of a second, in which nothing is doubled either, since
 * applications have their own key and a resident's code is good for one answer.
 */
export const burnNonce = askTogether<SeenNonce, boolean>(async (pool, seen) => {
  const expiresAt = ({ createdMs }: SeenNonce) =>
    new Date(createdMs + requestSignature.windowSeconds * MS_PER_S + NODES_DIFFER_MS);
  // In one order everywhere: two nodes that hold the same two replays would wait for each other.
  const { rows } = await runPrepared(
    pool,
    `WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))
     INSERT INTO request_nonce (key_id, nonce, expires_at)
     SELECT one.* FROM soon, unnest($1::text[], $2::text[], $3::timestamptz[]) AS one (key_id, nonce, expires_at)
     ORDER BY key_id, nonce
     ON CONFLICT (key_id, nonce) DO NOTHING RETURNING key_id, nonce`,
    [seen.map(({ keyId }) => keyId), seen.map(({ nonce }) => nonce), seen.map(expiresAt)],
  );
  const burnt = new Set(
    rows.map((row) => {
      const { key_id, nonce } = burntSchema.parse(row);
      return pairOf(key_id, nonce);
    }),
  );
  // Of two that came at the same time, one is the first.
  return seen.map(({ keyId, nonce }) => burnt.delete(pairOf(keyId, nonce)));
});

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
