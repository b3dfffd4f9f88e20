import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type FolderLock =
  { readonly held: true; release(): void } | { readonly held: false; readonly byPid: number | null };

/**
 * One station per data folder. The lock is SQLite's own on a small file, which the operating system lets
 * go with the process, however it ends: a file that only holds a pid would outlive a crash.
 */
export function lockFolder(dataDir: string): FolderLock {
  const pidFile = join(dataDir, 'station.pid');
  const database = new DatabaseSync(join(dataDir, 'station.lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    return { held: false, byPid: readPid(pidFile) };
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return { held: true, release: () => database.close() };
}

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
