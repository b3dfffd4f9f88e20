import { createCipheriv, createDecipheriv } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import type { RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';

/**
 * Personal data at rest: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce a row. The additional
 * data binds a ciphertext to its row, so that a payload moved to another application does not open.
 * Layout: nonce 12 | ciphertext | tag 16.
 */
export interface Sealer {
  readonly keyId: string;
  seal(plain: Uint8Array, boundTo: string): Uint8Array;
  /** Fault: `store.failed` when key, binding or bytes do not fit. */
  unseal(sealed: Uint8Array, boundTo: string): Result<Uint8Array, Fault>;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
const KEY_ID = 'k1';

export function createSealer(keyId: string, key: Uint8Array, randomBytes: RandomBytes): Sealer {
  return {
    keyId,
    seal: (plain, boundTo) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce);
      cipher.setAAD(Buffer.from(`${keyId}|${boundTo}`));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    unseal: (sealed, boundTo) => {
      if (sealed.length < NONCE_BYTES + TAG_BYTES)
        return err(fault('store.failed', 'a sealed value is too short'));
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(`${keyId}|${boundTo}`));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      try {
        const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
        return ok(Buffer.concat([plain, decipher.final()]));
      } catch {
        return err(fault('store.failed', 'a sealed value does not open with this key and row'));
      }
    },
  };
}

/**
 * The sealer whose key lies in `<dataDir>/keys/k1.key` (mode 0600), made at the first start. A folder
 * that has a database and no key is refused: a new key would make every waiting application unreadable.
 * Fault: `store.key-missing`.
 */
export function openSealer(dataDir: string, randomBytes: RandomBytes): Result<Sealer, Fault> {
  const file = join(dataDir, 'keys', `${KEY_ID}.key`);
  try {
    if (!existsSync(file)) {
      if (existsSync(join(dataDir, 'terminal.db'))) {
        return err(fault('store.key-missing', `${file} is gone and the database needs it`));
      }
      writeDurably(file, randomBytes(KEY_BYTES));
    }
    const key = readFileSync(file);
    if (key.length !== KEY_BYTES)
      return err(fault('store.key-missing', `${file} does not hold ${KEY_BYTES} bytes`));
    return ok(createSealer(KEY_ID, key, randomBytes));
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
