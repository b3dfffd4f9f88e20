import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, err, type Result } from '#contract/result.ts';
import { PARCEL_CHUNK_BYTES, type Manifest, type SignedManifest } from '#contract/parcel.ts';
import type { ParcelCalls } from '../outbox/parcel-calls.ts';
import type { PlatformFault } from '../outbox/platform-client.ts';
import { configurationInForce, tryAtNextStart, type ConfigurationPlaces } from './configuration-in-force.ts';
import { folderOf, shelfFiles, shelfOf } from './shelf.ts';

/** For tests only: a package as whoever makes one for a test has it. */
export interface MadeForTests {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly signed: SignedManifest;
  readonly bytes: Buffer;
}

/** On a terminal's shelf as if it had been fetched, good or not. Gives its folder. */
export function layOnShelf(dataDir: string, parcel: MadeForTests, bytes: Uint8Array = parcel.bytes): string {
  const folder = folderOf(parcel.manifest.version, parcel.manifestSha256);
  const path = join(shelfOf(dataDir, parcel.manifest.kind), folder);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, shelfFiles.manifest), parcel.signed.manifest);
  writeFileSync(join(path, shelfFiles.signature), parcel.signed.signature);
  writeFileSync(join(path, shelfFiles.content), bytes);
  return folder;
}

/** As after a start that tried it and got ready. */
export function putInForce(places: ConfigurationPlaces, parcel: MadeForTests): void {
  const laid = layOnShelf(places.dataDir, parcel);
  tryAtNextStart(places.dataDir, laid, '01995b00-0000-4000-8000-000000000001', () => undefined);
  const started = configurationInForce(places, () => undefined);
  if (!started.ok || started.value.version !== parcel.manifest.version)
    throw new Error(JSON.stringify(started));
  started.value.confirm();
}

export interface ParcelServer extends ParcelCalls {
  /** Numbers of the parts that were asked for. */
  readonly asked: number[];
  /** Called before each part: a fault is answered in its place. */
  before: (number: number) => PlatformFault | null;
  /** What is answered as a part. */
  bend: (bytes: Buffer, number: number) => Buffer;
}

/** A platform that has these packages. */
export function parcelServer(...parcels: readonly MadeForTests[]): ParcelServer {
  const asked: number[] = [];
  const find = (sha256: string): Result<MadeForTests, PlatformFault> => {
    const found = parcels.find(({ manifestSha256 }) => manifestSha256 === sha256);
    return found === undefined ? err({ code: 'parcel.unknown' }) : ok(found);
  };
  const server: ParcelServer = {
    asked,
    before: () => null,
    bend: (bytes) => bytes,
    parcel: (sha256) => {
      const found = find(sha256);
      return Promise.resolve(found.ok ? ok(found.value.signed) : found);
    },
    parcelChunk: (sha256, number) => {
      const found = find(sha256);
      if (!found.ok) return Promise.resolve(found);
      asked.push(number);
      const fault = server.before(number);
      if (fault !== null) return Promise.resolve(err(fault));
      const at = number * PARCEL_CHUNK_BYTES;
      const bytes = server.bend(found.value.bytes.subarray(at, at + PARCEL_CHUNK_BYTES), number);
      return Promise.resolve(ok({ number, bytes: bytes.toString('base64') }));
    },
  };
  return server;
}
