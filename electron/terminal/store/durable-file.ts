import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** For the user of the terminal and nobody else. */
const OWN = 0o600;

/** The disk is full, or this user's part of it. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Whether that is why a call to the file system threw. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && FULL.has(String(error.code));
}

/** Waits until a file, or a folder's entries, are on the disk and not only in its cache. */
export function syncPath(path: string): void {
  const isWindows = process.platform === 'win32';
  // There only what may be written can be flushed, and a folder never: NTFS keeps its names in a journal.
  if (isWindows && statSync(path).isDirectory()) return;
  const handle = openSync(path, isWindows ? 'r+' : 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A folder for its user only, with all that it lies in: each new level is on the disk when this returns. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  makeFolder(above);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  syncPath(above);
}

/**
 * A new file, for its user only, whose bytes are on the disk when this returns. Its name may not be: for a file that
 * gets another name afterwards, and whose folder the caller syncs. Throws when there is one already.
 */
export function writeSynced(path: string, bytes: Uint8Array, mode = OWN): void {
  const handle = openSync(path, 'wx', mode);
  try {
    // Goes on after a short write, which a disk that is nearly full may answer with.
    writeFileSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * A new file, for its user only, whole and on the disk when this returns. It gets its name only then: a power cut
 * may leave a name without bytes, which looks like a file that was damaged. Throws when there is one already.
 */
export function writeNewFile(path: string, bytes: Uint8Array): void {
  if (existsSync(path)) throw new Error(`${path} is there already`);
  replaceFile(path, bytes);
}

/**
 * As `writeNewFile`; a file that is there is replaced in one step, and is whole at every moment. What a full disk let it write of the new one
 * goes again. `mode`: who else may read it.
 */
export function replaceFile(path: string, bytes: Uint8Array, mode = OWN): void {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  try {
    writeSynced(unfinished, bytes, mode);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  syncPath(dirname(path));
}
