import type { DatabaseSync } from 'node:sqlite';
import {
  AUDIT_COLUMNS,
  hashBytes,
  hashOfRow,
  misfitOf,
  NOTHING_BEFORE,
  readRow,
  type Before,
  type ChainedRow,
} from '../audit/chain.ts';

const PAGE = 1000;

/** Inside the migration: every row, as it is found, behind the one before it. */
export function chainWhatIsThere(database: DatabaseSync): void {
  let before = NOTHING_BEFORE;
  for (const row of rowsOf(database)) before = chain(database, row, before);
}

/**
 * At the end of a recovery. What was read of two copies is one chain again where it fits; where something is missing, and behind the
 * last row that did read, since nobody knows what followed it, a new piece begins. Every row is in a piece afterwards, or the
 * platform would never be told of it.
 */
export function mendAuditChain(database: DatabaseSync): void {
  database.exec('BEGIN');
  let before = NOTHING_BEFORE;
  for (const found of rowsOf(database)) {
    // A backup of before there were hashes: it fills a gap, and what follows says whether it fits.
    const row = found.hash === '' ? { ...found, ...chain(database, found, before) } : found;
    // A row that was changed stays what it is, and is found: no recovery makes it good.
    const misfit = misfitOf(row, before);
    // The names of the pieces may be what did not read.
    const isInNone = before === NOTHING_BEFORE && !isInPiece(database, row.sequence);
    if (misfit === 'missing' || misfit === 'out-of-place' || isInNone) beginPiece(database, row.sequence);
    before = { sequence: row.sequence, hash: row.hash };
  }
  beginPiece(database, before.sequence + 1);
  database.exec('COMMIT');
}

function isInPiece(database: DatabaseSync, sequence: number): boolean {
  return (
    database.prepare('SELECT 1 FROM audit_piece WHERE first_sequence <= ? LIMIT 1').get(sequence) !==
    undefined
  );
}

function beginPiece(database: DatabaseSync, sequence: number): void {
  database
    .prepare(
      `INSERT INTO audit_piece (first_sequence, chain, why) VALUES (?, lower(hex(randomblob(16))), 'recovered')
       ON CONFLICT (first_sequence) DO NOTHING`,
    )
    .run(sequence);
}

function chain(database: DatabaseSync, row: ChainedRow, before: Before): Before {
  const hash = hashOfRow(row, before.hash);
  database
    .prepare('UPDATE audit SET previous_hash = ?, hash = ? WHERE sequence = ?')
    .run(hashBytes(before.hash), hashBytes(hash), row.sequence);
  return { sequence: row.sequence, hash };
}

/** A page at a time: a terminal has a million of them after some years. */
function* rowsOf(database: DatabaseSync): Generator<ChainedRow> {
  const select = database.prepare(
    `SELECT ${AUDIT_COLUMNS} FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ${PAGE}`,
  );
  let after = 0;
  for (;;) {
    const rows = select.all(after).map(readRow);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.sequence;
  }
}
