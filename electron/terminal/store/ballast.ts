import { randomFillSync } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { workFault } from './crash-only.ts';
import { isDecommissioned } from './destroy.ts';
import { replaceFile } from './durable-file.ts';

/** In the data folder: nothing but room. */
export const BALLAST_FILE = 'ballast';

/** A start writes some tens of kilobytes, an acknowledgement some pages: enough for hundreds of each. */
export const BALLAST_BYTES = 4_194_304;

export interface BallastPorts {
  readonly dataDir: string;
  /** Null: the file system does not say. */
  readonly freeBytes: (folder: string) => number | null;
  readonly log: Log;
}

/**
 * Room of the terminal's own on a disk that somebody else has filled: thrown off when there is next to none left, so that a terminal which is started
 * there does start, tells the platform why it receives nobody, and sends what it has. Never throws.
 */
export function throwOffBallast({ dataDir, freeBytes, log }: BallastPorts): void {
  const file = join(dataDir, BALLAST_FILE);
  const free = freeBytes(dataDir);
  if (free === null || free >= BALLAST_BYTES / 2 || !existsSync(file)) return;
  try {
    rmSync(file, { force: true });
    log({ level: 'error', event: 'store.ballast-thrown-off', code: 'store.full' });
  } catch (error) {
    notTended(log, error);
  }
}

/**
 * Laid when `reserveBytes` (`storage.reserveMb`) stay free beside it: a full disk is not made fuller. Not of zeros, for which a file system that
 * compresses keeps no room. Never throws.
 */
export function layBallast({ dataDir, freeBytes, log }: BallastPorts, reserveBytes: number): void {
  const file = join(dataDir, BALLAST_FILE);
  const free = freeBytes(dataDir);
  if (free === null || free < reserveBytes + BALLAST_BYTES || existsSync(file) || isDecommissioned(dataDir))
    return;
  try {
    replaceFile(file, randomFillSync(new Uint8Array(BALLAST_BYTES)));
  } catch (error) {
    notTended(log, error);
  }
}

function notTended(log: Log, error: unknown): void {
  const { code, detail = '' } = workFault('ballast', error);
  log({ level: 'error', event: 'store.ballast-not-tended', code, detail });
}
