import { fault, type Fault } from '#contract/fault.ts';
import type { DatabaseSync } from 'node:sqlite';
import { isDiskFull } from './durable-file.ts';

/** SQLite result codes (sqlite.org/rescode.html), primary part. */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/**
 * After these nobody may trust the handle. A failed fsync is told once, and the same call then succeeds without the
 * bytes (sqlite.org/rescode.html#ioerr_fsync; Rebello et al., USENIX ATC 2020); READONLY and CANTOPEN are what a
 * file system answers that the kernel has taken away after an error. A full disk is not among them: SQLite
 * rolls back, and goes on when there is room.
 */
const FATAL: ReadonlySet<number> = new Set([
  SQLITE_READONLY,
  SQLITE_IOERR,
  SQLITE_CORRUPT,
  SQLITE_CANTOPEN,
  SQLITE_NOTADB,
]);

/** Thrown by every statement of a store that broke. */
export class StoreBroken extends Error {
  override readonly name = 'StoreBroken';
  readonly fault: Fault;

  constructor(why: Fault) {
    super(why.code);
    this.fault = why;
  }
}

/** Stands before every use of a database's handle, and lets nothing through once the handle has failed. */
export interface CrashOnly {
  /** Runs it, and looks at what it throws. Throws StoreBroken without running it when the handle has failed before. */
  run<T>(work: () => T): T;
  /** null as long as the handle can be trusted. */
  fault(): Fault | null;
  /** Told once; at once when it has happened already. */
  onBroken(tell: (why: Fault) => void): void;
}

/** A handle that is given up stays open: closing it would write its log into the database, and end in a doubt. */
const abandoned = new Set<DatabaseSync>();

export function crashOnly(database: DatabaseSync): CrashOnly {
  let broken: Fault | null = null;
  const listeners: ((why: Fault) => void)[] = [];

  return {
    run: (work) => {
      if (broken !== null) throw new StoreBroken(broken);
      try {
        return work();
      } catch (error) {
        if (isFatal(error)) {
          broken = storeFault(error);
          abandoned.add(database);
          for (const tell of listeners.splice(0)) tell(broken);
        }
        throw error;
      }
    },
    fault: () => broken,
    onBroken: (tell) => {
      if (broken === null) listeners.push(tell);
      else tell(broken);
    },
  };
}

interface SqliteError extends Error {
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

function isFatal(error: unknown): boolean {
  return isSqliteError(error) && FATAL.has(primaryCode(error));
}

/** The low byte; the rest says where it happened. */
function primaryCode(error: SqliteError): number {
  return error.errcode & 0xff;
}

/** Also of what the file system threw. SQLite's messages hold names of tables, never values. */
export function storeFault(error: unknown): Fault {
  if (error instanceof StoreBroken) return error.fault;
  if (!(error instanceof Error)) return fault('store.failed');
  if (!isSqliteError(error)) return fault(isDiskFull(error) ? 'store.full' : 'store.failed', error.message);
  const detail = `${error.message} (${error.errcode})`;
  switch (primaryCode(error)) {
    case SQLITE_BUSY:
      return fault('store.in-use', detail);
    case SQLITE_FULL:
      return fault('store.full', detail);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fault('store.corrupt', detail);
    default:
      return fault('store.failed', detail);
  }
}

/** Of work beside the running store (a backup, a key, a file), which is no word about the store itself: `store.full` or `store.failed`. */
export function workFault(what: string, error: unknown): Fault {
  const { code, detail = 'unknown' } = storeFault(error);
  return fault(code === 'store.full' ? code : 'store.failed', `${what}: ${detail}`);
}
