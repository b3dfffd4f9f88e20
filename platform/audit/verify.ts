import type pg from 'pg';
import { AUDIT_COLUMNS, isOwnHash, NO_HASH, readRow } from './audit.ts';

export type Verified =
  | { readonly kind: 'whole'; readonly rows: number; readonly head: string }
  /** `seq`: the first row that does not fit what stands before it. */
  | { readonly kind: 'broken'; readonly seq: number; readonly why: 'missing' | 'changed' | 'cut-off' };

const PAGE = 1000;

/**
 * Goes through the whole chain. Rows that are taken off its end leave it whole: `expected` is a head that was written down
 * elsewhere before (`SEQ:HASH`), and must still be in it.
 */
export async function verifyAudit(
  pool: pg.Pool,
  expected: { readonly seq: number; readonly hash: string } | null,
): Promise<Verified> {
  let previous: Buffer = NO_HASH;
  let seq = 0;
  for (;;) {
    const { rows } = await pool.query(
      `SELECT ${AUDIT_COLUMNS} FROM desk_audit WHERE seq > $1 ORDER BY seq LIMIT $2`,
      [seq, PAGE],
    );
    for (const row of rows) {
      const { seq: found, entry } = readRow(row);
      if (found !== seq + 1) return { kind: 'broken', seq: seq + 1, why: 'missing' };
      // No row that the desk has written is of another shape.
      if (entry === null) return { kind: 'broken', seq: found, why: 'changed' };
      const isChained = entry.previousHash.equals(previous) && isOwnHash(entry);
      const isExpected = expected?.seq !== entry.seq || expected.hash === entry.hash.toString('hex');
      if (!isChained || !isExpected) return { kind: 'broken', seq: entry.seq, why: 'changed' };
      previous = entry.hash;
      seq = entry.seq;
    }
    if (rows.length < PAGE) break;
  }
  if (expected !== null && expected.seq > seq) return { kind: 'broken', seq: seq + 1, why: 'cut-off' };
  return { kind: 'whole', rows: seq, head: `${String(seq)}:${previous.toString('hex')}` };
}
