import { createPublicKey, verify } from 'node:crypto';
import type { VerifyParcel } from '#contract/parcel.ts';

/** `x`: the public half of an Ed25519 key, base64url (RFC 8037); null: there is none, and nothing fits. */
export function verifyBy(x: string | null): VerifyParcel {
  if (x === null) return () => false;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}
