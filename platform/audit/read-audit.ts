import type pg from 'pg';
import { z } from 'zod';
import { csvLines, csvTable, type CsvRow } from '#contract/csv.ts';
import { entrySchema, type AuditEntry } from './audit.ts';

/** Days as the auditor says them, of China's clock; both with themselves. Empty: no limit. */
export const auditFilterSchema = z.object({
  official: z
    .string()
    .trim()
    .max(30)
    .regex(/^[a-z0-9.-]*$/)
    .catch(''),
  caseNo: z
    .string()
    .trim()
    .max(50)
    .regex(/^[A-Za-z0-9-]*$/)
    .catch(''),
  from: z.union([z.literal(''), z.iso.date()]).catch(''),
  until: z.union([z.literal(''), z.iso.date()]).catch(''),
  /** Behind this one, going back. */
  before: z.coerce.number().int().positive().optional().catch(undefined),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** The newest first. */
export async function readAudit(pool: pg.Pool, filter: AuditFilter, limit: number): Promise<AuditEntry[]> {
  const { official, caseNo, from, until, before } = filter;
  const { rows } = await pool.query(
    `SELECT seq, at, official_id, event, case_no, disposition, detail, previous_hash, hash FROM desk_audit
     WHERE ($1 = '' OR official_id = $1) AND ($2 = '' OR case_no = $2)
       AND ($3 = '' OR at >= ($3 || ' 00:00:00+08')::timestamptz)
       AND ($4 = '' OR at < ($4 || ' 00:00:00+08')::timestamptz + interval '1 day')
       AND ($5::bigint IS NULL OR seq < $5)
     ORDER BY seq DESC LIMIT $6`,
    [official, caseNo, from, until, before ?? null, limit],
  );
  return rows.map((row) => entrySchema.parse(row));
}

const PAGE = 1000;

/** As CSV (RFC 4180) with a byte-order mark, the newest first, a thousand rows in memory at a time. */
export async function* auditCsv(pool: pg.Pool, filter: AuditFilter): AsyncGenerator<string> {
  yield csvTable([['seq', 'at', 'official', 'event', 'case', 'disposition', 'detail', 'hash']]);
  let before = filter.before;
  for (;;) {
    const entries = await readAudit(pool, { ...filter, before }, PAGE);
    if (entries.length > 0) yield csvLines(entries.map(csvOf));
    const last = entries.at(-1);
    if (entries.length < PAGE || last === undefined) return;
    before = last.seq;
  }
}

function csvOf(entry: AuditEntry): CsvRow {
  return [
    String(entry.seq),
    new Date(entry.atMs).toISOString(),
    entry.officialId ?? '',
    entry.event,
    entry.caseNo ?? '',
    entry.disposition,
    JSON.stringify(entry.detail),
    entry.hash.toString('hex'),
  ];
}
