import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { fetchFromBackup, setAsideUnnamed } from './attachment-care.ts';
import { mendAuditChain } from './audit-chain.ts';
import { newestBackup } from './backup.ts';
import { workFault } from './crash-only.ts';
import { makeFolder, syncPath, writeNewFile } from './durable-file.ts';
import { salvage, type SalvageReport } from './salvage.ts';
import { DATABASE_FILE, openStore, type Store } from './store.ts';

export interface Recovered {
  readonly store: Store;
  /** null when nothing was wrong. */
  readonly recovery: Recovery | null;
}

export interface Recovery {
  /** The damaged files, as they were found. */
  readonly quarantine: string;
  readonly fromFile: SalvageReport | null;
  readonly fromBackup: SalvageReport | null;
  /** Files that rows name and that are nowhere: their applications are parked when their turn comes. */
  readonly attachmentsLacking: number;
}

/**
 * Receipt numbers are skipped after a recovery: rows that did not read may have been printed on slips, and a
 * number is never given twice.
 */
export const SKIPPED_RECEIPT_NUMBERS = 200;

/**
 * The row of `receipt_sequence` that is no day: how many numbers the next day that gives one passes over. A recovery may be
 * under a wrong date, and what it skips of that day is no use on the right one. It skips there as well: a program of
 * before this row does not know of it.
 */
export const OWED_RECEIPT_NUMBERS = 'owed';

export interface RecoveryPorts {
  readonly dataDir: string;
  /** null when there is no second path. */
  readonly backupDir: string | null;
  readonly clock: Clock;
  /** The local date, by which receipt numbers count. */
  readonly today: string;
}

/**
 * Opens the store; a damaged one is put aside whole, and what can be read of it and of the newest backup
 * begins a new one. A backup may bring back rows that were acknowledged since: they are sent again under
 * their old keys, which the platform knows. Nothing is ever deleted here.
 * Faults: those of `openStore`; `store.corrupt` when neither file nor backup has anything readable.
 */
export function openOrRecover(ports: RecoveryPorts): Result<Recovered, Fault> {
  try {
    const interrupted = putInPlace(ports.dataDir);
    const opened = openStore(ports.dataDir);
    if (opened.ok) {
      const right = interrupted === null ? null : putAttachmentsRight(opened.value, interrupted, ports);
      if (right !== null && !right.ok) return right;
      return ok({ store: opened.value, recovery: null });
    }
    return opened.fault.code === 'store.corrupt' ? recover(ports) : opened;
  } catch (error) {
    return err(workFault('recovery', error));
  }
}

const WORK_FOLDER = 'recovery-in-progress';
const QUARANTINE_FOLDER = 'quarantine';
/** Written when the recovered file is whole: the name of the folder in quarantine that the damaged one goes to. */
const ORDER_FILE = 'quarantine-to';
const SIDE_FILES = ['', '-wal', '-shm'];

function recover(ports: RecoveryPorts): Result<Recovered, Fault> {
  const { dataDir } = ports;
  const stamp = new Date(ports.clock.now()).toISOString().replace(/[:.]/g, '-');
  const quarantine = join(dataDir, QUARANTINE_FOLDER, stamp);
  const work = join(dataDir, WORK_FOLDER);
  rmSync(work, { recursive: true, force: true });
  makeFolder(work);
  // Read from a copy: SQLite plays a write-ahead log back when it opens a file, and the evidence stays as it is.
  const copy = join(work, 'damaged.db');
  for (const side of SIDE_FILES) {
    const file = join(dataDir, DATABASE_FILE + side);
    if (existsSync(file)) copyFileSync(file, copy + side);
  }
  const fresh = openStore(work);
  if (!fresh.ok) return fresh;
  fresh.value.close();
  const into = new DatabaseSync(join(work, DATABASE_FILE));
  // The audit goes on under the name that it has, and not under the new file's.
  into.exec('DELETE FROM audit_piece');
  const fromFile = salvageFile(copy, into, 'damaged');
  const backup = ports.backupDir === null ? null : newestBackup(ports.backupDir);
  const fromBackup = backup === null ? null : salvageFile(backup, into, 'backup');
  const rows = [fromFile, fromBackup].flatMap((report) => (report ? Object.values(report.rows) : []));
  if (rows.every((count) => count === 0)) {
    into.close();
    rmSync(work, { recursive: true, force: true });
    return err(fault('store.corrupt', 'nothing in it can be read, and there is no backup'));
  }
  into
    .prepare(
      `INSERT INTO receipt_sequence (local_date, last) VALUES (:date, :skip), (:owed, :skip)
       ON CONFLICT (local_date) DO UPDATE SET last = last + :skip`,
    )
    .run({ date: ports.today, owed: OWED_RECEIPT_NUMBERS, skip: SKIPPED_RECEIPT_NUMBERS });
  mendAuditChain(into);
  into.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  into.close();
  for (const side of SIDE_FILES) rmSync(copy + side, { force: true });

  // From here on a power cut is finished by the next start: the new file is whole.
  syncPath(join(work, DATABASE_FILE));
  writeNewFile(join(work, ORDER_FILE), Buffer.from(stamp));
  syncPath(dataDir);
  putInPlace(dataDir);

  const opened = openStore(dataDir);
  if (!opened.ok) return opened;
  const store = opened.value;
  const lacking = putAttachmentsRight(store, quarantine, ports);
  if (!lacking.ok) return lacking;
  return ok({ store, recovery: { quarantine, fromFile, fromBackup, attachmentsLacking: lacking.value } });
}

/**
 * Puts the damaged files aside and the recovered one in their place, as often as it takes. Gives where they
 * are, or null when no recovery is under way.
 */
function putInPlace(dataDir: string): string | null {
  const work = join(dataDir, WORK_FOLDER);
  const order = join(work, ORDER_FILE);
  if (!existsSync(order)) return null;
  // A name and no path: the disk may be mounted elsewhere by now. An order of an earlier version is a path.
  const quarantine = join(dataDir, QUARANTINE_FOLDER, basename(readFileSync(order, 'utf8')));
  makeFolder(quarantine);
  if (existsSync(join(work, DATABASE_FILE))) {
    // The log files first: beside the new database they would be played back into it.
    for (const side of SIDE_FILES.toReversed()) {
      const file = join(dataDir, DATABASE_FILE + side);
      if (existsSync(file)) renameSync(file, join(quarantine, DATABASE_FILE + side));
    }
    syncPath(quarantine);
    renameSync(join(work, DATABASE_FILE), join(dataDir, DATABASE_FILE));
    syncPath(dataDir);
  }
  return quarantine;
}

/**
 * The end of a recovery: the sweep, which follows it, must find no file that the lost rows may have named. Gives how
 * many files are nowhere. What fails here is tried again by the next start.
 */
function putAttachmentsRight(store: Store, quarantine: string, ports: RecoveryPorts): Result<number, Fault> {
  try {
    const lacking = fetchFromBackup(store, ports.backupDir);
    setAsideUnnamed(store, quarantine);
    rmSync(join(ports.dataDir, WORK_FOLDER), { recursive: true, force: true });
    return ok(lacking);
  } catch (error) {
    store.close();
    return err(workFault('recovery', error));
  }
}

/** null when the file is no database at all. */
function salvageFile(file: string, into: DatabaseSync, kind: 'damaged' | 'backup'): SalvageReport | null {
  let from: DatabaseSync;
  try {
    from = new DatabaseSync(file);
  } catch {
    return null;
  }
  try {
    return salvage(from, into, kind);
  } finally {
    from.close();
  }
}
