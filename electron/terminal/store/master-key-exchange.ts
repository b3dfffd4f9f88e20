import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import type { RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { workFault } from './crash-only.ts';
import { replaceFile, syncPath } from './durable-file.ts';
import { keyFilePath, MASTER_KEY_BYTES, needsItsKey } from './key-file.ts';
import { openStore, type Store } from './store.ts';
import { filesUnderMasterKey, underMasterKey } from './under-master-key.ts';

/** What is for the next key waits beside what is for the present one. */
const NEXT = '.next';

/** The new key waits here until everything is wrapped by it. */
export const nextKeyFilePath = (dataDir: string): string => keyFilePath(dataDir) + NEXT;

export interface KeyExchange {
  readonly dataDir: string;
  readonly randomBytes: RandomBytes;
}

/**
 * Exchanges the master key of a stopped terminal: a new one is made, all that the old one wraps is wrapped by the
 * new one, and the old one is gone. In an order that leaves a working key at each moment: the new key is on the
 * disk, one transaction, the new key takes the old one's name. `settleExchange` finishes what was interrupted.
 * Gives how many values were wrapped anew. Faults: `store.key-missing`, `store.full`; those of `openStore`.
 */
export function exchangeKeyFile({ dataDir, randomBytes }: KeyExchange): Result<number, Fault> {
  const settled = settleExchange(dataDir);
  if (!settled.ok) return settled;
  const current = readMasterKey(keyFilePath(dataDir));
  if (!current.ok) return current;
  const next = randomBytes(MASTER_KEY_BYTES);
  try {
    replaceFile(nextKeyFilePath(dataDir), next);
    for (const { pathIn, rewrap: rewrapFile } of filesUnderMasterKey) {
      const file = pathIn(dataDir);
      if (!existsSync(file)) continue;
      // One that the present key does not open is as lost under the next one.
      const anew = rewrapFile(readFileSync(file), current.value, next, randomBytes);
      if (anew !== null) replaceFile(file + NEXT, anew);
    }
  } catch (error) {
    return err(workFault('the next key', error));
  }
  const wrapped = rewrapDatabase({ dataDir, randomBytes }, current.value, next);
  if (!wrapped.ok) return wrapped;
  takeNewKey(dataDir);
  return wrapped;
}

/**
 * Wraps everything by another key whose file somebody else keeps (systemd-creds, a provisioning tool). Doing it
 * again changes nothing: what the new key opens already stays as it is.
 */
export function rewrap(exchange: KeyExchange, current: Uint8Array, next: Uint8Array): Result<number, Fault> {
  const wrapped = rewrapDatabase(exchange, current, next);
  if (!wrapped.ok) return wrapped;
  try {
    for (const { pathIn, rewrap: rewrapFile } of filesUnderMasterKey) {
      const file = pathIn(exchange.dataDir);
      if (!existsSync(file)) continue;
      const anew = rewrapFile(readFileSync(file), current, next, exchange.randomBytes);
      if (anew !== null) replaceFile(file, anew);
    }
    return wrapped;
  } catch (error) {
    return err(workFault('a file beside the database could not be written; do it again', error));
  }
}

function rewrapDatabase(
  { dataDir, randomBytes }: KeyExchange,
  current: Uint8Array,
  next: Uint8Array,
): Result<number, Fault> {
  if (!needsItsKey(dataDir)) return err(fault('store.failed', `there is no database in ${dataDir}`));
  const opened = openStore(dataDir);
  if (!opened.ok) return opened;
  const store = opened.value;
  try {
    if (isOpenedBy(store, next)) return ok(0);
    if (!isOpenedBy(store, current)) {
      return err(fault('store.key-missing', 'the given key does not open what it should'));
    }
    return store.transaction(() =>
      underMasterKey.reduce((count, thing) => count + thing.rewrap(store, current, next, randomBytes), 0),
    );
  } finally {
    store.close();
  }
}

/**
 * Ends an exchange that was interrupted: whichever key opens the store is the key, and the other file is gone.
 * Called before each start. Faults: `store.key-missing` when neither opens it; those of `openStore`.
 */
export function settleExchange(dataDir: string): Result<'nothing' | 'old' | 'new', Fault> {
  const nextFile = nextKeyFilePath(dataDir);
  if (!existsSync(nextFile)) return ok('nothing');
  const next = readMasterKey(nextFile);
  if (!needsItsKey(dataDir)) {
    forgetNewKey(dataDir);
    return ok('old');
  }
  const opened = openStore(dataDir);
  // A damaged store is made whole by the start; its keys are looked at by the one after.
  if (!opened.ok) return opened.fault.code === 'store.corrupt' ? ok('nothing') : opened;
  const store = opened.value;
  try {
    const current = readMasterKey(keyFilePath(dataDir));
    if (next.ok && isOpenedBy(store, next.value)) {
      takeNewKey(dataDir);
      return ok('new');
    }
    if (!current.ok) return current;
    if (!isOpenedBy(store, current.value)) {
      return err(
        fault('store.key-missing', 'neither the key nor the one that was to follow opens the data keys'),
      );
    }
    forgetNewKey(dataDir);
    return ok('old');
  } finally {
    store.close();
  }
}

/** 32 bytes, or `store.key-missing`. */
export function readMasterKey(file: string): Result<Uint8Array, Fault> {
  try {
    const key = readFileSync(file);
    return key.length === MASTER_KEY_BYTES
      ? ok(new Uint8Array(key))
      : err(fault('store.key-missing', `${file} does not hold ${MASTER_KEY_BYTES} bytes`));
  } catch {
    return err(fault('store.key-missing', `${file} cannot be read`));
  }
}

function isOpenedBy(store: Store, key: Uint8Array): boolean {
  return underMasterKey.every((thing) => thing.isOpenedBy(store, key));
}

/** The key last: as long as its next one is there, the exchange is known to be unfinished. */
function takeNewKey(dataDir: string): void {
  for (const { pathIn } of filesUnderMasterKey) {
    const file = pathIn(dataDir);
    if (!existsSync(file + NEXT)) continue;
    renameSync(file + NEXT, file);
    syncPath(dirname(file));
  }
  renameSync(nextKeyFilePath(dataDir), keyFilePath(dataDir));
  syncPath(dirname(keyFilePath(dataDir)));
}

function forgetNewKey(dataDir: string): void {
  for (const { pathIn } of filesUnderMasterKey) rmSync(pathIn(dataDir) + NEXT, { force: true });
  rmSync(nextKeyFilePath(dataDir), { force: true });
  syncPath(dirname(keyFilePath(dataDir)));
}
