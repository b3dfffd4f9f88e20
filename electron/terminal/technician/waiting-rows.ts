import type { Clock } from '#contract/ports.ts';
import type { Leftovers, TechnicianView, Waiting } from '#contract/technician-view.ts';
import type { Store } from '../store/store.ts';

/** Over a queue of a million rows a look takes a second: it is not taken at every change. */
const LOOK_EVERY_MS = 10_000;

type Rows = Pick<TechnicianView, 'outbox' | 'printJobs'>;

export interface WaitingRowsPorts {
  readonly store: Store;
  readonly clock: Clock;
  /** What their owners count. */
  readonly guideReports: () => number;
  readonly stationDays: () => number;
}

/** What this terminal still has to do, and since when. */
export interface WaitingRows {
  /** Seconds old at most. */
  rows(): Rows & Pick<TechnicianView, 'leftovers'>;
  /** As it is now. */
  leftovers(): Leftovers;
}

export function createWaitingRows(ports: WaitingRowsPorts): WaitingRows {
  const { store, clock } = ports;
  let seen: { readonly rows: Rows; readonly atMs: number } | null = null;

  function counted(sql: string, ...given: readonly number[]): ReadonlyMap<string, Waiting> {
    return new Map(
      store
        .sql(sql)
        .all(...given)
        .map((row) => [
          String(row['state']),
          { count: Number(row['n']), oldestAtMs: row['oldest'] === null ? null : Number(row['oldest']) },
        ]),
    );
  }

  function look(): Rows {
    // A parked row counts from when it was parked: that is how long somebody has let it lie.
    const outbox = counted(
      `SELECT CASE WHEN state IN ('rejected', 'conflict') THEN 'parked' ELSE state END AS state, count(*) AS n,
              min(CASE WHEN state IN ('rejected', 'conflict') THEN parked_at_ms ELSE received_at_ms END) AS oldest
       FROM outbox JOIN application USING (application_id)
       WHERE state IN ('pending', 'sending', 'waiting', 'rejected', 'conflict') GROUP BY 1`,
    );
    const jobs = counted(
      `SELECT state, count(*) AS n, min(created_at_ms) AS oldest FROM print_job
       WHERE state IN ('queued', 'printing')
          OR (state = 'unknown' AND created_at_ms > ?) GROUP BY state`,
      clock.now() - DAY_MS,
    );
    const of = (rows: ReadonlyMap<string, Waiting>, state: string): Waiting => rows.get(state) ?? NONE;
    return {
      outbox: {
        pending: of(outbox, 'pending'),
        sending: of(outbox, 'sending'),
        waiting: of(outbox, 'waiting'),
        parked: of(outbox, 'parked'),
      },
      printJobs: {
        queued: of(jobs, 'queued'),
        printing: of(jobs, 'printing'),
        unknown: of(jobs, 'unknown'),
      },
    };
  }

  function countOf(table: 'resident_word' | 'handed_draft'): number {
    return Number(store.sql(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  }

  function leftOf({ outbox, printJobs }: Rows): Leftovers {
    return {
      applications: outbox.pending.count + outbox.sending.count + outbox.waiting.count,
      parked: outbox.parked.count,
      slips: printJobs.queued.count + printJobs.printing.count,
      words: countOf('resident_word'),
      guideReports: ports.guideReports(),
      handedForms: countOf('handed_draft'),
      stationDays: ports.stationDays(),
    };
  }

  return {
    rows: () => {
      const nowMs = clock.monotonicMs();
      if (seen === null || nowMs - seen.atMs >= LOOK_EVERY_MS) seen = { rows: look(), atMs: nowMs };
      return { ...seen.rows, leftovers: leftOf(seen.rows) };
    },
    leftovers: () => leftOf(look()),
  };
}

const DAY_MS = 86_400_000;
const NONE: Waiting = { count: 0, oldestAtMs: null };
