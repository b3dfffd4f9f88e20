import type pg from 'pg';
import { z } from 'zod';
import { publicKeySchema, type PublicKey } from '#contract/terminal-identity.ts';
import { askTogether } from '../database/ask-together.ts';
import { inTransaction, runPrepared } from '../database/connect.ts';

/** Whose key it is, if it is the one that is accepted of him. */
export interface KnownTerminal {
  readonly terminalId: string;
  readonly stationId: string;
  readonly publicKey: PublicKey;
  readonly isRevoked: boolean;
}

const knownRowSchema = z.object({
  key_id: z.string(),
  terminal_id: z.string(),
  station_id: z.string(),
  public_key: publicKeySchema,
  revoked: z.boolean(),
});

/**
 * Null for a key that nobody has, or has any more. Asked at every request and kept nowhere, so that a revocation holds
 * at once on every node.
 */
export const terminalByKey = askTogether<string, KnownTerminal | null>(async (pool, keyIds) => {
  const { rows } = await runPrepared(
    pool,
    `SELECT t.key_id, t.terminal_id, t.station_id, k.public_key, t.revoked_at IS NOT NULL AS revoked
     FROM terminal t JOIN terminal_key k USING (key_id) WHERE t.key_id = ANY($1::text[])`,
    [[...new Set(keyIds)]],
  );
  const known = new Map(
    rows.map((found) => {
      const row = knownRowSchema.parse(found);
      return [
        row.key_id,
        {
          terminalId: row.terminal_id,
          stationId: row.station_id,
          publicKey: row.public_key,
          isRevoked: row.revoked,
        },
      ];
    }),
  );
  return keyIds.map((keyId) => known.get(keyId) ?? null);
});

/** False when the terminal is not there, or was revoked before. Codes that wait for it go with it. */
export async function revokeTerminal(
  pool: pg.Pool,
  terminalId: string,
  reason: string,
  nowMs: number,
): Promise<boolean> {
  return inTransaction(pool, 'BEGIN', async (client) => {
    const revoked = await client.query(
      'UPDATE terminal SET revoked_at = $2, revoke_reason = $3 WHERE terminal_id = $1 AND revoked_at IS NULL',
      [terminalId, new Date(nowMs), reason],
    );
    await client.query(
      'UPDATE enrolment_code SET expires_at = least(expires_at, $2) WHERE terminal_id = $1 AND used_at IS NULL',
      [terminalId, new Date(nowMs)],
    );
    return revoked.rowCount === 1;
  });
}

const listedRowSchema = z.object({
  terminal_id: z.string(),
  station_id: z.string(),
  key_id: z.string(),
  enrolled_at: z.date(),
  revoked_at: z.date().nullable(),
  revoke_reason: z.string().nullable(),
});
export type ListedTerminal = z.infer<typeof listedRowSchema>;

export async function listTerminals(pool: pg.Pool): Promise<ListedTerminal[]> {
  const { rows } = await pool.query(
    `SELECT terminal_id, station_id, key_id, enrolled_at, revoked_at, revoke_reason
     FROM terminal ORDER BY station_id, terminal_id`,
  );
  return rows.map((row) => listedRowSchema.parse(row));
}
