import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const tokenSchema = z.string().regex(/^[\w-]{43}$/);
const tokensSchema = z.object({
  /** With which a clerk's desk reads cases on the platform. */
  desk: tokenSchema,
  /** With which a browser enters the device bench. */
  bench: tokenSchema,
});
export type DemoTokens = z.infer<typeof tokensSchema>;

/** The tokens of a data folder: made once, kept in a file that only its owner reads. */
export function demoTokens(dataDir: string): DemoTokens {
  const file = join(dataDir, 'tokens.json');
  const stored = read(file);
  if (stored !== null) return tokensSchema.parse(stored);
  const fresh: DemoTokens = { desk: token(), bench: token() };
  writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return fresh;
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Error(`${file} cannot be read as the demo's tokens; delete it to have new ones made.`, {
      cause: error,
    });
  }
}

/** 256 bits, safe in an address. */
function token(): string {
  return randomBytes(32).toString('base64url');
}
