import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { auditText, NO_AUDIT_HASH, type ToldAudit, type ToldAuditRow } from '#contract/terminal-audit.ts';
import { inTransaction } from '../database/connect.ts';

/** What a terminal tells of its audit, verified against what it told before (docs/decisions/0048). */

export type FindingKind = 'changed' | 'missing' | 'out-of-place' | 'told-otherwise' | 'restored';

export type KeptAudit =
  | { readonly kind: 'kept'; readonly last: number }
  /** Rows before these are not here. */
  | { readonly kind: 'behind'; readonly last: number }
  /** Another row was told under this number. */
  | { readonly kind: 'otherwise'; readonly sequence: number };

export interface ToldPart {
  readonly terminalId: string;
  readonly chain: string;
  /** The row that stands before the first one of these at the terminal. */
  readonly after: number;
  readonly told: ToldAudit;
}

interface Finding {
  readonly kind: FindingKind;
  readonly sequence: number;
  readonly detail: Readonly<Record<string, string | number>>;
}

const chainSchema = z.object({
  last: z.coerce.number().int(),
  last_hash: z.instanceof(Buffer),
  erased_through: z.coerce.number().int().nullable(),
});
const knownSchema = z.array(z.object({ sequence: z.coerce.number().int(), hash: z.instanceof(Buffer) }));

/** All of it or nothing; findings stay in any case. The same again changes nothing. */
export function keepTerminalAudit(pool: pg.Pool, part: ToldPart, nowMs: number): Promise<KeptAudit> {
  const { terminalId, chain, after, told } = part;
  return inTransaction(pool, 'BEGIN', async (client): Promise<KeptAudit> => {
    // One batch of a terminal at a time, on whichever node.
    await client.query('SELECT 1 FROM terminal WHERE terminal_id = $1 FOR NO KEY UPDATE', [terminalId]);
    const { rows } = await client.query(
      'SELECT last, last_hash, erased_through FROM terminal_audit_chain WHERE terminal_id = $1 AND chain = $2',
      [terminalId, chain],
    );
    const known = rows.length === 0 ? null : chainSchema.parse(rows[0]);
    const last = known?.last ?? told.begins;
    if (after > last || (known === null && after !== told.begins)) return { kind: 'behind', last };

    const otherwise = await firstToldOtherwise(client, part, known);
    if (otherwise !== null) {
      await write(client, part, nowMs, [{ kind: 'told-otherwise', sequence: otherwise, detail: {} }]);
      return { kind: 'otherwise', sequence: otherwise };
    }
    const fresh = told.rows.filter(({ sequence }) => sequence > last);
    const newest = fresh.at(-1);
    if (newest === undefined) return { kind: 'kept', last };
    const begun = known === null ? await findingsOfBegin(client, part) : [];
    const before = known === null ? fresh[0]?.previousHash : known.last_hash.toString('hex');
    await write(client, part, nowMs, [
      ...begun,
      ...misfits(fresh, { sequence: last, hash: before ?? NO_AUDIT_HASH }),
    ]);
    await store(client, part, fresh, nowMs);
    await client.query(
      `INSERT INTO terminal_audit_chain (terminal_id, chain, begins, last, last_hash, begun_at, told_at)
       VALUES ($1, $2, $3, $4, decode($5, 'hex'), $6, $6)
       ON CONFLICT (terminal_id, chain) DO UPDATE SET last = $4, last_hash = decode($5, 'hex'), told_at = $6`,
      [terminalId, chain, told.begins, newest.sequence, newest.hash, new Date(nowMs)],
    );
    return { kind: 'kept', last: newest.sequence };
  });
}

/** Null: what was told before is told again as it was. */
async function firstToldOtherwise(
  client: pg.PoolClient,
  { terminalId, chain, told }: ToldPart,
  known: z.infer<typeof chainSchema> | null,
): Promise<number | null> {
  if (known === null) return null;
  // Of what was erased by its age, nobody can say any more how it was told.
  const erased = known.erased_through ?? 0;
  const again = told.rows.filter(({ sequence }) => sequence > erased && sequence <= known.last);
  if (again.length === 0) return null;
  const { rows } = await client.query(
    `SELECT sequence, hash FROM terminal_audit
     WHERE terminal_id = $1 AND chain = $2 AND sequence = ANY($3::bigint[])`,
    [terminalId, chain, again.map(({ sequence }) => sequence)],
  );
  const hashes = new Map(
    knownSchema.parse(rows).map(({ sequence, hash }) => [sequence, hash.toString('hex')]),
  );
  // One that was not there when its neighbours were told was put in since.
  return again.find((row) => hashes.get(row.sequence) !== row.hash)?.sequence ?? null;
}

/** Whether another chain of the terminal goes on in this one, and how much of that one is not there any more. */
async function findingsOfBegin(client: pg.PoolClient, part: ToldPart): Promise<Finding[]> {
  const { terminalId, chain, told } = part;
  const first = told.rows[0];
  if (first === undefined) return [];
  const { rows } = await client.query(
    `SELECT chain, last FROM terminal_audit_chain WHERE terminal_id = $1 AND chain <> $2
     ORDER BY told_at DESC, last DESC LIMIT 1`,
    [terminalId, chain],
  );
  const [earlier] = z.array(z.object({ chain: z.string(), last: z.coerce.number().int() })).parse(rows);
  const at = told.begins + 1;
  if (earlier === undefined) {
    if (told.begins > 0) return [{ kind: 'missing', sequence: 1, detail: { until: told.begins } }];
    return first.previousHash === NO_AUDIT_HASH
      ? []
      : [{ kind: 'out-of-place', sequence: first.sequence, detail: {} }];
  }
  if (earlier.last > told.begins)
    return [
      { kind: 'restored', sequence: at, detail: { chain: earlier.chain, from: at, until: earlier.last } },
    ];
  if (earlier.last < told.begins)
    return [{ kind: 'missing', sequence: earlier.last + 1, detail: { until: told.begins } }];
  const { rowCount } = await client.query(
    `SELECT 1 FROM terminal_audit_chain WHERE terminal_id = $1 AND chain = $2 AND last_hash = decode($3, 'hex')`,
    [terminalId, earlier.chain, first.previousHash],
  );
  return rowCount === 1 ? [] : [{ kind: 'out-of-place', sequence: first.sequence, detail: {} }];
}

function isOwn(row: ToldAuditRow): boolean {
  const hash = createHash('sha256').update(auditText(row, row.previousHash), 'utf8').digest('hex');
  return hash === row.hash;
}

function misfits(
  rows: readonly ToldAuditRow[],
  begin: { readonly sequence: number; readonly hash: string },
): Finding[] {
  let before = begin;
  return rows.flatMap((row) => {
    const { sequence, previousHash, hash } = row;
    const found: Finding[] = [];
    if (!isOwn(row)) found.push({ kind: 'changed', sequence, detail: {} });
    if (sequence !== before.sequence + 1)
      found.push({ kind: 'missing', sequence: before.sequence + 1, detail: { until: sequence - 1 } });
    else if (previousHash !== before.hash) found.push({ kind: 'out-of-place', sequence, detail: {} });
    before = { sequence, hash };
    return found;
  });
}

async function write(
  client: pg.PoolClient,
  { terminalId, chain }: ToldPart,
  nowMs: number,
  findings: readonly Finding[],
): Promise<void> {
  for (const { kind, sequence, detail } of findings)
    await client.query(
      `INSERT INTO terminal_audit_finding (terminal_id, chain, sequence, kind, detail, found_at)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [terminalId, chain, sequence, kind, JSON.stringify(detail), new Date(nowMs)],
    );
}

async function store(
  client: pg.PoolClient,
  { terminalId, chain }: ToldPart,
  rows: readonly ToldAuditRow[],
  nowMs: number,
): Promise<void> {
  await client.query(
    `INSERT INTO terminal_audit (terminal_id, chain, sequence, at_ms, event, actor, subject, disposition, detail,
       previous_hash, hash, told_at)
     SELECT $1, $2, r.sequence, r."atMs", r.event, r.actor, r.subject, r.disposition, r.detail,
       decode(r."previousHash", 'hex'), decode(r.hash, 'hex'), $4
     FROM jsonb_to_recordset($3::jsonb) AS r(sequence bigint, "atMs" bigint, event text, actor text, subject text,
       disposition text, detail text, "previousHash" text, hash text)`,
    [terminalId, chain, JSON.stringify(rows), new Date(nowMs)],
  );
}
