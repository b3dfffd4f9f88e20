import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import {
  chunkCount,
  isNewEnough,
  PARCEL_CHUNK_BYTES,
  readManifest,
  type Manifest,
  type ParcelKind,
  type SignedManifest,
  type VerifyParcel,
} from '#contract/parcel.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { ParcelCalls } from '../outbox/parcel-calls.ts';
import type { PlatformFault } from '../outbox/platform-client.ts';
import { isDiskFull, makeFolder, replaceFile, syncPath } from '../store/durable-file.ts';
import { folderOf, INCOMING, readManifestIn, shelfFiles, type OnShelf } from './shelf.ts';

export interface FetchPorts {
  readonly client: ParcelCalls;
  /** `<data>/parcels/KIND`. */
  readonly shelf: string;
  readonly kind: ParcelKind;
  /** By the key that packages of this kind are signed with here; null: nobody here knows it, and whoever uses the package verifies it. */
  readonly verify: VerifyParcel | null;
  readonly program: string;
  /** Null: the file system does not say. */
  readonly freeBytes: () => number | null;
  /** Stays free, in bytes. */
  readonly reserveBytes: number;
  /** Resolves when it is this call's turn: what residents submitted goes before it. */
  readonly turn: () => Promise<void>;
  /** A part has come, and is written. */
  readonly onPart: () => void;
  /** The terminal ends: nothing is written any more. */
  readonly isOver: () => boolean;
}

export interface WantedParcel {
  readonly version: string;
  readonly manifestSha256: string;
}

/** A fault of the line is one that passes; the same call goes on where it was. */
export type FetchFault = PlatformFault;

/**
 * The package that an order names, whole and proven, on the shelf; what is there already is not fetched again. Nothing of the file is
 * fetched before its manifest is believed. Faults: `parcel.*` and those of the line.
 */
export async function fetchParcel(
  ports: FetchPorts,
  wanted: WantedParcel,
): Promise<Result<OnShelf, FetchFault>> {
  const { shelf, kind, verify } = ports;
  const folder = folderOf(wanted.version, wanted.manifestSha256);
  if (existsSync(join(shelf, folder))) {
    const there = readManifestIn(shelf, folder, kind, verify ?? believed);
    if (
      there.ok &&
      (await hashOf(join(shelf, folder, shelfFiles.content))) === there.value.manifest.file.sha256
    )
      return there;
    await rm(join(shelf, folder), { recursive: true, force: true });
  }
  await ports.turn();
  const answer = await ports.client.parcel(wanted.manifestSha256);
  if (!answer.ok) return answer;
  const manifest = readOrdered(ports, wanted, answer.value);
  if (!manifest.ok) return manifest;
  const incoming = join(shelf, INCOMING + folder);
  try {
    const whole = await fetchFile(ports, wanted, manifest.value, incoming, answer.value);
    if (!whole.ok) return whole;
    await rename(incoming, join(shelf, folder));
    syncPath(shelf);
    return ok({ folder, path: join(shelf, folder), manifest: manifest.value });
  } catch (error) {
    // Whatever the disk refused, what is half there goes: it is what fills it.
    await rm(incoming, { recursive: true, force: true }).catch(() => undefined);
    return err(diskFault(error));
  }
}

const believed: VerifyParcel = () => true;

function readOrdered(
  { verify, kind, program }: FetchPorts,
  wanted: WantedParcel,
  { manifest: text, signature }: SignedManifest,
): Result<Manifest, Fault> {
  if (sha256Of(text) !== wanted.manifestSha256) return err(fault('parcel.other-version'));
  const read = readManifest(text, signature, verify ?? believed);
  if (!read.ok) return read;
  const manifest = read.value;
  if (manifest.kind !== kind) return err(fault('parcel.other-kind', manifest.kind));
  if (manifest.version !== wanted.version) return err(fault('parcel.other-version', manifest.version));
  if (manifest.needs !== undefined && !isNewEnough(program, manifest.needs))
    return err(fault('parcel.needs-newer', `${manifest.needs}, and this is ${program}`));
  return ok(manifest);
}

async function fetchFile(
  ports: FetchPorts,
  { manifestSha256 }: WantedParcel,
  manifest: Manifest,
  incoming: string,
  signed: SignedManifest,
): Promise<Result<null, FetchFault>> {
  const { file } = manifest;
  makeFolder(incoming);
  const content = join(incoming, shelfFiles.content);
  const had = await wholeChunksOf(content, file.bytes);
  const free = ports.freeBytes();
  if (free !== null && free - (file.bytes - had * PARCEL_CHUNK_BYTES) < ports.reserveBytes) {
    await rm(incoming, { recursive: true, force: true });
    return err(fault('parcel.no-room', `${String(file.bytes)} bytes`));
  }
  const handle = await open(content, existsSync(content) ? 'r+' : 'wx+', 0o600);
  try {
    await handle.truncate(had * PARCEL_CHUNK_BYTES);
    const appended = await appendChunks(ports, manifestSha256, manifest, handle, had);
    if (!appended.ok) return appended;
    await handle.sync();
  } finally {
    await handle.close();
  }
  if ((await hashOf(content)) !== file.sha256) {
    await rm(incoming, { recursive: true, force: true });
    // What lay there from before a power cut may be what is wrong: once more, from the beginning.
    return had > 0
      ? fetchFile(ports, { version: manifest.version, manifestSha256 }, manifest, incoming, signed)
      : err(fault('parcel.damaged', file.name));
  }
  replaceFile(join(incoming, shelfFiles.manifest), Buffer.from(signed.manifest));
  replaceFile(join(incoming, shelfFiles.signature), Buffer.from(signed.signature));
  return ok(null);
}

async function appendChunks(
  { client, turn, isOver, onPart }: FetchPorts,
  manifestSha256: string,
  { file }: Manifest,
  handle: FileHandle,
  from: number,
): Promise<Result<null, FetchFault>> {
  for (let number = from; number < chunkCount(file.bytes); number += 1) {
    await turn();
    if (isOver()) return err(fault('platform.unreachable', 'the terminal ends'));
    const answer = await client.parcelChunk(manifestSha256, number);
    if (isOver()) return err(fault('platform.unreachable', 'the terminal ends'));
    if (!answer.ok) return answer;
    const bytes = Buffer.from(answer.value.bytes, 'base64');
    const at = number * PARCEL_CHUNK_BYTES;
    if (answer.value.number !== number || bytes.length !== Math.min(PARCEL_CHUNK_BYTES, file.bytes - at))
      return err(fault('platform.nonsense', `part ${String(number)} is not as long as it must be`));
    const { bytesWritten } = await handle.write(bytes, 0, bytes.length, at);
    // What a disk that is nearly full answers with; the rest would be refused.
    if (bytesWritten !== bytes.length) throw new DiskFull();
    onPart();
  }
  return ok(null);
}

/** The last one may be half there, and comes again. */
async function wholeChunksOf(content: string, most: number): Promise<number> {
  const size = await stat(content).then(
    (found) => found.size,
    () => 0,
  );
  return Math.floor(Math.min(size, most) / PARCEL_CHUNK_BYTES);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Uint8Array); // no encoding was asked for
  return hash.digest('hex');
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A write took less than it was given. */
class DiskFull extends Error {
  readonly code = 'ENOSPC';
}

function diskFault(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return isDiskFull(error) || code === 'EFBIG'
    ? fault('parcel.no-room', code)
    : fault('store.failed', `a package cannot be written (${code})`);
}
