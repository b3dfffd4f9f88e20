import {
  parcelChunkSchema,
  signedManifestSchema,
  type ParcelChunk,
  type SignedManifest,
} from '#contract/parcel.ts';
import type { Result } from '#contract/result.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { CallLimits, PlatformFault } from './platform-client.ts';

/** The calls by which packages are fetched (contract/platform-api.ts, `fleet`). What is not there is refused with status 404. */
export interface ParcelCalls {
  parcel(manifestSha256: string): Promise<Result<SignedManifest, PlatformFault>>;
  /** `number`: from 0. */
  parcelChunk(manifestSha256: string, number: number): Promise<Result<ParcelChunk, PlatformFault>>;
}

/** A part of 262,144 bytes in base64, and what stands around it. */
const limits: CallLimits = { maxAnswerBytes: 360_000, givenUpBy: [] };

export function createParcelCalls(call: Call, understand: Understand): ParcelCalls {
  const path = (manifestSha256: string): string => `/v1/fleet/parcels/${manifestSha256}`;
  return {
    parcel: async (manifestSha256) =>
      understand(await call('GET', path(manifestSha256), null, limits), signedManifestSchema),
    parcelChunk: async (manifestSha256, number) =>
      understand(
        await call('GET', `${path(manifestSha256)}/chunks/${String(number)}`, null, limits),
        parcelChunkSchema,
      ),
  };
}
