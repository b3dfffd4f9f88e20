import { createCipheriv, createDecipheriv } from 'node:crypto';
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

/** The first key of a terminal; the next one will have the next id beside it. */
export const FIRST_KEY_ID = 'k1';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

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
