import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import type { RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { workFault } from './crash-only.ts';
import { isDecommissioned } from './destroy.ts';
import { makeFolder, writeNewFile } from './durable-file.ts';

/** The master key, which wraps the store's data keys (key-ring.ts), in bytes. */
export const MASTER_KEY_BYTES = 32;

/** As `LoadCredentialEncrypted=` names it in the systemd unit; systemd decrypts it for this process only. */
const CREDENTIAL_NAME = 'yizhan-master-key';

/** Where the key lies when a file holds it; root may provision it before the first start. */
export function keyFilePath(dataDir: string): string {
  return join(dataDir, 'keys', 'k1.key');
}

/** Where it lies when a keyring of this machine holds what unwraps it, which only Electron asks (electron/shell/key-store.ts). */
export function wrappedKeyFilePath(dataDir: string): string {
  return `${keyFilePath(dataDir)}.wrapped`;
}

/** Whether something may be sealed in this folder already, so that a new key would open nothing of it. */
export function needsItsKey(dataDir: string): boolean {
  return existsSync(join(dataDir, 'terminal.db'));
}

/**
 * The credential that systemd hands over (bound to this machine's TPM or its host key, `systemd-creds`), where
 * the unit names one; else the key file. A credential that is there and cannot be used is a fault: the file
 * would be another key. Fault: `store.key-missing`.
 */
export function openMasterKey(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
  randomBytes: RandomBytes,
): Result<Uint8Array, Fault> {
  const folder = env['CREDENTIALS_DIRECTORY'];
  const credential = folder === undefined ? null : join(folder, CREDENTIAL_NAME);
  return credential !== null && existsSync(credential)
    ? readKey(credential)
    : openKeyFile(dataDir, randomBytes);
}

/**
 * The key in `<dataDir>/keys/k1.key` (mode 0600), made at the first start. A folder that has a database and
 * no key is refused: a new key would make every waiting application unreadable.
 * Faults: `store.key-missing`; `store.full`, `store.failed`: it cannot be made; `terminal.decommissioned`: there is nothing any more that it would open.
 */
export function openKeyFile(dataDir: string, randomBytes: RandomBytes): Result<Uint8Array, Fault> {
  const file = keyFilePath(dataDir);
  if (isDecommissioned(dataDir)) return err(fault('terminal.decommissioned', dataDir));
  if (!existsSync(file)) {
    if (needsItsKey(dataDir)) {
      const why = existsSync(wrappedKeyFilePath(dataDir))
        ? `the key is in the keyring of the Electron terminal (${wrappedKeyFilePath(dataDir)}); this program cannot ask that`
        : `${file} is gone and the database needs it`;
      return err(fault('store.key-missing', why));
    }
    try {
      // On the disk with its folders: a row must never be older than the key that it needs.
      makeFolder(dirname(file));
      writeNewFile(file, randomBytes(MASTER_KEY_BYTES));
    } catch (error) {
      return err(workFault(`${file} cannot be made`, error));
    }
  }
  return readKey(file);
}

function readKey(file: string): Result<Uint8Array, Fault> {
  try {
    const key = readFileSync(file);
    return key.length === MASTER_KEY_BYTES
      ? ok(key)
      : err(fault('store.key-missing', `${file} does not hold ${MASTER_KEY_BYTES} bytes`));
  } catch {
    return err(fault('store.key-missing', `${file} cannot be read`));
  }
}
