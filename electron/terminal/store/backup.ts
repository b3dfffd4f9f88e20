import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TerminalConfig } from '#config/schema.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { copyToBackup, pruneBackup } from './attachment-care.ts';
import { workFault } from './crash-only.ts';
import { makeFolder, syncPath } from './durable-file.ts';
import type { Store } from './store.ts';

const PREFIX = 'terminal-';
const SUFFIX = '.db';
/** What somebody else laid there under another name, a copy or one of before, is neither restored nor pruned. */
const OWN_NAME = /^terminal-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)\.db$/;
const UNFINISHED = '.new';
/** Yesterday's may be the one that was made while the disk already failed. */
const BACKUPS_KEPT = 3;

/** Where this terminal's backups are: terminals that share a folder must neither prune nor restore each other's. null: none are made. */
export function backupFolderOf({
  storage,
  terminal,
}: Pick<TerminalConfig, 'storage' | 'terminal'>): string | null {
  return storage.backupDir === null ? null : join(storage.backupDir, terminal.id);
}

/**
 * A copy of the whole database on another path, compacted, and believed only after it was read back:
 * integrity, and as many rows as the original. It holds what the database holds, sealed under the same data
 * keys, but for drafts, and beside it the attachments that it names; the master key is not in it. Faults: `store.full`, `store.failed`; an older backup is then untouched.
 */
export function backUp(store: Store, backupDir: string, nowMs: number): Result<string, Fault> {
  try {
    makeFolder(backupDir);
    removeUnfinished(backupDir);
    const file = join(backupDir, nextName(backupDir, nowMs));
    const unfinished = file + UNFINISHED;
    const copied = store.copyInto(unfinished);
    if (!copied.ok) return copied;
    forgetDrafts(unfinished);
    const doubt = verify(unfinished, store);
    if (doubt !== null) return err(fault('store.failed', `backup: ${doubt}`));
    copyToBackup(store, backupDir);
    syncPath(unfinished);
    renameSync(unfinished, file);
    syncPath(backupDir);
    for (const old of backupsIn(backupDir).slice(BACKUPS_KEPT)) rmSync(join(backupDir, old));
    pruneBackup(
      backupDir,
      new Set(backupsIn(backupDir).flatMap((kept) => attachmentsIn(join(backupDir, kept)))),
    );
    return ok(file);
  } catch (error) {
    return err(workFault('backup', error));
  } finally {
    removeUnfinished(backupDir);
  }
}

/** A half copy may be what fills the disk. */
function removeUnfinished(backupDir: string): void {
  try {
    for (const name of readdirSync(backupDir)) {
      if (name.startsWith(PREFIX) && name.endsWith(UNFINISHED)) rmSync(join(backupDir, name));
    }
  } catch {
    // A disk that is gone, or takes no removal now: the next backup tries again.
  }
}

/**
 * The same, and then all older ones are gone: those are wrapped by a master key that has been exchanged. A
 * recovery that took a data key from one of them could not open it.
 */
export function backUpAlone(store: Store, backupDir: string, nowMs: number): Result<string, Fault> {
  const made = backUp(store, backupDir, nowMs);
  if (!made.ok) return made;
  try {
    for (const name of backupsIn(backupDir)) {
      const file = join(backupDir, name);
      if (file !== made.value) rmSync(file);
    }
    syncPath(backupDir);
    return made;
  } catch (error) {
    return err(workFault('backup', error));
  }
}

/** null when there is none. */
export function newestBackup(backupDir: string): string | null {
  if (!existsSync(backupDir)) return null;
  const [newest] = backupsIn(backupDir);
  return newest === undefined ? null : join(backupDir, newest);
}

/** The newest first: in the order of their names they were made. */
function backupsIn(backupDir: string): string[] {
  return readdirSync(backupDir)
    .filter((name) => !Number.isNaN(msIn(name)))
    .toSorted()
    .toReversed();
}

/**
 * The time, or behind the newest that is there: one that was made by a clock years ahead would else be the newest for years, and each that is made
 * since, or by a clock that begins at 1970 again, would be taken for an old one and pruned at once.
 */
function nextName(backupDir: string, nowMs: number): string {
  const [newest = ''] = backupsIn(backupDir);
  const newestMs = msIn(newest);
  const madeMs = newestMs >= nowMs ? newestMs + 1 : nowMs;
  return `${PREFIX}${new Date(madeMs).toISOString().replace(/[:.]/g, '-')}${SUFFIX}`;
}

/** Milliseconds since 1970; NaN: it is the name of no backup. */
function msIn(name: string): number {
  return OWN_NAME.test(name) ? Date.parse(name.replace(OWN_NAME, '$1$2:$3:$4.$5')) : NaN;
}

/** A draft is promised to be gone after a day, and a backup stays for longer. What is erased in it is overwritten. */
function forgetDrafts(file: string): void {
  const copy = new DatabaseSync(file);
  try {
    copy.exec(
      'PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON; DELETE FROM saved_draft; DELETE FROM handed_draft;',
    );
  } finally {
    copy.close();
  }
}

const COUNTED = ['application', 'outbox', 'attachment', 'print_job', 'audit', 'data_key'] as const;

/** What is wrong with a copy, or null. */
function verify(file: string, store: Store): string | null {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    const check = copy.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (check !== 'ok') return String(check);
    for (const table of COUNTED) {
      const count = `SELECT count(*) AS n FROM ${table}`;
      if (copy.prepare(count).get()?.['n'] !== store.sql(count).get()?.['n']) return `${table} is not whole`;
    }
    return null;
  } finally {
    copy.close();
  }
}

/** The files that a backup names; one of an earlier release has no attachments. */
function attachmentsIn(file: string): string[] {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    if (copy.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'attachment'").get() === undefined) return [];
    const rows = copy.prepare('SELECT DISTINCT file_name FROM attachment').all();
    return rows.map((row) => String(row['file_name']));
  } finally {
    copy.close();
  }
}
