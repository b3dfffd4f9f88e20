import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import {
  COMMAND_CONTEXT,
  MOST_ORDERS_AT_ONCE,
  orderSchema,
  type Command,
  type Order,
  type Outcome,
  type SignedCommand,
} from '#contract/fleet.ts';
import { inTransaction } from '../database/connect.ts';
import type { PlatformKey } from '../departments/platform-keys.ts';
import { writeFleetEvents } from './events.ts';

/** Orders count from this before they were given: no terminal's clock is quite the platform's. */
const CLOCKS_DIFFER_MS = 300_000;

export interface Ordered {
  readonly terminalId: string;
  readonly order: Order;
  /** After it the terminal refuses the order, in milliseconds. */
  readonly validForMs: number;
  readonly releaseId: string | null;
}

/** The statement, signed. Exported for tests, which bend it. */
export function signCommand(key: PlatformKey, command: Command): SignedCommand {
  return signStatement(key, canonicalJson(command));
}

function signStatement(key: PlatformKey, statement: string): SignedCommand {
  const signature = key.sign(Buffer.from(COMMAND_CONTEXT + statement)).toString('base64url');
  return { statement, keyId: key.keyId, signature };
}

/** Signs an order and lays it down for its terminal to fetch. Returns the id. The terminal must be enrolled: a programmer's error otherwise. */
export async function giveOrder(
  pool: Pick<pg.Pool, 'query'>,
  key: PlatformKey,
  { terminalId, order, validForMs, releaseId }: Ordered,
  nowMs: number,
): Promise<string> {
  const commandId = randomUUID();
  const expiresAt = new Date(nowMs + validForMs);
  const { statement, keyId, signature } = signCommand(key, {
    form: 1,
    terminalId,
    commandId,
    notBefore: new Date(nowMs - CLOCKS_DIFFER_MS).toISOString(),
    expires: expiresAt.toISOString(),
    order: orderSchema.parse(order),
  });
  await pool.query(
    `INSERT INTO fleet_command (command_id, terminal_id, kind, release_id, ordered_at, expires_at, statement, key_id, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [commandId, terminalId, order.kind, releaseId, new Date(nowMs), expiresAt, statement, keyId, signature],
  );
  await writeFleetEvents(
    pool,
    [{ event: 'command.ordered', terminalId, subject: commandId, detail: canonicalJson(order) }],
    nowMs,
  );
  return commandId;
}

const claimedSchema = z.array(z.object({ command_id: z.string() }));
const waitingSchema = z.array(
  z.object({ command_id: z.string(), statement: z.string(), key_id: z.string(), signature: z.string() }),
);

/**
 * What the terminal has not settled, the oldest first; the same again until it has. What was withdrawn before it was fetched is not among it. What was
 * signed by a key that was exchanged since is signed by this one: a terminal goes by one key.
 */
export async function waitingCommands(
  pool: pg.Pool,
  key: PlatformKey,
  terminalId: string,
  nowMs: number,
): Promise<SignedCommand[]> {
  const among = [terminalId, new Date(nowMs), MOST_ORDERS_AT_ONCE];
  // Whoever withdraws looks whether it was fetched: of the two, the one that has the row first decides for both.
  const claimed = await pool.query(
    `UPDATE fleet_command SET fetched_at = $2
     WHERE settled_at IS NULL AND fetched_at IS NULL AND command_id IN (
       SELECT command_id FROM fleet_command
       WHERE terminal_id = $1 AND settled_at IS NULL AND expires_at > $2 ORDER BY seq LIMIT $3)
     RETURNING command_id`,
    among,
  );
  await writeFleetEvents(
    pool,
    claimedSchema.parse(claimed.rows).map(({ command_id: subject }) => ({
      event: 'command.fetched',
      terminalId,
      subject,
      detail: null,
    })),
    nowMs,
  );
  const { rows } = await pool.query(
    `SELECT command_id, statement, key_id, signature FROM fleet_command
     WHERE terminal_id = $1 AND settled_at IS NULL AND expires_at > $2 AND fetched_at IS NOT NULL ORDER BY seq LIMIT $3`,
    among,
  );
  const waiting: SignedCommand[] = [];
  for (const { command_id, statement, key_id: keyId, signature } of waitingSchema.parse(rows))
    waiting.push(
      keyId === key.keyId
        ? { statement, keyId, signature }
        : await signAnew(pool, key, command_id, statement),
    );
  return waiting;
}

async function signAnew(
  pool: pg.Pool,
  key: PlatformKey,
  commandId: string,
  statement: string,
): Promise<SignedCommand> {
  const signed = signStatement(key, statement);
  await pool.query('UPDATE fleet_command SET key_id = $2, signature = $3 WHERE command_id = $1', [
    commandId,
    signed.keyId,
    signed.signature,
  ]);
  return signed;
}

const settledSchema = z.object({ release_id: z.string().nullable() });

/** The first word of the terminal to which the order went stands. False: there is no such order to this terminal. */
export async function settleCommand(
  pool: pg.Pool,
  terminalId: string,
  commandId: string,
  outcome: Outcome,
  nowMs: number,
): Promise<boolean> {
  return inTransaction(pool, 'BEGIN', async (client) => {
    const settled = await client.query(
      `UPDATE fleet_command SET settled_at = $3, result = $4, code = $5, log = $6
       WHERE command_id = $1 AND terminal_id = $2 AND settled_at IS NULL RETURNING release_id`,
      [commandId, terminalId, new Date(nowMs), outcome.result, outcome.code, outcome.log],
    );
    if (settled.rowCount === 0) {
      const known = await client.query(
        'SELECT 1 FROM fleet_command WHERE command_id = $1 AND terminal_id = $2',
        [commandId, terminalId],
      );
      return known.rowCount === 1;
    }
    const { release_id: releaseId } = settledSchema.parse(settled.rows[0]);
    if (releaseId !== null && outcome.result !== 'done') {
      await client.query(
        `UPDATE fleet_rollout SET failed = coalesce(failed, $3), healthy_since = NULL
         WHERE release_id = $1 AND terminal_id = $2`,
        [releaseId, terminalId, outcome.code ?? outcome.result],
      );
    }
    const detail = outcome.code === null ? outcome.result : `${outcome.result} ${outcome.code}`;
    await writeFleetEvents(
      client,
      [{ event: 'command.settled', terminalId, subject: commandId, detail }],
      nowMs,
    );
    return true;
  });
}
