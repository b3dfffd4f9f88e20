import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { openAttachmentFiles, type AttachmentFiles } from './attachment-files.ts';
import { syncPath } from './durable-file.ts';
import { migrate, pragmaNumber } from './migrate.ts';

/** A store: node:sqlite is pre-stable, so nobody but this folder names it. */
export interface Store {
  /** A prepared statement, kept for the next call with the same text. */
  sql(text: string): StatementSync;
  /**
   * All or nothing, and on the disk when it returns. Fault: `store.full`, `store.failed`; then nothing
   * was written. Anything else that is thrown inside rolls back and goes on as it is.
   */
  transaction<T>(work: () => T): Result<T, Fault>;
  /** The sealed attachments, which rows name. */
  readonly files: AttachmentFiles;
  /** A compacted copy of everything at a path that does not exist yet. Faults: `store.full`, `store.failed`. */
  copyInto(file: string): Result<null, Fault>;
  /**
   * Moves the write-ahead log into the database and cuts it: an erased payload is gone from the disk only
   * then. Faults: `store.full`, `store.failed`.
   */
  truncateLog(): Result<null, Fault>;
  close(): void;
}

export const DATABASE_FILE = 'terminal.db';

/** SQLite result codes (sqlite.org/rescode.html), primary part. */
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** synchronous: 2 is FULL (sqlite.org/pragma.html#pragma_synchronous). */
const SYNCHRONOUS_FULL = 2;

/**
 * Length of the log, in pages of 4 KiB, at which a commit also moves it into the database: 16 MB. A submission
 * writes some twenty pages and most of them again the next time, so that a longer log is moved at less cost
 * a submission; one in two hundred waits for it, and not one in fifty.
 */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens the terminal's database in `dataDir`.
 * Faults: `store.in-use` (another process holds it), `store.failed` (cannot be opened), `store.corrupt`,
 * `store.not-durable` (a commit would not survive a power cut), `store.schema-unknown`.
 */
export function openStore(dataDir: string): Result<Store, Fault> {
  let database: DatabaseSync;
  let files: AttachmentFiles;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    files = openAttachmentFiles(dataDir);
    database = new DatabaseSync(join(dataDir, DATABASE_FILE), {
      enableForeignKeyConstraints: true,
      timeout: 2000,
    });
  } catch (error) {
    return err(storeFault(error));
  }
  const prepared = attempt(() => prepare(database, dataDir));
  if (!prepared.ok) {
    database.close();
    return prepared;
  }
  return ok(asStore(database, files));
}

function prepare(database: DatabaseSync, dataDir: string): Result<null, Fault> {
  // One process owns the file: a second terminal on the same folder is refused instead of interleaved.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
  // NORMAL loses acknowledged rows at a power cut in WAL mode; secure_delete overwrites erased payloads.
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;');
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const durable = readBackDurability(database);
  if (!durable.ok) return durable;
  // Damage is found before anything is built on it; a page that is read months later is too late.
  const check = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (check !== 'ok') return err(fault('store.corrupt', String(check)));
  const migrated = migrate(database);
  if (!migrated.ok) return migrated;
  // The folder entry of a new file is durable only when the folder itself has been synced.
  syncPath(dataDir);
  return ok(null);
}

function readBackDurability(database: DatabaseSync): Result<null, Fault> {
  const journal = String(database.prepare('PRAGMA journal_mode').get()?.['journal_mode']);
  const synchronous = pragmaNumber(database, 'synchronous');
  if (journal === 'wal' && synchronous === SYNCHRONOUS_FULL) return ok(null);
  return err(fault('store.not-durable', `journal_mode=${journal} synchronous=${synchronous}`));
}

function asStore(database: DatabaseSync, files: AttachmentFiles): Store {
  const statements = new Map<string, StatementSync>();
  return {
    files,
    sql: (text) => {
      const known = statements.get(text);
      if (known) return known;
      const statement = database.prepare(text);
      statements.set(text, statement);
      return statement;
    },
    transaction: (work) => {
      const begun = attempt(() => ok(database.exec('BEGIN IMMEDIATE')));
      if (!begun.ok) return begun;
      try {
        const value = work();
        database.exec('COMMIT');
        return ok(value);
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        if (isSqliteError(error)) return err(storeFault(error));
        throw error;
      }
    },
    copyInto: (file) =>
      attempt(() => {
        database.prepare('VACUUM INTO ?').run(file);
        return ok(null);
      }),
    truncateLog: () =>
      attempt(() => {
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
        return ok(null);
      }),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

function attempt<T>(work: () => Result<T, Fault>): Result<T, Fault> {
  try {
    return work();
  } catch (error) {
    return err(storeFault(error));
  }
}

interface SqliteError extends Error {
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

function storeFault(error: unknown): Fault {
  if (!(error instanceof Error)) return fault('store.failed');
  // The primary code is in the low byte. SQLite's messages hold names of tables, never values.
  const code = isSqliteError(error) ? error.errcode & 0xff : 0;
  if (code === SQLITE_BUSY) return fault('store.in-use', error.message);
  if (code === SQLITE_FULL) return fault('store.full', error.message);
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return fault('store.corrupt', error.message);
  return fault('store.failed', error.message);
}
