import type { Clock } from '#contract/ports.ts';
import type { Store } from '../store/store.ts';

/** The starts of this program, and which of them no stop came before. */
export interface Runs {
  crashes24h(): number;
  uptimeSeconds(): number;
  /** In good order. */
  ended(): void;
}

const DAY_MS = 86_400_000;
const MS_PER_S = 1000;

/** Call once, at the start. What is older than a day is forgotten; a wall clock that was set miscounts for a day. */
export function noteRun(store: Store, clock: Clock): Runs {
  const beganMs = clock.monotonicMs();
  store.transaction(() => {
    store.sql('DELETE FROM program_run WHERE began_at_ms < ?').run(clock.now() - DAY_MS);
    store.sql('INSERT INTO program_run (began_at_ms) VALUES (?)').run(clock.now());
  });
  return {
    crashes24h: () => {
      // The newest one is this one.
      const row = store
        .sql(
          `SELECT count(*) AS n FROM program_run
           WHERE is_ended = 0 AND began_at_ms >= ? AND rowid < (SELECT max(rowid) FROM program_run)`,
        )
        .get(clock.now() - DAY_MS);
      return Number(row?.['n'] ?? 0);
    },
    uptimeSeconds: () => Math.floor((clock.monotonicMs() - beganMs) / MS_PER_S),
    ended: () => {
      store
        .sql('UPDATE program_run SET is_ended = 1 WHERE rowid = (SELECT max(rowid) FROM program_run)')
        .run();
    },
  };
}
