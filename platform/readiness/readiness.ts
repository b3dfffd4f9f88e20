import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import { isGreen, readinessReportSchema, type ReadinessReport } from '#contract/readiness.ts';

/** Who says it: both of the enrolment, whatever the report says. */
interface Told {
  readonly terminalId: string;
  readonly stationId: string;
  readonly report: ReadinessReport;
}

/** Of a terminal the newest report stands. True: this one does, from now on or already. */
export async function keepReadiness(pool: pg.Pool, told: Told, nowMs: number): Promise<boolean> {
  const { terminalId, stationId, report } = told;
  const text = canonicalJson(report);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const takenAt = new Date(Math.min(Date.parse(report.takenAt), nowMs));
  await pool.query(
    `INSERT INTO terminal_readiness AS r (terminal_id, station_id, taken_at, sha256, report, stored_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (terminal_id) DO UPDATE SET station_id = $2, taken_at = $3, sha256 = $4, report = $5, stored_at = $6
     WHERE r.taken_at < $3 AND r.sha256 <> $4`,
    [terminalId, stationId, takenAt, sha256, text, new Date(nowMs)],
  );
  const { rowCount } = await pool.query(
    'SELECT 1 FROM terminal_readiness WHERE terminal_id = $1 AND sha256 = $2',
    [terminalId, sha256],
  );
  return rowCount === 1;
}

const rowSchema = z.object({
  terminal_id: z.string(),
  station_id: z.string(),
  stored_at: z.date(),
  report: readinessReportSchema,
});

/**
 * `npm run platform -- readiness [TERMINAL]`: a line for each terminal, whoever needs a visit first; of one, each line of its report.
 * Null: it has sent none.
 */
export async function readinessLinesOf(
  pool: pg.Pool,
  terminalId: string | null,
): Promise<readonly string[] | null> {
  const { rows } = await pool.query(
    `SELECT terminal_id, station_id, stored_at, report FROM terminal_readiness
     WHERE $1::text IS NULL OR terminal_id = $1 ORDER BY station_id, terminal_id`,
    [terminalId],
  );
  const told = z.array(rowSchema).parse(rows);
  if (terminalId !== null) {
    const [own] = told;
    return own === undefined ? null : [summaryOf(own), ...own.report.lines.map(lineOf)];
  }
  return told.toSorted((a, b) => Number(isGreen(a.report)) - Number(isGreen(b.report))).map(summaryOf);
}

function summaryOf({ terminal_id, station_id, report }: z.infer<typeof rowSchema>): string {
  const red = report.lines.filter(({ state }) => state === 'red').length;
  const state = red === 0 ? 'green' : `${String(red)} red`;
  return [terminal_id, station_id, report.takenAt, report.by, state].join('  ');
}

function lineOf({ item, device, state, code, detail }: ReadinessReport['lines'][number]): string {
  return ['  ' + state, device === null ? item : `${item} ${device}`, code, detail]
    .filter((part) => part !== null)
    .join('  ');
}
