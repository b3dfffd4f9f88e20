import type { Store } from '../store/store.ts';
import { AUDIT_COLUMNS, misfitOf, NOTHING_BEFORE, readRow, type Before, type Misfit } from './chain.ts';

export type Verified =
  /** `recoveries`: rows before which others could not be read when the store was damaged. */
  | {
      readonly kind: 'whole';
      readonly rows: number;
      readonly head: Before;
      readonly recoveries: number[];
    }
  /** `cut-off`: it ends before a row that the platform was told. */
  | { readonly kind: 'broken'; readonly sequence: number; readonly why: Misfit | 'cut-off' };

/** Rows at a time; some ten milliseconds on a weak board. */
export const VERIFIED_AT_ONCE = 1000;

/** One page each time; undefined: more is to come. */
export type Verification = () => Verified | undefined;

/**
 * Looks the audit through, behind `after` rows from the beginning. What was cut off its end and was never told to the platform
 * is found by nobody: the chain says nothing of what comes (decision 0048).
 */
export function verification(store: Store, after: number): Verification {
  const pieces = new Map(
    store
      .sql('SELECT first_sequence, why FROM audit_piece')
      .all()
      .map((row) => [Number(row['first_sequence']), String(row['why'])]),
  );
  const recoveries: number[] = [];
  let before = rowAt(store, after);
  let rows = 0;

  return () => {
    const first = Number(store.sql('SELECT min(sequence) AS first FROM audit').get()?.['first'] ?? 1);
    if (first < 1) return { kind: 'broken', sequence: first, why: 'out-of-place' };
    const page = store
      .sql(`SELECT ${AUDIT_COLUMNS} FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?`)
      .all(before.sequence, VERIFIED_AT_ONCE)
      .map(readRow);
    for (const row of page) {
      const misfit = misfitOf(row, before);
      const isKnownGap = misfit !== 'changed' && pieces.get(row.sequence) === 'recovered';
      if (misfit !== null && !isKnownGap) {
        const sequence = misfit === 'missing' ? before.sequence + 1 : row.sequence;
        return { kind: 'broken', sequence, why: misfit };
      }
      if (misfit !== null) recoveries.push(row.sequence);
      before = { sequence: row.sequence, hash: row.hash };
      rows += 1;
    }
    if (page.length === VERIFIED_AT_ONCE) return undefined;
    const told = Number(store.sql('SELECT sequence FROM audit_told').get()?.['sequence'] ?? 0);
    if (told > before.sequence) return { kind: 'broken', sequence: before.sequence + 1, why: 'cut-off' };
    return { kind: 'whole', rows, head: before, recoveries };
  };
}

/** The newest rows, in one go: for each start. */
export function verifyNewest(store: Store): Verified {
  const last = Number(store.sql('SELECT max(sequence) AS last FROM audit').get()?.['last'] ?? 0);
  // One row less than a page, so that the first call comes to the end.
  const verify = verification(store, Math.max(0, last - VERIFIED_AT_ONCE + 1));
  for (;;) {
    const verified = verify();
    if (verified !== undefined) return verified;
  }
}

/** Taken at its word: what stands before it was looked at when it was written. */
function rowAt(store: Store, sequence: number): Before {
  if (sequence === 0) return NOTHING_BEFORE;
  const row = store.sql(`SELECT ${AUDIT_COLUMNS} FROM audit WHERE sequence = ?`).get(sequence);
  return row === undefined ? { sequence, hash: '' } : { sequence, hash: readRow(row).hash };
}
