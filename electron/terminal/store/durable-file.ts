import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';

/** Waits until a file, or a folder's entries, are on the disk and not only in its cache. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A new file, for its user only, on the disk when this returns; its folder must be synced by the caller. */
export function writeNewFile(path: string, bytes: Uint8Array): void {
  const handle = openSync(path, 'wx', 0o600);
  try {
    // Goes on after a short write, which a disk that is nearly full may answer with.
    writeFileSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
