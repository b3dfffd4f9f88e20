import { closeSync, existsSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 1_048_576;

/**
 * Writes the log that an unclean end has left once more, in its place, byte for byte, and syncs it.
 *
 * Why: after an fsync that failed, Linux holds the pages for clean. SQLite reads them from the cache at the next start,
 * takes their commits for good and adds new ones behind them; the next power cut then finds a hole on the disk
 * where they should be, and everything behind the hole is lost, confirmed or not. Written again, they are
 * dirty again, and this sync is a true one. Only for the process that holds the database's lock.
 */
export function settleLog(file: string): void {
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r+');
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    let at = 0;
    for (;;) {
      const got = readSync(handle, chunk, 0, chunk.length, at);
      if (got === 0) break;
      for (let done = 0; done < got;) done += writeSync(handle, chunk, done, got - done, at + done);
      at += got;
    }
    if (at > 0) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
