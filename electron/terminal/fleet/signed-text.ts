import { createPublicKey, verify } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { PublicKey } from '#contract/terminal-identity.ts';

export interface SignedText {
  readonly statement: string;
  readonly signature: string;
}

/** What is said under a signature; nothing of it is looked at before the signature fits. Two texts that parse to one thing could be read as two. */
export function readSigned<Schema extends z.ZodType>(
  { statement, signature }: SignedText,
  { key, context, schema }: { readonly key: PublicKey; readonly context: string; readonly schema: Schema },
):
  | { readonly kind: 'said'; readonly said: z.output<Schema> }
  | { readonly kind: 'refused'; readonly why: 'fleet.signature-wrong' | 'fleet.malformed' } {
  const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
  if (!verify(null, Buffer.from(context + statement), publicKey, Buffer.from(signature, 'base64url')))
    return { kind: 'refused', why: 'fleet.signature-wrong' };
  const said = schema.safeParse(jsonOf(statement));
  return said.success && canonicalJson(said.data) === statement
    ? { kind: 'said', said: said.data }
    : { kind: 'refused', why: 'fleet.malformed' };
}

/** Undefined: it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
