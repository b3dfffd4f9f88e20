import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fault } from '#contract/fault.ts';
import type { RandomBytes } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { makeFolder, replaceFile } from '#terminal/store/durable-file.ts';
import { MASTER_KEY_BYTES } from '#terminal/store/key-file.ts';

/** The part of Electron's safeStorage that is used (after `ready`). */
export interface SafeStoragePort {
  isEncryptionAvailable(): boolean;
  /** Linux only. */
  getSelectedStorageBackend(): string;
  encryptStringAsync(plainText: string): Promise<Buffer>;
  decryptStringAsync(encrypted: Buffer): Promise<{ readonly result: string }>;
}

/**
 * Where the key is safe. `basic_text` is Chromium's fixed password, known to everybody: under cage or any
 * session without a keyring it would only look like encryption, so there the key file is used, which root
 * provisions (systemd LoadCredential, TPM-bound where the machine has one).
 */
export function keyProtection(
  safeStorage: Pick<SafeStoragePort, 'isEncryptionAvailable' | 'getSelectedStorageBackend'>,
  platform: NodeJS.Platform,
): 'keyring' | 'key-file' {
  if (!safeStorage.isEncryptionAvailable()) return 'key-file';
  if (platform !== 'linux') return 'keyring';
  const backend = safeStorage.getSelectedStorageBackend();
  return backend === 'basic_text' || backend === 'unknown' ? 'key-file' : 'keyring';
}

export interface KeyStoreOptions {
  readonly safeStorage: SafeStoragePort;
  readonly platform: NodeJS.Platform;
  /** There is a key file: it was provisioned, or made before this machine had a keyring. It counts. */
  readonly hasKeyFile: boolean;
  /** The terminal's own way to its key file (store/key-file.ts). */
  readonly openKeyFile: () => Result<Uint8Array>;
  /** Where the keyring's wrapped copy lies, in the data folder. */
  readonly wrappedKeyFile: string;
  readonly randomBytes: RandomBytes;
  /**
   * True only while nothing is sealed yet. With sealed data on the disk a missing key is a fault: a new
   * one would quietly make every waiting application unreadable.
   */
  readonly mayCreate: boolean;
}

/** The sealing key, or `store.key-missing`. Never logs and never replaces a key that is there. */
export async function openSealingKey(options: KeyStoreOptions): Promise<Result<Uint8Array>> {
  const { hasKeyFile, safeStorage, platform } = options;
  return !hasKeyFile && keyProtection(safeStorage, platform) === 'keyring'
    ? openWrappedKey(options)
    : options.openKeyFile();
}

async function openWrappedKey(options: KeyStoreOptions): Promise<Result<Uint8Array>> {
  const wrapped = await readIfThere(options.wrappedKeyFile);
  if (wrapped === null) {
    return options.mayCreate
      ? createWrappedKey(options)
      : missing(`the wrapped key ${options.wrappedKeyFile} cannot be read, and sealed data needs it`);
  }
  try {
    const { result } = await options.safeStorage.decryptStringAsync(wrapped);
    return checkedLength(Buffer.from(result, 'base64'), options.wrappedKeyFile);
  } catch {
    return missing(`the keyring does not open ${options.wrappedKeyFile}`);
  }
}

async function createWrappedKey(options: KeyStoreOptions): Promise<Result<Uint8Array>> {
  const key = options.randomBytes(MASTER_KEY_BYTES);
  try {
    const wrapped = await options.safeStorage.encryptStringAsync(Buffer.from(key).toString('base64'));
    // On the disk before the first row is sealed with it.
    makeFolder(dirname(options.wrappedKeyFile));
    replaceFile(options.wrappedKeyFile, wrapped);
    return ok(key);
  } catch {
    return missing(`a new key cannot be stored at ${options.wrappedKeyFile}`);
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}

function checkedLength(bytes: Uint8Array, path: string): Result<Uint8Array> {
  if (bytes.byteLength === MASTER_KEY_BYTES) return ok(new Uint8Array(bytes));
  return missing(`${path} holds ${bytes.byteLength} bytes, not ${MASTER_KEY_BYTES}`);
}

function missing(detail: string): Result<never> {
  return err(fault('store.key-missing', detail));
}
