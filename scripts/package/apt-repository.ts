/**
 * `npm run build -- apt-repository --packages DIR --out DIR --key FINGERPRINT --suite canary|stable [--phase 25] [--days 14]`: one suite of a
 * static apt repository. The key is in gpg's keyring (GNUPGHOME); gpg asks for its passphrase or card as it always does.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { publishSuite } from './publish-suite.ts';

const usage =
  'usage: npm run build -- apt-repository --packages DIR --out DIR --key FINGERPRINT --suite canary|stable [--phase 1..99] [--days 1..90]';
const DEFAULT_DAYS = '14';

const given = z.object({
  packages: z.string().refine((folder) => existsSync(folder)),
  out: z.string().min(1),
  key: z.string().regex(/^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/),
  suite: z.enum(['canary', 'stable']),
  phase: z.coerce.number().int().min(1).max(99).optional(),
  days: z.coerce.number().int().min(1).max(90),
});

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    ...{ packages: text, out: text, key: text, suite: text, phase: text },
    days: { ...text, default: DEFAULT_DAYS },
  },
  strict: false,
});
const read = given.safeParse(values);
if (!read.success) {
  const wrong = read.error.issues.map(({ path }) => `--${path.join('.')}`);
  console.error(`apt-repository: ${wrong.join(', ')}: missing, or not one. ${usage}`);
  process.exitCode = 2;
} else {
  const { days: validDays, phase = null, ...rest } = read.data;
  try {
    const paths = publishSuite({ ...rest, phase, validDays, nowMs: Date.now() });
    const many = phase === null ? 'for all' : `the newest for ${String(phase)} %`;
    console.log(`${rest.suite}, ${many}, good for ${String(validDays)} days:\n${paths.join('\n')}`);
  } catch (error) {
    console.error(`apt-repository: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
