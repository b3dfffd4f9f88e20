import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { z } from 'zod';
import { publicKeySchema, type PublicKey } from '#contract/terminal-identity.ts';
import { keyIdOf } from './key-id.ts';

/** RFC 8037 with its private half: in a sealed file and in memory, nowhere else. */
export const storedKeySchema = publicKeySchema.extend({ d: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
export type StoredKey = z.infer<typeof storedKeySchema>;

export interface DeviceKey {
  /** RFC 7638 thumbprint. */
  readonly keyId: string;
  readonly publicKey: PublicKey;
  sign(bytes: Uint8Array): Buffer;
}

/** From the system's own source of chance: a key of a test's seed would be a key that can be guessed. */
export function makeStoredKey(): StoredKey {
  return storedKeySchema.parse(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
}

export function deviceKey({ kty, crv, x, d }: StoredKey): DeviceKey {
  const publicKey = { kty, crv, x };
  const privateKey = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}
