import { fault } from '#contract/fault.ts';
import {
  parcelChunkSchema,
  signedManifestSchema,
  type ParcelChunk,
  type SignedManifest,
} from '#contract/parcel.ts';
import type { parcelRefusals } from '#contract/platform-api.ts';
import { err, type Result } from '#contract/result.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { CallLimits, PlatformFault } from './platform-client.ts';

/**
 * The calls by which packages are fetched (contract/platform-api.ts, `fleet`). Faults: those of the line; `parcel.unknown`. Any other 404 is
 * `platform.failed`: of a node that does not know the call yet, or of a proxy.
 */
export interface ParcelCalls {
  parcel(manifestSha256: string): Promise<Result<SignedManifest, PlatformFault>>;
  /** `number`: from 0. */
  parcelChunk(manifestSha256: string, number: number): Promise<Result<ParcelChunk, PlatformFault>>;
}

/** A part of 262,144 bytes in base64, and what stands around it. */
const limits: CallLimits = { maxAnswerBytes: 360_000, givenUpBy: [] };

const UNKNOWN: keyof typeof parcelRefusals = 'PARCEL_UNKNOWN';

function asThere(answer: Awaited<ReturnType<Call>>): Awaited<ReturnType<Call>> {
  if (!answer.ok || answer.value.status !== 404) return answer;
  return answer.value.problem?.code === UNKNOWN
    ? err(fault('parcel.unknown'))
    : err(fault('platform.failed', 'HTTP 404'));
}

export function createParcelCalls(call: Call, understand: Understand): ParcelCalls {
  const path = (manifestSha256: string): string => `/v1/fleet/parcels/${manifestSha256}`;
  return {
    parcel: async (manifestSha256) =>
      understand(asThere(await call('GET', path(manifestSha256), null, limits)), signedManifestSchema),
    parcelChunk: async (manifestSha256, number) =>
      understand(
        asThere(await call('GET', `${path(manifestSha256)}/chunks/${String(number)}`, null, limits)),
        parcelChunkSchema,
      ),
  };
}
