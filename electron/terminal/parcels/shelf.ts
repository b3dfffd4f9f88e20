import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import {
  MAX_MANIFEST_BYTES,
  MAX_PARCEL_BYTES,
  readManifest,
  type Manifest,
  type ParcelKind,
  type VerifyParcel,
} from '#contract/parcel.ts';
import { err, ok, type Result } from '#contract/result.ts';

/** A package as it lies in `<data>/parcels/KIND/FOLDER`. */
export interface OnShelf {
  /** The version, and the beginning of the manifest's hash. */
  readonly folder: string;
  /** The same, whole. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** What lies in each folder. */
export const shelfFiles = {
  manifest: 'manifest.json',
  signature: 'manifest.json.sig',
  /** Whatever the manifest calls it. */
  content: 'content',
} as const;

/** Before the name of a folder: it is on its way, and is nothing yet. */
export const INCOMING = 'incoming-';

const HASH_CHARS = 12;
const MAX_SIGNATURE_BYTES = 200;

export function shelfOf(dataDir: string, kind: ParcelKind): string {
  return join(dataDir, 'parcels', kind);
}

export function folderOf(version: string, manifestSha256: string): string {
  return `${version}-${manifestSha256.slice(0, HASH_CHARS)}`;
}

export function contentOf({ path }: OnShelf): string {
  return join(path, shelfFiles.content);
}

/**
 * Manifest and signature as they lie there; the file is only looked at for its length. Faults: those of `readManifest`,
 * `parcel.damaged`.
 */
export function readManifestIn(
  shelf: string,
  folder: string,
  kind: ParcelKind,
  verify: VerifyParcel,
): Result<OnShelf, Fault> {
  const path = join(shelf, folder);
  try {
    const manifest = readManifest(
      readSmall(join(path, shelfFiles.manifest), MAX_MANIFEST_BYTES),
      readSmall(join(path, shelfFiles.signature), MAX_SIGNATURE_BYTES),
      verify,
    );
    if (!manifest.ok) return manifest;
    if (manifest.value.kind !== kind) return err(fault('parcel.other-kind'));
    return statSync(join(path, shelfFiles.content)).size === manifest.value.file.bytes
      ? ok({ folder, path, manifest: manifest.value })
      : err(fault('parcel.damaged', folder));
  } catch {
    return err(fault('parcel.damaged', folder));
  }
}

/** With the bytes of its file, which are those that were signed. Not for programs, which are too long for it. */
export function readWhole(
  shelf: string,
  folder: string,
  kind: Exclude<ParcelKind, 'program'>,
  verify: VerifyParcel,
): Result<OnShelf & { readonly bytes: Buffer }, Fault> {
  const read = readManifestIn(shelf, folder, kind, verify);
  if (!read.ok) return read;
  const { file } = read.value.manifest;
  if (file.bytes > MAX_PARCEL_BYTES[kind]) return err(fault('parcel.too-large'));
  const bytes = readFileSync(contentOf(read.value));
  return createHash('sha256').update(bytes).digest('hex') === file.sha256
    ? ok({ ...read.value, bytes })
    : err(fault('parcel.damaged', folder));
}

/** Takes away what nobody needs: the bound of what packages use of the disk is that of what is kept. */
export function sweepShelf(shelf: string, kept: readonly (string | null)[]): void {
  if (!existsSync(shelf)) return;
  for (const entry of readdirSync(shelf, { withFileTypes: true })) {
    const isKept =
      kept.includes(entry.name) || kept.some((name) => entry.name === `${INCOMING}${name ?? ''}`);
    if (entry.isDirectory() && !isKept) rmSync(join(shelf, entry.name), { recursive: true, force: true });
  }
}

function readSmall(file: string, mostBytes: number): string {
  if (statSync(file).size > mostBytes) throw new Error('too long');
  return readFileSync(file, 'utf8').trimEnd();
}
