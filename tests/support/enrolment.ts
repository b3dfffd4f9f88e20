import { randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeEnrolmentCode } from '#contract/enrolment-code.ts';
import type { TestTerminal } from '#platform/identity/for-tests.ts';
import { signRequest } from '#terminal/identity/sign-request.ts';
import type { SignedCalls } from '#terminal/identity/signed-calls.ts';
import { createPlatformClient, type WholePlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';

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

/** Signs as a terminal that stands in the platform's table, at the time that its clock shows. */
export function signedAs({ keyId, publicKey, privateKey }: TestTerminal, nowMs: number): SignedCalls {
  const key = { keyId, publicKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
  const signed: SignedCalls['asTerminal'] = async (request, transmit) =>
    transmit(await signRequest(request, [key], nowMs, randomBytes));
  return { asTerminal: signed, by: (_keys, request, transmit) => signed(request, transmit) };
}

/** For a platform that asks for no signature, over a line of its own. */
export function unsignedClient(url: string, timeoutMs: number): WholePlatformClient {
  return createPlatformClient({
    url,
    signing: unsigned,
    timeoutMs,
    transport: createPlatformTransport(null),
  });
}
