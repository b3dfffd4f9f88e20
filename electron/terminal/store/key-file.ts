import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import type { RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { FIRST_KEY_ID } from './sealing.ts';

/** AES-256 key that seals personal data at rest, in bytes. */
export const SEALING_KEY_BYTES = 32;

/** Where the key lies when a file holds it; root may provision it before the first start. */
export function keyFilePath(dataDir: string): string {
  return join(dataDir, 'keys', `${FIRST_KEY_ID}.key`);
}

/** Whether something may be sealed in this folder already, so that a new key would open nothing of it. */
export function needsItsKey(dataDir: string): boolean {
  return existsSync(join(dataDir, 'terminal.db'));
}

/**
 * The key in `<dataDir>/keys/k1.key` (mode 0600), made at the first start. A folder that has a database and
 * no key is refused: a new key would make every waiting application unreadable.
 * Fault: `store.key-missing`.
 */
export function openKeyFile(dataDir: string, randomBytes: RandomBytes): Result<Uint8Array, Fault> {
  const file = keyFilePath(dataDir);
  try {
    if (!existsSync(file)) {
      if (needsItsKey(dataDir)) {
        return err(fault('store.key-missing', `${file} is gone and the database needs it`));
      }
      writeDurably(file, randomBytes(SEALING_KEY_BYTES));
    }
    const key = readFileSync(file);
    return key.length === SEALING_KEY_BYTES
      ? ok(key)
      : err(fault('store.key-missing', `${file} does not hold ${SEALING_KEY_BYTES} bytes`));
  } catch {
    return err(fault('store.key-missing', `${file} cannot be read`));
  }
}

/** On the disk with its folder before it returns: a row must never be older than the key it needs. */
function writeDurably(file: string, bytes: Uint8Array): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  for (const path of [folder, dirname(folder)]) {
    const directory = openSync(path, 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  }
}
