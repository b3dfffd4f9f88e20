import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { identityDocumentSchema } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import { residentCodeSchema } from '#contract/resident-code.ts';
import type { CodeResolver } from './code-resolver.ts';

const MAX_FILE_BYTES = 1_048_576;
const MAX_CODES = 1_000;
/** Time to read the page and touch "next". */
const ANSWER_HOLDS_MS = 10 * 60_000;

const demoCodesSchema = z.strictObject({
  codes: z
    .array(
      z.strictObject({
        token: residentCodeSchema,
        /** The instant from which it is too old (ISO 8601). */
        expiresAt: z.iso.datetime({ offset: true }),
        /** As if it had been shown somewhere already. */
        used: z.boolean(),
        /** A synthetic person: region 999901. */
        identity: identityDocumentSchema,
      }),
    )
    .max(MAX_CODES),
});
type DemoCodes = z.infer<typeof demoCodesSchema>['codes'];

/**
 * Codes from a file, which is read anew for each question, so that whoever plays the telephone can add to
 * it. For demonstrations and tests: what was used is known to this one process only, and until it ends.
 */
export function demoResolver(file: string, clock: Clock): CodeResolver {
  let used = new Set<string>();
  return {
    resolve: async (token) => {
      const codes = await readDemoCodes(file);
      // From here to `add` nothing waits: of two who ask at once, one is the first.
      used = new Set(codes.map((code) => code.token).filter((known) => used.has(known)));
      const found = codes.find((code) => code.token === token);
      if (!found) return { kind: 'unknown' };
      if (found.used || used.has(token)) return { kind: 'used' };
      if (Date.parse(found.expiresAt) <= clock.now()) return { kind: 'expired' };
      used.add(token);
      const expiresAt = new Date(clock.now() + ANSWER_HOLDS_MS).toISOString();
      return { kind: 'resolved', resolved: { identity: found.identity, expiresAt } };
    },
  };
}

/** Rejects with a sentence that names the file and quotes nothing of it. */
export async function readDemoCodes(file: string): Promise<DemoCodes> {
  const parsed = demoCodesSchema.safeParse(await jsonOf(file));
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new Error(`YIZHAN_DEMO_CODES: ${file} is not a list of codes (${path}).`);
  }
  return parsed.data.codes;
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES) return undefined;
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
