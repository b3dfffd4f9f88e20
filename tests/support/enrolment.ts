import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeEnrolmentCode } from '#contract/enrolment-code.ts';
import type { SignedCalls } from '#terminal/identity/signed-calls.ts';

/** A file with a code of the right form, for a platform that takes every code. */
export function anyCodeFile(dataDir: string): string {
  const file = join(dataDir, 'enrolment-code');
  writeFileSync(file, makeEnrolmentCode(randomBytes(15)));
  return file;
}

/** Signs nothing, for a platform that asks for no signature. */
export const unsigned: SignedCalls = {
  asTerminal: (request, transmit) => transmit({ ...request.headers }),
  by: (_keys, request, transmit) => transmit({ ...request.headers }),
};
