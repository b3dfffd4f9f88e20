import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '#platform/database/for-tests.ts';
import { ownRelease } from '#platform/database/release.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const numbered = (number: number) => String(number).padStart(4, '0');

/** The platform as its next release would be: the same code with one migration more, which this release works on with. */
export function makeNewerRelease(): { readonly checkout: string; remove(): void } {
  const checkout = temporaryFolder();
  for (const part of ['contract', 'platform', 'telemetry', 'package.json']) {
    cpSync(join(REPOSITORY, part), join(checkout, part), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(checkout, 'node_modules'));
  writeFileSync(
    join(checkout, 'platform/database/migrations', `${numbered(ownRelease + 1)}-next-release.sql`),
    `-- works-with: ${numbered(ownRelease)}\nALTER TABLE application ADD COLUMN of_the_next_release text;\n`,
  );
  return { checkout, remove: () => rmSync(checkout, { recursive: true, force: true }) };
}
