import { statfsSync } from 'node:fs';
import type { Clock } from '#contract/ports.ts';

/** Asking the file system for each page of a form would be waste, and a disk does not fill in seconds. */
const LOOK_EVERY_MS = 5_000;

export interface RoomPorts {
  readonly folder: string;
  /** What must stay free so that whatever was begun can be finished. */
  readonly reserveBytes: number;
  readonly clock: Clock;
  /** Free bytes for this user; null when the file system does not say. */
  readonly freeBytes: (folder: string) => number | null;
}

/**
 * Whether the disk still has room for a new visit. Asked before a resident begins, so that nobody fills a form
 * that cannot be received; a visit under way is finished from the reserve.
 */
export function createRoom(ports: RoomPorts): () => boolean {
  const { clock } = ports;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let has = true;
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - lookedAtMs >= LOOK_EVERY_MS) {
      lookedAtMs = nowMs;
      const free = ports.freeBytes(ports.folder);
      has = free === null || free >= ports.reserveBytes;
    }
    return has;
  };
}

/** What the rows of an application, and of those before it, may still need in the database and its log. */
const KEPT_FREE_BYTES = 8_388_608;

/**
 * Whether so many bytes more fit, and the transaction that names them as well. Asked anew each time: attachments
 * are large, and an application is refused before it is received or not at all.
 */
export function createRoomFor(
  folder: string,
  freeBytes: (folder: string) => number | null,
): (byteCount: number) => boolean {
  return (byteCount) => {
    const free = freeBytes(folder);
    return free === null || free - byteCount >= KEPT_FREE_BYTES;
  };
}

export function freeBytesOf(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
