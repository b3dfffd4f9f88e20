import type { Store } from '../store/store.ts';

const MS_PER_S = 1000;

/** How long the oldest application that is not acknowledged has been here, in whole seconds; null: none waits. */
export function oldestUnsentSeconds(store: Pick<Store, 'sql'>, nowMs: number): number | null {
  const row = store
    .sql(
      // Rows are numbered as they came in; both indexes hold what is not sent, and no other.
      `SELECT received_at_ms AS oldest FROM application WHERE application_id = (
         SELECT application_id FROM outbox WHERE rowid = (SELECT min(r) FROM (
           SELECT min(rowid) AS r FROM outbox WHERE state IN ('pending', 'waiting')
           UNION ALL SELECT min(rowid) FROM outbox WHERE state = 'sending')))`,
    )
    .get();
  const oldest = row?.['oldest'];
  // A wall clock that was set back makes nothing younger than now.
  return typeof oldest === 'number' ? Math.max(0, Math.floor((nowMs - oldest) / MS_PER_S)) : null;
}
