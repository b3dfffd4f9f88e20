import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A file system of its own, in memory, that is really full when it is. It is mounted where nobody sees it but the processes that are begun with
 * `inside`, and ends with the process that holds it: a test that is killed leaves no mount behind.
 */
export interface SmallDisk {
  /** Where it lies for whoever is inside. */
  readonly folder: string;
  /** The same, for this process. Not for SQLite, which asks where a path really leads. */
  readonly seen: string;
  /** Before the command of a process that is to see it. */
  readonly inside: readonly string[];
  freeBytes(): number;
  /** Somebody else's file takes all of the room but so many bytes, in whole pages. */
  fillBut(bytes: number): void;
  /** That file is gone. */
  makeRoom(): void;
  close(): Promise<void>;
}

const PAGE_BYTES = 4096;
/** The file that fills it. */
export const SOMEBODY_ELSES = 'somebody-elses-film';
const CHUNK = Buffer.alloc(1_048_576, 0x5a);

/** Null: this machine, or its container, lets nobody mount; why, as it says. */
export function whyNoSmallDisk(): string | null {
  const script = 'mount -t tmpfs -o size=1m small-disk /mnt';
  const tried = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    encoding: 'utf8',
  });
  if (tried.status === 0) return null;
  return tried.error?.message ?? tried.stderr.trim();
}

export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-small-disk-'));
  const script = `mount -t tmpfs -o size=${String(megabytes)}m small-disk "$0" && echo mounted && exec cat`;
  // It ends with the pipe from this process, however this one ends.
  const holder: ChildProcess = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', script, folder],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(holder, 'exit');
  await Promise.race([
    once(holder.stdout ?? holder, 'data'),
    ended.then(() => {
      throw new Error('the small disk cannot be mounted');
    }),
  ]);
  const pid = String(holder.pid);
  const seen = `/proc/${pid}/root${folder}`;
  const file = join(seen, SOMEBODY_ELSES);

  return {
    folder,
    seen,
    inside: ['nsenter', `--mount=/proc/${pid}/ns/mnt`, '--'],
    freeBytes: () => {
      const { bavail, bsize } = statfsSync(seen);
      return bavail * bsize;
    },
    fillBut: (bytes) => {
      const handle = openSync(file, 'a');
      try {
        for (;;) {
          const { bavail, bsize } = statfsSync(seen);
          const room = bavail * bsize - bytes;
          if (room < PAGE_BYTES) return;
          writeSync(handle, CHUNK, 0, Math.min(CHUNK.length, room - (room % PAGE_BYTES)));
        }
      } catch (error) {
        // The terminal was quicker, and took what was left.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(handle);
      }
    },
    makeRoom: () => {
      rmSync(file, { force: true });
    },
    close: async () => {
      holder.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
