import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  getCiphers,
  getHashes,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { SealingSuiteId } from '#config/schema.ts';
import type { RandomBytes } from '#contract/ports.ts';

/**
 * How personal data is sealed at rest. Two suites behind one interface: AES wherever the terminal runs, and
 * the Chinese commercial ciphers where the district's rules ask for them (OpenSSL has them, Electron's
 * BoringSSL does not).
 */
export interface SealingSuite {
  readonly id: SealingSuiteId;
  /** Length of a key, in bytes. */
  readonly keyBytes: number;
  isAvailable(): boolean;
  /** `boundTo` is authenticated and not stored: the same must be said to open it. */
  seal(key: Uint8Array, plain: Uint8Array, boundTo: string, randomBytes: RandomBytes): Uint8Array;
  /** null when key, binding or bytes do not fit. */
  open(key: Uint8Array, sealed: Uint8Array, boundTo: string): Uint8Array | null;
  /** A key for one purpose out of key material for many (HKDF, RFC 5869, with the suite's own digest). */
  derive(material: Uint8Array, purpose: string): Uint8Array;
}

/** Handing a key's bytes to OpenSSL for each value takes three times as long as sealing it. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

function keyObjectOf(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

const GCM_NONCE_BYTES = 12;
const GCM_TAG_BYTES = 16;

/** NIST SP 800-38D with a random 96-bit nonce a value. Layout: nonce 12 | ciphertext | tag 16. */
const aes256Gcm: SealingSuite = {
  id: 'aes-256-gcm',
  keyBytes: 32,
  isAvailable: () => getCiphers().includes('aes-256-gcm'),
  seal: (key, plain, boundTo, randomBytes) => {
    const nonce = randomBytes(GCM_NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', keyObjectOf(key), nonce);
    cipher.setAAD(Buffer.from(boundTo));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open: (key, sealed, boundTo) => {
    if (sealed.length < GCM_NONCE_BYTES + GCM_TAG_BYTES) return null;
    const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), sealed.subarray(0, GCM_NONCE_BYTES));
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(sealed.subarray(sealed.length - GCM_TAG_BYTES));
    try {
      const plain = decipher.update(sealed.subarray(GCM_NONCE_BYTES, sealed.length - GCM_TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      return null;
    }
  },
  derive: (material, purpose) => new Uint8Array(hkdfSync('sha256', material, '', purpose, 32)),
};

const SM4_KEY_BYTES = 16;
const SM4_BLOCK_BYTES = 16;
const SM3_BYTES = 32;

/**
 * SM4 (GB/T 32907) in CBC mode, then HMAC with SM3 (GB/T 32905) over all of it: encrypt, then authenticate,
 * since OpenSSL has no authenticated mode of SM4. The key is SM4's 16 bytes and HMAC's 32.
 * Layout: IV 16 | ciphertext | HMAC 32.
 */
const sm4CbcHmacSm3: SealingSuite = {
  id: 'sm4-cbc-hmac-sm3',
  keyBytes: SM4_KEY_BYTES + SM3_BYTES,
  isAvailable: () => getCiphers().includes('sm4-cbc') && getHashes().includes('sm3'),
  seal: (key, plain, boundTo, randomBytes) => {
    const iv = randomBytes(SM4_BLOCK_BYTES);
    const cipher = createCipheriv('sm4-cbc', key.subarray(0, SM4_KEY_BYTES), iv);
    const body = Buffer.concat([iv, cipher.update(plain), cipher.final()]);
    return Buffer.concat([body, sm3Tag(key, body, boundTo)]);
  },
  open: (key, sealed, boundTo) => {
    if (sealed.length < 2 * SM4_BLOCK_BYTES + SM3_BYTES) return null;
    const body = sealed.subarray(0, sealed.length - SM3_BYTES);
    if (!timingSafeEqual(sealed.subarray(sealed.length - SM3_BYTES), sm3Tag(key, body, boundTo))) return null;
    const iv = body.subarray(0, SM4_BLOCK_BYTES);
    const decipher = createDecipheriv('sm4-cbc', key.subarray(0, SM4_KEY_BYTES), iv);
    try {
      return Buffer.concat([decipher.update(body.subarray(SM4_BLOCK_BYTES)), decipher.final()]);
    } catch {
      return null;
    }
  },
  derive: (material, purpose) =>
    new Uint8Array(hkdfSync('sm3', material, '', purpose, SM4_KEY_BYTES + SM3_BYTES)),
};

/** The binding's length stands before it, so that no other pair of binding and bytes gives the same input. */
function sm3Tag(key: Uint8Array, body: Uint8Array, boundTo: string): Uint8Array {
  const binding = Buffer.from(boundTo);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(binding.length);
  return createHmac('sm3', key.subarray(SM4_KEY_BYTES)).update(length).update(binding).update(body).digest();
}

export const suites: Readonly<Record<SealingSuiteId, SealingSuite>> = {
  'aes-256-gcm': aes256Gcm,
  'sm4-cbc-hmac-sm3': sm4CbcHmacSm3,
};
