import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { TechnicianView } from '#contract/technician-view.ts';
import { newestBackup } from '../store/backup.ts';
import { DATABASE_FILE, type Store } from '../store/store.ts';

/** Some seconds of a slow disk, in which the terminal answers nobody; a larger one is checked at a start. */
export const MAX_CHECKED_BYTES = 268_435_456;

/** What SQLite tells of a database that is badly damaged goes on for ever. */
const MOST_PROBLEMS = 20;
const MAX_PROBLEM_CHARS = 300;

export interface StoreHealthPorts {
  readonly store: Store;
  readonly dataDir: string;
  readonly backupDir: string | null;
  readonly reserveBytes: number;
  readonly freeBytes: () => number | null;
  readonly clock: Clock;
}

type StoreView = TechnicianView['store'];

export interface StoreHealth {
  view(): StoreView;
  /** Reads every page and index. Fault: `technician.store-too-large`. */
  check(): Result<NonNullable<StoreView['check']>, Fault>;
}

export function createStoreHealth(ports: StoreHealthPorts): StoreHealth {
  const { store, clock } = ports;
  let last: StoreView['check'] = null;
  const file = join(ports.dataDir, DATABASE_FILE);
  // A store is recovered at a start and never again: the audit is searched once.
  const recovered = lastRecovery(store);

  return {
    view: () => {
      const backup = ports.backupDir === null ? null : newestBackup(ports.backupDir);
      return {
        databaseBytes: sizeOf(file),
        logBytes: sizeOf(`${file}-wal`),
        freeBytes: ports.freeBytes(),
        reserveBytes: ports.reserveBytes,
        hasBackups: ports.backupDir !== null,
        lastBackupAtMs: backup === null ? null : Math.round(statOf(backup)?.mtimeMs ?? 0),
        lastRecovery: recovered,
        check: last,
      };
    },
    check: () => {
      const bytes = sizeOf(file);
      if (bytes > MAX_CHECKED_BYTES)
        return err(fault('technician.store-too-large', `${Math.round(bytes / 1_048_576)} MB`));
      const beganMs = clock.monotonicMs();
      const found = store.sql(`PRAGMA integrity_check(${MOST_PROBLEMS})`).all();
      const problems = found
        .map((row) => String(row['integrity_check']).slice(0, MAX_PROBLEM_CHARS))
        .filter((line) => line !== 'ok');
      last = { atMs: clock.now(), tookMs: Math.round(clock.monotonicMs() - beganMs), problems };
      return ok(last);
    },
  };
}

function lastRecovery(store: Store): StoreView['lastRecovery'] {
  const row = store
    .sql(
      "SELECT at_ms, disposition FROM audit WHERE event = 'store.recovered' ORDER BY sequence DESC LIMIT 1",
    )
    .get();
  return row === undefined
    ? null
    : { atMs: Number(row['at_ms']), disposition: String(row['disposition']).slice(0, 80) };
}

function statOf(file: string): { readonly size: number; readonly mtimeMs: number } | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function sizeOf(file: string): number {
  return statOf(file)?.size ?? 0;
}
