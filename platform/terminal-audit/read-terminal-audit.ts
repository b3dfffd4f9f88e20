import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { auditText, LATEST_AUDIT_AT_MS } from '#contract/terminal-audit.ts';

/** A terminal writes at least once a day (`day.closed`) and tells it within minutes; over a holiday it may be off. */
export const SILENT_AFTER_MS = 48 * 3_600_000;

const stateSchema = z
  .object({
    terminal_id: z.string(),
    station_id: z.string(),
    enrolled_at: z.date(),
    told_at: z.date().nullable(),
    rows: z.coerce.number().int(),
    chains: z.coerce.number().int(),
    findings: z.coerce.number().int(),
  })
  .transform((row) => ({
    terminalId: row.terminal_id,
    stationId: row.station_id,
    /** Of its last word, or of its enrolment when there was none. */
    heardAtMs: (row.told_at ?? row.enrolled_at).getTime(),
    hasTold: row.told_at !== null,
    rows: row.rows,
    chains: row.chains,
    findings: row.findings,
  }));
export type TerminalAuditState = z.infer<typeof stateSchema>;

/**
 * Terminals that are enrolled; those first of which something was found, then those longest not heard. One of them, or all ('').
 */
export async function auditStates(
  pool: pg.Pool,
  terminalId: string,
  limit: number,
): Promise<TerminalAuditState[]> {
  const { rows } = await pool.query(
    `SELECT t.terminal_id, t.station_id, t.enrolled_at, max(c.told_at) AS told_at,
       coalesce(sum(c.last - coalesce(c.erased_through, c.begins)), 0) AS rows, count(c.chain) AS chains,
       (SELECT count(*) FROM terminal_audit_finding f WHERE f.terminal_id = t.terminal_id) AS findings
     FROM terminal t LEFT JOIN terminal_audit_chain c USING (terminal_id)
     WHERE t.revoked_at IS NULL AND ($1 = '' OR t.terminal_id = $1) GROUP BY t.terminal_id
     ORDER BY findings DESC, coalesce(max(c.told_at), t.enrolled_at), t.terminal_id LIMIT $2`,
    [terminalId, limit],
  );
  return rows.map((row) => stateSchema.parse(row));
}

export function isSilent({ heardAtMs }: TerminalAuditState, nowMs: number): boolean {
  return nowMs - heardAtMs > SILENT_AFTER_MS;
}

export const findingKinds = ['changed', 'missing', 'out-of-place', 'told-otherwise', 'restored'] as const;

const findingSchema = z
  .object({
    terminal_id: z.string(),
    sequence: z.coerce.number().int(),
    kind: z.enum(findingKinds),
    detail: z.object({ until: z.number().optional() }).loose(),
    found_at: z.date(),
  })
  .transform((row) => ({
    terminalId: row.terminal_id,
    sequence: row.sequence,
    /** The last row that it is about; null: it is about one. */
    until: row.detail.until ?? null,
    kind: row.kind,
    foundAtMs: row.found_at.getTime(),
  }));
export type TerminalAuditFinding = z.infer<typeof findingSchema>;

/** The newest first; of one terminal, or of all (''). */
export async function auditFindings(
  pool: pg.Pool,
  terminalId: string,
  limit: number,
): Promise<TerminalAuditFinding[]> {
  const { rows } = await pool.query(
    `SELECT terminal_id, sequence, kind, detail, found_at FROM terminal_audit_finding
     WHERE $1 = '' OR terminal_id = $1 ORDER BY found_at DESC, terminal_id, sequence LIMIT $2`,
    [terminalId, limit],
  );
  return rows.map((row) => findingSchema.parse(row));
}

const day = z
  .string()
  .trim()
  .pipe(z.union([z.literal(''), z.iso.date().refine((given) => given >= '2000-01-01')]));

/** As the auditor says it; days of China's clock. Empty: no limit. */
export const terminalAuditFilterSchema = z.object({
  terminal: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9-]{0,40}$/),
  event: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z.-]{0,80}$/),
  subject: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.-]{0,80}$/),
  from: day,
  until: day,
});
export type TerminalAuditFilter = z.infer<typeof terminalAuditFilterSchema>;

/** How far apart the first and the last day may be, both counted, where no terminal is named. */
const MOST_DAYS_OF_ALL = 31;
const DAY_MS = 86_400_000;

/** What no index finds among the rows of all terminals and times: it goes with a terminal, or with a few days. */
export function tooWide({
  terminal,
  event,
  subject,
  from,
  until,
}: TerminalAuditFilter): ('event' | 'subject')[] {
  const areFewDays =
    from !== '' && until !== '' && Date.parse(until) - Date.parse(from) < MOST_DAYS_OF_ALL * DAY_MS;
  if (terminal !== '' || areFewDays) return [];
  return [...(event === '' ? [] : ['event' as const]), ...(subject === '' ? [] : ['subject' as const])];
}

const rowSchema = z
  .object({
    terminal_id: z.string(),
    sequence: z.coerce.number().int(),
    at_ms: z.coerce.number(),
    event: z.string(),
    actor: z.string(),
    subject: z.string().nullable(),
    disposition: z.string(),
    detail: z.string().nullable(),
    previous_hash: z.instanceof(Buffer),
    hash: z.instanceof(Buffer),
  })
  .transform((row) => {
    const { terminal_id: terminalId, at_ms: atMs, previous_hash: previous, hash, ...rest } = row;
    const content = { ...rest, atMs };
    const own = createHash('sha256')
      .update(auditText(content, previous.toString('hex')), 'utf8')
      .digest();
    // What was kept under an older norm may have any time: hashed as it is, shown as one that a Date can hold.
    const shownAtMs = Math.min(Math.max(atMs, 0), LATEST_AUDIT_AT_MS);
    return { ...content, atMs: shownAtMs, terminalId, isWhole: own.equals(hash) };
  });
export type TerminalAuditEntry = z.infer<typeof rowSchema>;

/** The newest by the terminal's clock first; an event is found by its beginning. */
export async function readTerminalAudit(
  pool: pg.Pool,
  filter: TerminalAuditFilter,
  limit: number,
): Promise<TerminalAuditEntry[]> {
  const { text, values } = terminalAuditQuery(filter, limit);
  const { rows } = await pool.query(text, values);
  return rows.map((row) => rowSchema.parse(row));
}

/** For who asks how it is carried out, as well. */
export function terminalAuditQuery(
  { terminal, event, subject, from, until }: TerminalAuditFilter,
  limit: number,
): { readonly text: string; readonly values: (string | number | null)[] } {
  return {
    // The bounds are of the column's type: compared with another, no index would serve.
    text: `SELECT terminal_id, sequence, at_ms, event, actor, subject, disposition, detail, previous_hash, hash
     FROM terminal_audit
     WHERE ($1 = '' OR terminal_id = $1) AND ($2 = '' OR starts_with(event, $2)) AND ($3 = '' OR subject = $3)
       AND ($4::bigint IS NULL OR at_ms >= $4) AND ($5::bigint IS NULL OR at_ms < $5)
     ORDER BY at_ms DESC, terminal_id, sequence DESC LIMIT $6`,
    values: [
      terminal,
      event,
      subject,
      from === '' ? null : beginOfDay(from),
      until === '' ? null : beginOfDay(until) + DAY_MS,
      limit,
    ],
  };
}

const beginOfDay = (chinaDay: string): number => Date.parse(`${chinaDay}T00:00:00+08:00`);
