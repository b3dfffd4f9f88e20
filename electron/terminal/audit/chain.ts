import { hash as digest } from 'node:crypto';
import { auditText, NO_AUDIT_HASH, type AuditContent } from '#contract/terminal-audit.ts';

/** A row as it lies in the store. A hash that is null or of another length is nobody's, and fits nothing. */
export interface ChainedRow extends AuditContent {
  readonly previousHash: string;
  readonly hash: string;
}

export const AUDIT_COLUMNS =
  'sequence, at_ms, event, actor, subject, disposition, detail, previous_hash, hash';

export function hashOfRow(content: AuditContent, previousHash: string): string {
  return digest('sha256', auditText(content, previousHash), 'hex');
}

/** As the column holds it. */
export function hashBytes(hash: string): Buffer {
  return Buffer.from(hash, 'hex');
}

/** The hash of the last row, to which the next one is chained. */
export function hashInColumn(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '';
}

export function readRow(row: Record<string, unknown>): ChainedRow {
  return {
    sequence: Number(row['sequence']),
    atMs: Number(row['at_ms']),
    event: String(row['event']),
    actor: String(row['actor']),
    subject: textOrNull(row['subject']),
    disposition: String(row['disposition']),
    detail: textOrNull(row['detail']),
    previousHash: hashInColumn(row['previous_hash']),
    hash: hashInColumn(row['hash']),
  };
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** What stands before the row that is looked at. */
export interface Before {
  readonly sequence: number;
  readonly hash: string;
}

export const NOTHING_BEFORE: Before = { sequence: 0, hash: NO_AUDIT_HASH };

/** `out-of-place`: it is as it was written, and not behind the row that stands there. */
export type Misfit = 'missing' | 'changed' | 'out-of-place';

/** Null: the row is the one that was written behind `before`. */
export function misfitOf(row: ChainedRow, before: Before): Misfit | null {
  if (row.hash !== hashOfRow(row, row.previousHash)) return 'changed';
  if (row.sequence !== before.sequence + 1) return 'missing';
  return row.previousHash === before.hash ? null : 'out-of-place';
}
