import { createHash } from 'node:crypto';
import { thumbprintInput, type PublicKey } from '#contract/terminal-identity.ts';

/** RFC 7638 §3.1. */
export function keyIdOf(publicKey: PublicKey): string {
  return createHash('sha256').update(thumbprintInput(publicKey)).digest('base64url');
}
