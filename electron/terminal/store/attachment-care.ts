import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { hasAttachments, openAttachmentFiles } from './attachment-files.ts';
import { makeFolder, syncPath } from './durable-file.ts';
import type { Store } from './store.ts';

/**
 * Removes the files that no row names: what was written for an application that a kill or a full disk kept from
 * being received, what was sealed anew, and what an erasure had no time for. Gives how many.
 * Safe at any time: between a file and its row the terminal does nothing else, and nobody else has the store.
 */
export function sweepAttachments(store: Store): number {
  // A database without one application beside files is one that somebody put there in place of another.
  if (store.sql('SELECT 1 FROM application LIMIT 1').get() === undefined) return 0;
  const unnamed = unnamedFiles(store);
  store.files.remove(unnamed);
  return unnamed.length;
}

/**
 * After a recovery: what the database lost may still lie here, so nothing is removed; it goes to where the
 * damaged database is kept.
 */
export function setAsideUnnamed(store: Store, quarantine: string): number {
  const unnamed = unnamedFiles(store);
  if (unnamed.length === 0) return 0;
  const aside = join(quarantine, 'attachments');
  makeFolder(aside);
  for (const name of unnamed) renameSync(join(store.files.folder, name), join(aside, name));
  syncPath(aside);
  return unnamed.length;
}

/** Files that rows name and that are only in the backup come from there. Gives how many rows have none. */
export function fetchFromBackup(store: Store, backupDir: string | null): number {
  const missing = namedFiles(store).filter((name) => !existsSync(join(store.files.folder, name)));
  if (backupDir === null || !hasAttachments(backupDir)) return missing.length;
  const backup = openAttachmentFiles(backupDir);
  let lacking = 0;
  for (const name of missing) {
    const bytes = backup.read(name);
    if (!bytes.ok || !store.files.write([bytes.value]).ok) lacking += 1;
  }
  return lacking;
}

/**
 * Copies the files that the backup lacks, before a backup that names them counts. A file that is gone is no
 * reason to have no backup of the rest. Throws what the file system throws.
 */
export function copyToBackup(store: Store, backupDir: string): void {
  const named = namedFiles(store);
  if (named.length === 0) return;
  const backup = openAttachmentFiles(backupDir);
  const there = new Set(backup.names());
  let isNew = false;
  for (const name of named) {
    const from = join(store.files.folder, name);
    if (there.has(name) || !existsSync(from)) continue;
    const to = join(backup.folder, name);
    copyFileSync(from, `${to}.new`);
    syncPath(`${to}.new`);
    renameSync(`${to}.new`, to);
    isNew = true;
  }
  if (isNew) syncPath(backup.folder);
}

/** What no kept backup names any more leaves the backup as well: it was erased here days ago. */
export function pruneBackup(backupDir: string, named: ReadonlySet<string>): void {
  if (!hasAttachments(backupDir)) return;
  const backup = openAttachmentFiles(backupDir);
  backup.remove(backup.names().filter((name) => !named.has(name)));
}

function namedFiles(store: Store): string[] {
  const rows = store.sql('SELECT DISTINCT file_name FROM attachment').all();
  return rows.map((row) => String(row['file_name']));
}

function unnamedFiles(store: Store): string[] {
  return store.files
    .names()
    .filter((name) => store.sql('SELECT 1 FROM attachment WHERE file_name = ?').get(name) === undefined);
}
