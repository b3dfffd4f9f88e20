import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { openAttachmentFiles, type AttachmentFiles } from './attachment-files.ts';
import { crashOnly, storeFault } from './crash-only.ts';
import { makeFolder, syncPath } from './durable-file.ts';
import { settleLog } from './log-file.ts';
import { migrate, ownSchema, pragmaNumber, type Schema } from './migrate.ts';
import { createTransactions, type Outcome, type Part } from './transactions.ts';

export type Statement = Pick<StatementSync, 'get' | 'all' | 'run'>;

/**
 * A store: node:sqlite is pre-stable, so nobody but this folder names it. It is crash-only: after a fault of the disk
 * under it (docs/decisions/0015-a-failing-disk.md) every call answers with that fault, and nothing reaches the
 * file through this handle again. Only a new process gets on, by `openOrRecover`.
 */
export interface Store {
  /** A prepared statement, kept for the next call with the same text. Its calls throw what SQLite says, or StoreBroken. */
  sql(text: string): Statement;
  /**
   * All or nothing, and on the disk when it returns. Fault: `store.full`, `store.failed`; then nothing
   * was written. Anything else that is thrown inside rolls back and goes on as it is.
   */
  transaction<T>(work: () => T): Result<T, Fault>;
  /**
   * Several in one commit, each all or nothing by itself: what one answers with a fault, or throws, undoes what
   * that one wrote and nothing else. On the disk when it returns. A commit that fails is the fault of all of
   * them; on a full disk each is then tried alone, so that a work may run twice.
   */
  transactions<T>(works: readonly Part<T>[]): readonly Outcome<T>[];
  /** The sealed attachments, which rows name. */
  readonly files: AttachmentFiles;
  /** A compacted copy of everything at a path that does not exist yet. Faults: `store.full`, `store.failed`. */
  copyInto(file: string): Result<null, Fault>;
  /**
   * Moves the write-ahead log into the database and cuts it: an erased payload is gone from the disk only
   * then. Faults: `store.full`, `store.failed`.
   */
  truncateLog(): Result<null, Fault>;
  /** Told once, in the middle of the call that met it, when the disk under it failed: the process must end. */
  onBroken(tell: (why: Fault) => void): void;
  /** Does nothing to a broken one: closing would write through it. */
  close(): void;
}

export const DATABASE_FILE = 'terminal.db';

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
  return openStoreOf(dataDir, ownSchema);
}

/** As a program with that schema opens it. */
export function openStoreOf(dataDir: string, schema: Schema): Result<Store, Fault> {
  let database: DatabaseSync;
  let files: AttachmentFiles;
  try {
    makeFolder(dataDir);
    files = openAttachmentFiles(dataDir);
    database = new DatabaseSync(join(dataDir, DATABASE_FILE), {
      enableForeignKeyConstraints: true,
      timeout: 2000,
    });
  } catch (error) {
    return err(storeFault(error));
  }
  const prepared = attempt(() => prepare(database, dataDir, schema));
  if (!prepared.ok) {
    database.close();
    return prepared;
  }
  return ok(asStore(database, files));
}

function prepare(database: DatabaseSync, dataDir: string, schema: Schema): Result<null, Fault> {
  // One process owns the file: a second terminal on the same folder is refused instead of interleaved.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
  // NORMAL loses acknowledged rows at a power cut in WAL mode; secure_delete overwrites erased payloads.
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;');
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  // What a savepoint may have to put back stays in memory, instead of in a file on whatever disk /tmp is.
  database.exec('PRAGMA temp_store = MEMORY');
  const durable = readBackDurability(database);
  if (!durable.ok) return durable;
  // Damage is found before anything is built on it; a page that is read months later is too late.
  const check = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (check !== 'ok') return err(fault('store.corrupt', String(check)));
  // By now the lock is ours, and nothing has been written.
  settleLog(`${join(dataDir, DATABASE_FILE)}-wal`);
  const migrated = migrate(database, schema);
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
  const guard = crashOnly(database);
  const statements = new Map<string, Statement>();

  function prepared(text: string): Statement {
    const statement = guard.run(() => database.prepare(text));
    // The overloads of node:sqlite's methods do not survive a spread; what goes in and comes out does.
    return {
      get: (...given: never[]) => guard.run(() => statement.get(...given)),
      all: (...given: never[]) => guard.run(() => statement.all(...given)),
      run: (...given: never[]) => guard.run(() => statement.run(...given)),
    } as Statement;
  }

  return {
    files: {
      ...files,
      // A commit whose fsync failed may be there at the next start, and name them. What no row names then is swept.
      remove: (names) => {
        if (guard.fault() === null) files.remove(names);
      },
    },
    sql: (text) => {
      const known = statements.get(text);
      if (known) return known;
      const statement = prepared(text);
      statements.set(text, statement);
      return statement;
    },
    ...createTransactions(database, guard),
    copyInto: (file) => {
      const broken = guard.fault();
      if (broken !== null) return err(broken);
      // Outside the guard: the disk that fails here is the backup's, as a rule. Damage of our own is met by the next
      // statement, or by the check at the next start.
      return attempt(() => {
        database.prepare('VACUUM INTO ?').run(file);
        return ok(null);
      });
    },
    truncateLog: () =>
      attempt(() => {
        guard.run(() => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
        return ok(null);
      }),
    onBroken: guard.onBroken,
    close: () => {
      if (guard.fault() === null && database.isOpen) database.close();
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
