import { generateKeyPairSync, sign } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import { COMMAND_CONTEXT, type Command, type SignedCommand } from '#contract/fleet.ts';
import { publicKeySchema, type PublicKey } from '#contract/terminal-identity.ts';

/** For tests only: a platform that signs whatever a test wants. */
export interface Signer {
  readonly key: PublicKey;
  sign(command: Command): SignedCommand;
  /** Any text, canonical or not. */
  signText(statement: string): SignedCommand;
}

export function signer(): Signer {
  const pair = generateKeyPairSync('ed25519');
  const signText = (statement: string): SignedCommand => ({
    statement,
    keyId: 'k'.repeat(43),
    signature: sign(null, Buffer.from(COMMAND_CONTEXT + statement), pair.privateKey).toString('base64url'),
  });
  return {
    key: publicKeySchema.parse(pair.publicKey.export({ format: 'jwk' })),
    sign: (command) => signText(canonicalJson(command)),
    signText,
  };
}
