import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freeBytesOf } from '#terminal/store/room.ts';

/** File systems that keep nothing over a power cut: a commit costs nothing there, and says nothing. */
const IN_MEMORY = ['tmpfs', 'ramfs'];

/** `ext4 on /dev/vda`, as the report says it; null where the system does not tell. */
export function fileSystemOf(folder: string): string | null {
  const mounted = mountOf(realpathSync(folder));
  return mounted === null ? null : `${mounted.type} on ${mounted.device}`;
}

/** A folder for one group, and how to take it away. Throws on a file system in memory. */
export function measuredFolder(dataDir: string, name: string): { path: string; remove: () => void } {
  const mounted = mountOf(realpathSync(dataDir));
  if (mounted !== null && IN_MEMORY.includes(mounted.type))
    throw new Error(`${dataDir} is on ${mounted.type}, which is no disk: --data=FOLDER names another`);
  const path = mkdtempSync(join(dataDir, `${name}-`));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Whether there is room for so many bytes and half of them again. */
export function hasRoomFor(folder: string, bytes: number): boolean {
  const free = freeBytesOf(folder);
  return free === null || free > bytes * 1.5;
}

function mountOf(path: string): { type: string; device: string } | null {
  let mounts: string;
  try {
    mounts = readFileSync('/proc/mounts', 'utf8');
  } catch {
    return null; // not Linux
  }
  const found = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at = '']) => at !== '' && `${path}/`.startsWith(at === '/' ? at : `${at}/`))
    // The last one of the longest: a later mount covers an earlier one.
    .reduce<readonly string[] | null>((best, mount) => {
      const isLonger = (mount[1]?.length ?? 0) >= (best?.[1]?.length ?? 0);
      return isLonger ? mount : best;
    }, null);
  const [device, , type] = found ?? [];
  return device === undefined || type === undefined ? null : { type, device };
}
