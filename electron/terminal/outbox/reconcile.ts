import type { LocalDate } from '#contract/form/local-date.ts';
import type { Store } from '../store/store.ts';

/** One item on one local day: what was received must be somewhere. */
export interface DayBalance {
  readonly item: string;
  readonly received: number;
  readonly acknowledged: number;
  readonly waiting: number;
  readonly parked: number;
  /** Staff deal with these elsewhere. */
  readonly handedOver: number;
  /** Applications without a row in the outbox: there must never be one. */
  readonly missing: number;
}

/**
 * received = acknowledged + waiting + parked + handed over + missing, by the newest revision of each application. A
 * superseded revision is never the newest one, so each application is counted once.
 */
export function balanceOf(store: Store, day: LocalDate): DayBalance[] {
  const rows = store
    .sql(
      `SELECT a.item_slug AS item, count(*) AS received,
         count(*) FILTER (WHERE o.state = 'acknowledged') AS acknowledged,
         count(*) FILTER (WHERE o.state IN ('pending', 'sending', 'waiting')) AS waiting,
         count(*) FILTER (WHERE o.state IN ('rejected', 'conflict')) AS parked,
         count(*) FILTER (WHERE o.state = 'handed-over') AS handed_over,
         count(*) FILTER (WHERE o.state IS NULL) AS missing
       FROM application a
       LEFT JOIN outbox o ON o.application_id = a.application_id
         AND o.revision = (SELECT max(revision) FROM outbox WHERE application_id = a.application_id)
       WHERE a.received_on = ?
       GROUP BY a.item_slug ORDER BY a.item_slug`,
    )
    .all(day);
  return rows.map((row) => ({
    item: String(row['item']),
    received: Number(row['received']),
    acknowledged: Number(row['acknowledged']),
    waiting: Number(row['waiting']),
    parked: Number(row['parked']),
    handedOver: Number(row['handed_over']),
    missing: Number(row['missing']),
  }));
}
