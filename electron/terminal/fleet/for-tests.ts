import { generateKeyPairSync, sign } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import {
  COMMAND_CONTEXT,
  SUCCESSION_CONTEXT,
  type Command,
  type SignedCommand,
  type SignedSuccession,
} from '#contract/fleet.ts';
import { publicKeySchema, type PublicKey } from '#contract/terminal-identity.ts';
import { keyIdOf } from '../identity/key-id.ts';

/** For tests only: a platform that signs whatever a test wants. */
export interface Signer {
  readonly key: PublicKey;
  sign(command: Command): SignedCommand;
  /** Any text, canonical or not. */
  signText(statement: string): SignedCommand;
  /** That another key follows this one. */
  leadsTo(next: PublicKey): SignedSuccession;
  /** Any text, under the context of successions unless another is given. */
  succession(statement: string, context?: string): SignedSuccession;
}

export function signer(): Signer {
  const pair = generateKeyPairSync('ed25519');
  const key = publicKeySchema.parse(pair.publicKey.export({ format: 'jwk' }));
  const under = (context: string, statement: string): string =>
    sign(null, Buffer.from(context + statement), pair.privateKey).toString('base64url');
  const succession = (statement: string, context = SUCCESSION_CONTEXT): SignedSuccession => ({
    statement,
    signature: under(context, statement),
  });
  const signText = (statement: string): SignedCommand => ({
    statement,
    keyId: 'k'.repeat(43),
    signature: under(COMMAND_CONTEXT, statement),
  });
  return {
    key,
    sign: (command) => signText(canonicalJson(command)),
    signText,
    leadsTo: (to) =>
      succession(canonicalJson({ form: 1, from: keyIdOf(key), to, at: '2026-11-23T00:00:00.000Z' })),
    succession,
  };
}
