import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { ByteSource } from '#contract/transfer/transfer-reader.ts';
import { syncPath } from '../../store/durable-file.ts';

/** A file that appears whole under its name, on the disk, or not at all. */
export interface NewFile {
  write(bytes: Uint8Array): void;
  /** Fault: `transfer.not-written`. */
  finish(): Result<null, Fault>;
  abandon(): void;
}

/** Writes are gathered to this size, in bytes: a USB stick takes small ones slowly. */
const WRITE_BYTES = 1_048_576;

/** Fault: `transfer.not-written`, also for a file that is there already. */
export function createNewFile(path: string): Result<NewFile, Fault> {
  if (existsSync(path)) return err(fault('transfer.not-written', 'the file is there already'));
  const unfinished = `${path}.part`;
  let handle: number;
  try {
    // What an interrupted export left is nobody's: its code was never shown.
    rmSync(unfinished, { force: true });
    handle = openSync(unfinished, 'wx', 0o600);
  } catch (error) {
    return err(notWritten(error));
  }
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let failure: Fault | null = null;

  function flush(): void {
    if (failure !== null || gatheredBytes === 0) return;
    try {
      const bytes = Buffer.concat(gathered);
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    } catch (error) {
      failure = notWritten(error);
    }
    gathered = [];
    gatheredBytes = 0;
  }

  function abandon(): void {
    closeSync(handle);
    rmSync(unfinished, { force: true });
  }

  return ok({
    write: (bytes) => {
      gathered.push(bytes);
      gatheredBytes += bytes.length;
      if (gatheredBytes >= WRITE_BYTES) flush();
    },
    finish: () => {
      flush();
      if (failure !== null) {
        abandon();
        return err(failure);
      }
      try {
        fsyncSync(handle);
        closeSync(handle);
        renameSync(unfinished, path);
        syncPath(dirname(path));
        return ok(null);
      } catch (error) {
        return err(notWritten(error));
      }
    },
    abandon,
  });
}

function notWritten(error: unknown): Fault {
  // The system's code, never its sentence: that one quotes the path.
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return fault('transfer.not-written', code);
}

export interface OpenFile {
  readonly source: ByteSource;
  close(): void;
}

/**
 * Reads a file piece by piece. What does not read (a bad sector) reads as the end of the file.
 * Fault: `transfer.unreadable`.
 */
export function openFile(path: string): Result<OpenFile, Fault> {
  try {
    const handle = openSync(path, 'r');
    return ok({
      source: (byteCount) => {
        const bytes = Buffer.alloc(byteCount);
        let at = 0;
        try {
          while (at < byteCount) {
            const count = readSync(handle, bytes, at, byteCount - at, null);
            if (count === 0) break;
            at += count;
          }
        } catch {
          return bytes.subarray(0, at);
        }
        return bytes.subarray(0, at);
      },
      close: () => {
        closeSync(handle);
      },
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return err(fault('transfer.unreadable', code));
  }
}
