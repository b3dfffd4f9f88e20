import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { TAG_BYTES, type TransferPrimitives } from '#contract/transfer/transfer-format.ts';

/** The transfer file's cryptography by this runtime's own. */
export const nodePrimitives: TransferPrimitives = {
  derive: (secret, salt, purpose, byteCount) =>
    new Uint8Array(hkdfSync('sha256', secret, salt, purpose, byteCount)),
  seal: (key, nonce, boundTo, plain) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(boundTo);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open: (key, nonce, boundTo, sealed) => {
    if (sealed.length < TAG_BYTES) return null;
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(boundTo);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    try {
      const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      return null;
    }
  },
  sha256: () => {
    const hash = createHash('sha256');
    return {
      update: (bytes) => {
        hash.update(bytes);
      },
      digest: () => hash.copy().digest(),
    };
  },
  toUtf8: (text) => Buffer.from(text, 'utf8'),
  fromUtf8: (bytes) => Buffer.from(bytes).toString('utf8'),
};
