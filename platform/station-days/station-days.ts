import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import {
  joined,
  KEPT_AT_PLATFORM_DAYS,
  noDurations,
  stationDaySchema,
  summaryOf,
  type StationDay,
  type StationDayRow,
  type StationFigures,
  type StationFiguresQuery,
} from '#contract/station-day.ts';
import { chinaDate } from '../cases/working-days.ts';

/** What the platform is told of one day. */
interface Told {
  /** Both of the enrolment, whatever the report says. */
  readonly stationId: string;
  readonly terminalId: string;
  readonly day: LocalDate;
  readonly report: StationDay;
}

/** Null: figures of this day are taken. A terminal's midnight may come a little before ours. */
export function whyOutOfRange(day: LocalDate, nowMs: number): string | null {
  const today = chinaDate(nowMs);
  if (day > today) return `${day} is not over: it is ${today} here`;
  return day < addDays(today, -KEPT_AT_PLATFORM_DAYS)
    ? `${day} is over ${KEPT_AT_PLATFORM_DAYS} days ago`
    : null;
}

/**
 * Of a day one report stands, so that nobody is counted twice: that of the later term of the station's hub; in one term that which
 * was made of more events, since a log only grows and a hub that was put back from a copy knows less. Of two terminals that
 * know the same number, the first.
 *
 * True: this report stands, from now on or already.
 */
export async function keepStationDay(pool: pg.Pool, told: Told, nowMs: number): Promise<boolean> {
  await pool.query('DELETE FROM station_day WHERE business_day < $1', [
    addDays(chinaDate(nowMs), -KEPT_AT_PLATFORM_DAYS),
  ]);
  const { stationId, terminalId, day, report } = told;
  const text = canonicalJson(report);
  const sha256 = createHash('sha256').update(text).digest('hex');
  await pool.query(
    `INSERT INTO station_day AS d (station_id, business_day, terminal_id, term, events, sha256, report, stored_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (station_id, business_day) DO UPDATE SET terminal_id = $3, term = $4, events = $5, sha256 = $6, report = $7,
       stored_at = $8
     WHERE (d.term, d.events) < ($4, $5) OR (d.term, d.events, d.terminal_id) = ($4, $5, $3)`,
    [stationId, day, terminalId, report.term, report.events, sha256, text, new Date(nowMs)],
  );
  const { rowCount } = await pool.query(
    'SELECT 1 FROM station_day WHERE station_id = $1 AND business_day = $2 AND sha256 = $3',
    [stationId, day, sha256],
  );
  return rowCount === 1;
}

const rowsSchema = z.array(z.object({ report: stationDaySchema }));

/** What the reports of these days add up to. */
export async function stationFigures(
  pool: pg.Pool,
  { stationId, from, until }: StationFiguresQuery,
): Promise<StationFigures> {
  const { rows } = await pool.query(
    'SELECT report FROM station_day WHERE station_id = $1 AND business_day BETWEEN $2 AND $3 ORDER BY business_day',
    [stationId, from, until],
  );
  const reports = rowsSchema.parse(rows).map(({ report }) => report);
  const all = reports.flatMap((report) => report.rows);
  const lines = [...new Set(all.map(({ line }) => line))].sort();
  const windows = new Map<string, number>();
  for (const { window, served } of reports.flatMap((report) => report.windows))
    windows.set(window, (windows.get(window) ?? 0) + served);
  const order = new Intl.Collator('en', { numeric: true });
  return {
    days: reports.length,
    whole: sumsOf(all),
    lines: lines.map((line) => ({ line, ...sumsOf(all.filter((row) => row.line === line)) })),
    windows: [...windows]
      .sort(([a], [b]) => order.compare(a, b))
      .map(([window, served]) => ({ window, served })),
  };
}

function sumsOf(rows: readonly StationDayRow[]): StationFigures['whole'] {
  const sum = (of: (row: StationDayRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const durations = (of: (row: StationDayRow) => StationDayRow['waits']) =>
    summaryOf(rows.reduce((total, row) => joined(total, of(row) ?? noDurations), noDurations));
  return {
    taken: sum(({ taken }) => taken),
    served: sum(({ served }) => served),
    noShows: sum(({ noShows }) => noShows),
    cancelled: sum(({ cancelled }) => cancelled),
    left: sum(({ left }) => left),
    waits: durations(({ waits }) => waits),
    services: durations(({ services }) => services),
  };
}
