import { createHash } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import { faultCodeSchema, type FaultCode } from '#contract/fault.ts';
import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import { KEPT_AT_PLATFORM_DAYS, stationDaySchema, type StationDay } from '#contract/station-day.ts';
import type { Store } from '../store/store.ts';
import { stationDayOf } from './station-day.ts';
import { createTicketLog } from './ticket-log.ts';

/** A day of which the platform has not what is here. */
export interface UntoldDay {
  readonly day: LocalDate;
  /** Of its last event; null: they are erased, and the report was kept. */
  readonly sequence: number | null;
  /** What the platform said to it the last time; null: it was not refused. */
  readonly refused: FaultCode | null;
}

/** Who answers for the figures of a day, by the term of its hub; null: another terminal. */
export type TermOf = (day: LocalDate) => number | null;

/**
 * The days of the queue and what the platform knows of them. Its calls throw what the store throws; `belongTo`, `told`,
 * `settled`, `refused` and `keepBefore` are made inside a transaction.
 */
export interface StationDayRows {
  /**
   * From now on the days are those of this station, region and number. Were they another one's, nothing of them is told, the
   * present day among them; null: they were not.
   */
  belongTo(stationId: string): { readonly before: string; readonly untold: number } | null;
  /** Before this day, the oldest first. */
  untold(before: LocalDate): readonly UntoldDay[];
  /** Null: nothing happened on it, or what was kept is unreadable. */
  report(day: UntoldDay, term: number): StationDay | null;
  /** Whether the platform's last answer was about these very figures. */
  isTold(day: LocalDate, report: StationDay): boolean;
  told(day: UntoldDay, report: StationDay, atMs: number): void;
  /** There is nothing to tell of it, or nothing new. */
  settled(day: UntoldDay): void;
  refused(day: LocalDate, code: FaultCode): void;
  /**
   * The events before this day are about to be erased: of those that the platform has not, the reports are kept, also of those that
   * it has refused. What is too old for it is given up; the number of such days.
   */
  keepBefore(day: LocalDate, termOf: TermOf): number;
}

/** Behind every day that a clock may have shown. */
const LAST_DAY: LocalDate = '9999-12-31';

/** A code of another version of this program. */
const codeSchema = faultCodeSchema.catch('platform.rejected');

export function createStationDayRows(store: Store, timeZone: string): StationDayRows {
  const ticketLog = createTicketLog(store);

  function belongTo(stationId: string): ReturnType<StationDayRows['belongTo']> {
    const before = store.sql('SELECT station_id FROM queue_station').get()?.['station_id'];
    if (before === stationId) return null;
    store.sql('INSERT OR REPLACE INTO queue_station (one, station_id) VALUES (1, ?)').run(stationId);
    if (before === undefined) return null;
    const dropped = untold(LAST_DAY).length;
    store.sql('DELETE FROM station_day').run();
    store
      .sql(
        `INSERT INTO station_day (business_day, is_elsewhere)
         SELECT DISTINCT business_day, 1 FROM ticket_event`,
      )
      .run();
    return { before: String(before), untold: dropped };
  }

  function untold(before: LocalDate): readonly UntoldDay[] {
    // From one day to the next by the index: a month has a hundred thousand events, and some thirty days.
    return store
      .sql(
        `WITH RECURSIVE logged(day) AS (
           SELECT min(business_day) FROM ticket_event
           UNION ALL SELECT (SELECT min(business_day) FROM ticket_event WHERE business_day > logged.day)
           FROM logged WHERE logged.day IS NOT NULL
         ), present AS (
           SELECT day, (SELECT max(sequence) FROM ticket_event WHERE business_day = day) AS last
           FROM logged WHERE day IS NOT NULL
         )
         SELECT day, last, refused FROM present LEFT JOIN station_day ON business_day = day
         WHERE day < ?1 AND kept IS NULL AND told_sequence IS NOT last AND is_elsewhere IS NOT 1
         UNION ALL SELECT business_day, NULL, refused FROM station_day WHERE kept IS NOT NULL AND business_day < ?1
         ORDER BY 1`,
      )
      .all(before)
      .map((row) => ({
        day: String(row['day']),
        sequence: row['last'] === null ? null : Number(row['last']),
        refused: row['refused'] === null ? null : codeSchema.parse(row['refused']),
      }));
  }

  function report({ day, sequence }: UntoldDay, term: number): StationDay | null {
    if (sequence !== null) return stationDayOf(ticketLog.load(day).events, timeZone, term);
    const row = store.sql('SELECT kept FROM station_day WHERE business_day = ?').get(day);
    return reportOf(String(row?.['kept']));
  }

  function isTold(day: LocalDate, made: StationDay): boolean {
    const row = store.sql('SELECT told_sha256 FROM station_day WHERE business_day = ?').get(day);
    return row?.['told_sha256'] === figuresSha256(made);
  }

  function settled({ day, sequence }: UntoldDay): void {
    store
      .sql(
        `INSERT INTO station_day (business_day, told_sequence) VALUES (?1, ?2)
         ON CONFLICT (business_day) DO UPDATE SET told_sequence = ?2, refused = NULL, kept = NULL`,
      )
      .run(day, sequence);
  }

  function keep(untoldDay: UntoldDay, termOf: TermOf): void {
    const { day } = untoldDay;
    const term = termOf(day);
    const made = term === null ? null : report(untoldDay, term);
    if (made === null || isTold(day, made)) return;
    store
      .sql(
        `INSERT INTO station_day (business_day, kept) VALUES (?1, ?2)
         ON CONFLICT (business_day) DO UPDATE SET kept = ?2`,
      )
      .run(day, JSON.stringify(made));
  }

  return {
    belongTo,
    untold,
    report,
    isTold,
    told: (untoldDay, made, atMs) => {
      settled(untoldDay);
      store
        .sql('UPDATE station_day SET told_sha256 = ?, told_at_ms = ? WHERE business_day = ?')
        .run(figuresSha256(made), atMs, untoldDay.day);
    },
    settled,
    refused: (day, code) => {
      store
        .sql(
          `INSERT INTO station_day (business_day, refused) VALUES (?1, ?2)
           ON CONFLICT (business_day) DO UPDATE SET refused = ?2`,
        )
        .run(day, code);
    },
    keepBefore: (before, termOf) => {
      for (const one of untold(before)) if (one.sequence !== null) keep(one, termOf);
      store.sql('DELETE FROM station_day WHERE business_day < ? AND kept IS NULL').run(before);
      const tooOld = addDays(before, -KEPT_AT_PLATFORM_DAYS);
      return Number(store.sql('DELETE FROM station_day WHERE business_day < ?').run(tooOld).changes);
    },
  };
}

function reportOf(text: string): StationDay | null {
  try {
    const parsed = stationDaySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Without the term: a hub that learns that it is one of a later term has the same figures to tell. */
function figuresSha256({ term: _term, ...figures }: StationDay): string {
  return createHash('sha256').update(canonicalJson(figures)).digest('hex');
}
