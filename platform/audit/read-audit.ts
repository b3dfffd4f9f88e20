import type pg from 'pg';
import { z } from 'zod';
import { csvLines, csvTable, type CsvRow } from '#contract/csv.ts';
import { AUDIT_COLUMNS, isOwnHash, readRow, type AuditEntry } from './audit.ts';

/** No older day is in any audit, and not every day of the calendar is one to PostgreSQL. */
const daySchema = z
  .string()
  .trim()
  .pipe(z.union([z.literal(''), z.iso.date().refine((day) => day >= '2000-01-01')]));

/**
 * As the auditor says it: days of China's clock, both with themselves. Empty: no limit. What cannot be looked for is no filter that is left
 * out: everybody's rows would pass for one's.
 */
export const auditFilterSchema = z.object({
  official: z
    .string()
    .trim()
    .toLowerCase()
    .max(30)
    .regex(/^[a-z0-9.-]*$/),
  caseNo: z
    .string()
    .transform((typed) => typed.replace(/\s/g, '').toUpperCase())
    .pipe(
      z
        .string()
        .max(50)
        .regex(/^[A-Z0-9-]*$/),
    ),
  from: daySchema,
  until: daySchema,
  /** Behind this one, going back. */
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** `changed`: it is not as it was written. `unreadable`: of no shape that the desk writes. */
export type ReadEntry =
  | { readonly state: 'whole' | 'changed'; readonly seq: number; readonly entry: AuditEntry }
  | { readonly state: 'unreadable'; readonly seq: number };

/** The newest first. */
export async function readAudit(pool: pg.Pool, filter: AuditFilter, limit: number): Promise<ReadEntry[]> {
  const { official, caseNo, from, until, before } = filter;
  const { rows } = await pool.query(
    `SELECT ${AUDIT_COLUMNS} FROM desk_audit
     WHERE ($1 = '' OR official_id = $1) AND ($2 = '' OR case_no = $2)
       AND ($3 = '' OR at >= ($3 || ' 00:00:00+08')::timestamptz)
       AND ($4 = '' OR at < ($4 || ' 00:00:00+08')::timestamptz + interval '1 day')
       AND ($5::bigint IS NULL OR seq < $5)
     ORDER BY seq DESC LIMIT $6`,
    [official, caseNo, from, until, before ?? null, limit],
  );
  return rows.map((row): ReadEntry => {
    const { seq, entry } = readRow(row);
    if (entry === null) return { state: 'unreadable', seq };
    return { state: isOwnHash(entry) ? 'whole' : 'changed', seq, entry };
  });
}

const PAGE = 1000;

/** As CSV (RFC 4180) with a byte-order mark, the newest first, a thousand rows in memory at a time. */
export async function* auditCsv(pool: pg.Pool, filter: AuditFilter): AsyncGenerator<string> {
  yield csvTable([['seq', 'at', 'official', 'event', 'case', 'disposition', 'detail', 'hash', 'state']]);
  let before = filter.before;
  for (;;) {
    const entries = await readAudit(pool, { ...filter, before }, PAGE);
    if (entries.length > 0) yield csvLines(entries.map(csvOf));
    const last = entries.at(-1);
    if (entries.length < PAGE || last === undefined) return;
    before = last.seq;
  }
}

function csvOf(read: ReadEntry): CsvRow {
  if (read.state === 'unreadable') return [String(read.seq), '', '', '', '', '', '', '', read.state];
  const { entry } = read;
  return [
    String(entry.seq),
    new Date(entry.atMs).toISOString(),
    entry.officialId ?? '',
    entry.event,
    entry.caseNo ?? '',
    entry.disposition,
    JSON.stringify(entry.detail),
    entry.hash.toString('hex'),
    read.state,
  ];
}
