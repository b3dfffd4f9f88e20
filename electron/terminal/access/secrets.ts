import { createHash } from 'node:crypto';
import type { RandomBytes } from '#contract/ports.ts';

/** 256 bits: nobody guesses it, so that its hash needs neither salt nor cost. */
const TOKEN_BYTES = 32;
/** What a token of ours looks like, so that nothing else is hashed and looked for. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export function newToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
}

/** What is stored and looked for instead of a token; null for what is none. */
export function hashOfToken(token: string | null): Buffer | null {
  return token !== null && TOKEN.test(token) ? createHash('sha256').update(token).digest() : null;
}
