import type pg from 'pg';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import {
  MOST_SUCCESSIONS,
  SUCCESSION_CONTEXT,
  type SignedSuccession,
  type Succession,
} from '#contract/fleet.ts';
import { publicKeySchema, type PublicKey } from '#contract/terminal-identity.ts';
import { inTransaction } from '../database/connect.ts';
import { releasesConnected } from '../database/migrate.ts';
import { ownRelease } from '../database/release.ts';
import {
  insertKey,
  makeKey,
  newestKey,
  privateKeySchema,
  signingKey,
  SIGNING_KEYS_LOCK,
  type PublishedKey,
} from '../departments/platform-keys.ts';
import { writeFleetEvents } from './events.ts';

/** The key that signs orders, and how it is exchanged (docs/decisions/0063). */

/** What one answer is made by: the key of its orders, and how terminals come to it. */
export interface FleetKey extends PublishedKey {
  /** The oldest first; those from keys that were ended are not among them. */
  readonly successions: readonly SignedSuccession[];
}

const chainSchema = z.array(z.object({ statement: z.string(), signature: z.string() }));

/** Made by whoever needs it first. */
export async function fleetKey(pool: pg.Pool, nowMs: number): Promise<FleetKey> {
  const key = await signingKey(pool, 'fleet_key', nowMs);
  const { rows } = await pool.query(
    // What came behind the key that was just read is of the next look: it would lead to another.
    `SELECT k.statement, k.signature FROM fleet_key k JOIN fleet_key p ON p.key_id = k.succeeds
     WHERE p.ended_at IS NULL AND k.made_at <= (SELECT made_at FROM fleet_key WHERE key_id = $1) ORDER BY k.made_at`,
    [key.keyId],
  );
  return { ...key, successions: chainSchema.parse(rows) };
}

/** How many, and the first of them by name. */
export interface Terminals {
  readonly count: number;
  readonly some: readonly string[];
}

const SOME = 20;
/** Of terminals: what `Terminals` says of them. */
const SOME_OF_THEM = `count(*) AS count, coalesce((array_agg(terminal_id ORDER BY terminal_id))[1:${String(SOME)}], '{}') AS some`;
const terminalsSchema = z.object({ count: z.coerce.number(), some: z.array(z.string()) });

/**
 * Who would be left without orders: terminals that are not revoked, and have not said of any of these keys that they go by it; who was enrolled since
 * then has it.
 */
async function notOn(
  db: Pick<pg.Pool, 'query'>,
  keyIds: readonly string[],
  since: Date | null,
): Promise<Terminals> {
  const { rows } = await db.query(
    `SELECT ${SOME_OF_THEM} FROM terminal t LEFT JOIN fleet_terminal f USING (terminal_id)
     WHERE t.revoked_at IS NULL AND (f.report->>'fleetKeyId' = ANY ($1)) IS NOT TRUE
       AND NOT (f.report->>'fleetKeyId' IS NULL AND $2::timestamptz IS NOT NULL AND t.enrolled_at >= $2)`,
    [keyIds, since],
  );
  return terminalsSchema.parse(rows[0]);
}

/** Puts the next key there, which signs nothing yet: time for a backup that has it. Null: one is there already. */
export async function makeNextKey(pool: pg.Pool, nowMs: number): Promise<string | null> {
  const { keyId, publicKey, privateKey } = makeKey();
  return inTransaction(pool, 'BEGIN', async (client) => {
    const made = await client.query(
      `INSERT INTO fleet_key_next (key_id, public_key, private_key, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [keyId, JSON.stringify(publicKey), JSON.stringify(privateKey), new Date(nowMs)],
    );
    if (made.rowCount === 0) return null;
    await write(client, 'key.made', keyId, null, nowMs);
    return keyId;
  });
}

export type Exchanged =
  | { readonly kind: 'exchanged'; readonly from: string }
  | { readonly kind: 'not-next' }
  /** Nodes of these releases would sign by the old one for as long as they run. */
  | { readonly kind: 'older-nodes'; readonly releases: readonly number[] }
  /** More than a terminal is told of: the oldest is to be ended first. */
  | { readonly kind: 'too-many' }
  | { readonly kind: 'left-behind'; readonly behind: Terminals };

const nextSchema = z.object({ public_key: publicKeySchema, private_key: privateKeySchema });

/**
 * The next key takes the place of the one that signs now, which signs that as its last, and of which the private half is gone then. `leaveBehind`: also
 * when terminals have not said that they go by the present one, whose program may be too old to follow.
 */
export function exchangeKey(
  pool: pg.Pool,
  { keyId, leaveBehind }: { readonly keyId: string; readonly leaveBehind: boolean },
  nowMs: number,
): Promise<Exchanged> {
  return inTransaction(pool, SIGNING_KEYS_LOCK, async (client): Promise<Exchanged> => {
    const found = await client.query('SELECT public_key, private_key FROM fleet_key_next WHERE key_id = $1', [
      keyId,
    ]);
    const old = await newestKey(client, 'fleet_key');
    if (found.rows.length === 0 || old === null) return { kind: 'not-next' };
    const releases = (await releasesConnected(client)).filter((release) => release < ownRelease);
    if (releases.length > 0) return { kind: 'older-nodes', releases };
    const told = await client.query(
      'SELECT 1 FROM fleet_key k JOIN fleet_key p ON p.key_id = k.succeeds WHERE p.ended_at IS NULL',
    );
    if ((told.rowCount ?? 0) >= MOST_SUCCESSIONS) return { kind: 'too-many' };
    // Put back to a day before it was put in force, the platform is told so by terminals that go by it already.
    const behind = await notOn(client, [...(await keysLeadingOn(client)), keyId], null);
    if (behind.count > 0 && !leaveBehind) return { kind: 'left-behind', behind };
    const next = nextSchema.parse(found.rows[0]);
    const succession = signSuccession(old, next.public_key, nowMs);
    await insertKey(
      client,
      'fleet_key',
      { keyId, publicKey: next.public_key, privateKey: next.private_key },
      nowMs,
    );
    await client.query(
      // Of two that are there the newer one signs, whatever the clock says of the older one.
      `UPDATE fleet_key k SET succeeds = p.key_id, statement = $3, signature = $4,
         made_at = greatest(k.made_at, p.made_at + interval '1 millisecond')
       FROM fleet_key p WHERE k.key_id = $1 AND p.key_id = $2`,
      [keyId, old.keyId, succession.statement, succession.signature],
    );
    await client.query('UPDATE fleet_key SET private_key = NULL WHERE key_id = $1', [old.keyId]);
    await client.query('DELETE FROM fleet_key_next');
    await write(client, 'key.exchanged', keyId, `from ${old.keyId}`, nowMs);
    return { kind: 'exchanged', from: old.keyId };
  });
}

/** Exported for tests, which bend it. */
export function signSuccession(by: PublishedKey, to: PublicKey, nowMs: number): SignedSuccession {
  const succession: Succession = { form: 1, from: by.keyId, to, at: new Date(nowMs).toISOString() };
  const statement = canonicalJson(succession);
  return { statement, signature: by.sign(Buffer.from(SUCCESSION_CONTEXT + statement)).toString('base64url') };
}

const keyIdsSchema = z.array(z.object({ key_id: z.string() }));

/** The one that signs, and those from which terminals are still told the way to it. */
async function keysLeadingOn(db: Pick<pg.Pool, 'query'>): Promise<string[]> {
  const { rows } = await db.query('SELECT key_id FROM fleet_key WHERE ended_at IS NULL');
  return keyIdsSchema.parse(rows).map(({ key_id }) => key_id);
}

export type EndedKey =
  | { readonly kind: 'ended'; readonly behind: Terminals }
  | { readonly kind: 'unknown' | 'signs-now' }
  | { readonly kind: 'left-behind'; readonly behind: Terminals };

const endingSchema = z.object({ made_at: z.date(), next_at: z.date().nullable() });

/** With all before it: nobody is told any more how to come on from these. `leaveBehind`: also when terminals have not said that they go by a later one. */
export function endKey(
  pool: pg.Pool,
  { keyId, leaveBehind }: { readonly keyId: string; readonly leaveBehind: boolean },
  nowMs: number,
): Promise<EndedKey> {
  return inTransaction(pool, SIGNING_KEYS_LOCK, async (client): Promise<EndedKey> => {
    const found = await client.query(
      `SELECT k.made_at, n.made_at AS next_at FROM fleet_key k LEFT JOIN fleet_key n ON n.succeeds = k.key_id
       WHERE k.key_id = $1 AND k.ended_at IS NULL`,
      [keyId],
    );
    if (found.rows.length === 0) return { kind: 'unknown' };
    const { made_at: madeAt, next_at: nextAt } = endingSchema.parse(found.rows[0]);
    if (nextAt === null) return { kind: 'signs-now' };
    const later = await client.query('SELECT key_id FROM fleet_key WHERE made_at > $1', [madeAt]);
    const laterIds = keyIdsSchema.parse(later.rows).map(({ key_id }) => key_id);
    const behind = await notOn(client, laterIds, nextAt);
    if (behind.count > 0 && !leaveBehind) return { kind: 'left-behind', behind };
    await client.query('UPDATE fleet_key SET ended_at = $2 WHERE made_at <= $1 AND ended_at IS NULL', [
      madeAt,
      new Date(nowMs),
    ]);
    await write(client, 'key.ended', keyId, `${String(behind.count)} terminals behind`, nowMs);
    return { kind: 'ended', behind };
  });
}

const listedSchema = z.array(
  z.object({
    key_id: z.string(),
    made_at: z.date(),
    state: z.enum(['next', 'signs', 'leads on', 'ended']),
  }),
);
const saidSchema = z.array(terminalsSchema.extend({ said: z.string() }));

export interface ListedKeys {
  /** The newest first, each with the terminals that have said that they go by it. */
  readonly keys: readonly (z.infer<typeof listedSchema>[number] & { readonly terminals: Terminals })[];
  readonly silent: Terminals;
  /** By their own word they go by a key that is none of these. */
  readonly elsewhere: Terminals;
}

/** Of terminals that are not revoked. */
export async function listKeys(pool: pg.Pool): Promise<ListedKeys> {
  const listed = await pool.query(
    `SELECT * FROM (
       SELECT key_id, made_at, 'next' AS state FROM fleet_key_next
       UNION ALL
       SELECT k.key_id, k.made_at, CASE WHEN k.ended_at IS NOT NULL THEN 'ended' WHEN n.key_id IS NULL THEN 'signs' ELSE 'leads on' END
       FROM fleet_key k LEFT JOIN fleet_key n ON n.succeeds = k.key_id) AS keys
     ORDER BY state = 'next' DESC, made_at DESC`,
  );
  const keys = listedSchema.parse(listed.rows);
  const { rows } = await pool.query(
    `SELECT CASE WHEN key_id IS NULL THEN 'nothing' WHEN key_id = ANY ($1) THEN key_id ELSE 'another' END AS said, ${SOME_OF_THEM}
     FROM (SELECT t.terminal_id, f.report->>'fleetKeyId' AS key_id FROM terminal t LEFT JOIN fleet_terminal f USING (terminal_id)
       WHERE t.revoked_at IS NULL) AS terminals
     GROUP BY said`,
    [keys.map(({ key_id }) => key_id)],
  );
  const bySaid = new Map(saidSchema.parse(rows).map(({ said, ...terminals }) => [said, terminals]));
  const who = (said: string): Terminals => bySaid.get(said) ?? { count: 0, some: [] };
  return {
    keys: keys.map((key) => ({ ...key, terminals: who(key.key_id) })),
    silent: who('nothing'),
    elsewhere: who('another'),
  };
}

async function write(
  client: pg.PoolClient,
  event: 'key.made' | 'key.exchanged' | 'key.ended',
  subject: string,
  detail: string | null,
  nowMs: number,
): Promise<void> {
  await writeFleetEvents(client, [{ event, terminalId: null, subject, detail }], nowMs);
}
