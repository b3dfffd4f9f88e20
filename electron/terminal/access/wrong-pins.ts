import type { Clock } from '#contract/ports.ts';
import type { Store } from '../store/store.ts';

/** All delays of the lock, in milliseconds. */
export const lockDelays = {
  /** Behind the fifth wrong PIN; each further one doubles it. */
  firstMs: 30_000,
  /** A clerk in a hall full of people cannot wait longer, and two thousand tries a week find no PIN. */
  longestMs: 15 * 60_000,
  /** Wrong PINs this old count no more. */
  forgetAfterMs: 24 * 60 * 60_000,
} as const;

/** Wrong PINs in a row that are anybody's slip of the finger. */
export const MOST_SLIPS = 4;

/** Counts wrong PINs, of an account as it was typed and at a browser, whichever locks first. */
export interface WrongPins {
  isLocked(counted: string): boolean;
  /** Inside a transaction. Gives whether it is locked from now on. */
  count(counted: string): boolean;
  /** Inside a transaction: the right PIN, or a new one. */
  forget(counted: string): void;
  /** Inside a transaction: of this account, wherever it was typed. */
  forgetAccount(counted: string): void;
  /** Inside a transaction: rows that say nothing any more. */
  forgetOld(): void;
}

export function createWrongPins(store: Store, clock: Clock): WrongPins {
  const row = (counted: string) =>
    store.sql('SELECT times, last_at_ms, locked_until_ms FROM wrong_pin WHERE counted = ?').get(counted);

  function timesOf(counted: string): number {
    const found = row(counted);
    const isOld = Number(found?.['last_at_ms'] ?? 0) < clock.now() - lockDelays.forgetAfterMs;
    return found === undefined || isOld ? 0 : Number(found['times']);
  }

  return {
    isLocked: (counted) => {
      const leftMs = Number(row(counted)?.['locked_until_ms'] ?? 0) - clock.now();
      // A clock that was set back must not lock somebody out for a year.
      return leftMs > 0 && leftMs <= lockDelays.longestMs;
    },
    count: (counted) => {
      const times = timesOf(counted) + 1;
      const over = times - MOST_SLIPS - 1;
      const lockMs = over < 0 ? 0 : Math.min(lockDelays.firstMs * 2 ** over, lockDelays.longestMs);
      const now = clock.now();
      store
        .sql(
          `INSERT INTO wrong_pin (counted, times, last_at_ms, locked_until_ms) VALUES (?, ?, ?, ?)
           ON CONFLICT (counted) DO UPDATE SET
             times = excluded.times, last_at_ms = excluded.last_at_ms, locked_until_ms = excluded.locked_until_ms`,
        )
        .run(counted, times, now, now + lockMs);
      return lockMs > 0;
    },
    forget: (counted) => {
      store.sql('DELETE FROM wrong_pin WHERE counted = ?').run(counted);
    },
    forgetAccount: (counted) => {
      const there = `${counted} at `;
      store
        .sql('DELETE FROM wrong_pin WHERE counted = ? OR substr(counted, 1, ?) = ?')
        .run(counted, there.length, there);
    },
    forgetOld: () => {
      store.sql('DELETE FROM wrong_pin WHERE last_at_ms < ?').run(clock.now() - lockDelays.forgetAfterMs);
    },
  };
}
