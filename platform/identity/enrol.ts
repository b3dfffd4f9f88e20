import type pg from 'pg';
import { z } from 'zod';
import type { Enrolled, EnrolmentRefusal, EnrolmentRequest, PublicKey } from '#contract/terminal-identity.ts';
import { inTransaction } from '../database/connect.ts';
import { hashOfCode } from './enrolment-codes.ts';
import { keyIdOf } from './key-id.ts';

export type EnrolOutcome =
  | { readonly kind: 'enrolled'; readonly enrolled: Enrolled }
  | { readonly kind: 'refused'; readonly refusal: EnrolmentRefusal };

const refused = (refusal: EnrolmentRefusal): EnrolOutcome => ({ kind: 'refused', refusal });

const codeRowSchema = z.object({
  terminal_id: z.string(),
  station_id: z.string(),
  expires_at: z.date(),
  used_by_key: z.string().nullable(),
});
const terminalRowSchema = z.object({
  station_id: z.string(),
  key_id: z.string(),
  enrolled_at: z.date(),
  revoked: z.boolean(),
});

/**
 * One code makes one terminal known by one key. Who asks again with the same code and key gets the same
 * answer. A revoked terminal comes back with a new code and a new key. The request's signature by its key was verified
 * before.
 */
export async function enrolTerminal(
  pool: pg.Pool,
  request: EnrolmentRequest,
  nowMs: number,
): Promise<EnrolOutcome> {
  const keyId = keyIdOf(request.publicKey);
  const codeHash = hashOfCode(request.code);
  return inTransaction(pool, 'BEGIN', async (client): Promise<EnrolOutcome> => {
    const code = await oneRow(
      client,
      codeRowSchema,
      'SELECT terminal_id, station_id, expires_at, used_by_key FROM enrolment_code WHERE code_sha256 = $1 FOR UPDATE',
      [codeHash],
    );
    // A code of another terminal is none: nothing is told about it.
    if (code?.terminal_id !== request.terminalId || code.station_id !== request.stationId) {
      return refused('ENROLMENT_CODE_UNKNOWN');
    }
    if (code.used_by_key !== null && code.used_by_key !== keyId) return refused('ENROLMENT_CODE_USED');
    const terminal = await lockTerminal(client, request.terminalId);
    if (terminal?.key_id === keyId && !terminal.revoked && terminal.station_id === request.stationId) {
      // The first answer was lost, or a key change put it there. The code is spent either way.
      await useCode(client, codeHash, keyId, nowMs);
      return enrolled(request, keyId, terminal.enrolled_at);
    }
    if (code.used_by_key !== null) return refused('ENROLMENT_CODE_USED');
    if (code.expires_at.getTime() <= nowMs) return refused('ENROLMENT_CODE_EXPIRED');
    if (terminal !== null && !terminal.revoked) return refused('TERMINAL_ALREADY_ENROLLED');
    if (!(await addKey(client, request.terminalId, request.publicKey, keyId, nowMs)))
      return refused('KEY_IN_USE');
    await client.query(
      `INSERT INTO terminal (terminal_id, station_id, key_id, enrolled_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (terminal_id) DO UPDATE
       SET station_id = $2, key_id = $3, enrolled_at = $4, revoked_at = NULL, revoke_reason = NULL`,
      [request.terminalId, request.stationId, keyId, new Date(nowMs)],
    );
    await useCode(client, codeHash, keyId, nowMs);
    return enrolled(request, keyId, new Date(nowMs));
  });
}

/** The new key takes the place of the old one in one transaction; asked again, it is there already. */
export async function changeKey(
  pool: pg.Pool,
  terminalId: string,
  publicKey: PublicKey,
  nowMs: number,
): Promise<EnrolOutcome> {
  const keyId = keyIdOf(publicKey);
  return inTransaction(pool, 'BEGIN', async (client): Promise<EnrolOutcome> => {
    const terminal = await lockTerminal(client, terminalId);
    if (terminal === null) throw new Error('a verified terminal is not there');
    const asked = { terminalId, stationId: terminal.station_id };
    if (terminal.key_id === keyId) return enrolled(asked, keyId, terminal.enrolled_at);
    if (!(await addKey(client, terminalId, publicKey, keyId, nowMs))) return refused('KEY_IN_USE');
    await client.query('UPDATE terminal SET key_id = $2 WHERE terminal_id = $1', [terminalId, keyId]);
    return enrolled(asked, keyId, terminal.enrolled_at);
  });
}

function enrolled(
  { terminalId, stationId }: { readonly terminalId: string; readonly stationId: string },
  keyId: string,
  enrolledAt: Date,
): EnrolOutcome {
  return {
    kind: 'enrolled',
    enrolled: { terminalId, stationId, keyId, enrolledAt: enrolledAt.toISOString() },
  };
}

function lockTerminal(
  client: pg.PoolClient,
  terminalId: string,
): Promise<z.infer<typeof terminalRowSchema> | null> {
  return oneRow(
    client,
    terminalRowSchema,
    `SELECT station_id, key_id, enrolled_at, revoked_at IS NOT NULL AS revoked
     FROM terminal WHERE terminal_id = $1 FOR UPDATE`,
    [terminalId],
  );
}

/** False when the key is known already, as anybody's. */
async function addKey(
  client: pg.PoolClient,
  terminalId: string,
  publicKey: PublicKey,
  keyId: string,
  nowMs: number,
): Promise<boolean> {
  const added = await client.query(
    `INSERT INTO terminal_key (key_id, terminal_id, public_key, since) VALUES ($1, $2, $3, $4)
     ON CONFLICT (key_id) DO NOTHING`,
    [keyId, terminalId, JSON.stringify(publicKey), new Date(nowMs)],
  );
  return added.rowCount === 1;
}

async function useCode(client: pg.PoolClient, codeHash: string, keyId: string, nowMs: number): Promise<void> {
  await client.query(
    'UPDATE enrolment_code SET used_at = coalesce(used_at, $2), used_by_key = $3 WHERE code_sha256 = $1',
    [codeHash, new Date(nowMs), keyId],
  );
}

async function oneRow<T>(
  client: pg.PoolClient,
  schema: z.ZodType<T>,
  sql: string,
  values: unknown[],
): Promise<T | null> {
  const { rows } = await client.query(sql, values);
  return rows.length === 0 ? null : schema.parse(rows[0]);
}
