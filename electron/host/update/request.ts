import { createHash, createPublicKey, verify } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import {
  isNewEnough,
  MAX_MANIFEST_BYTES,
  MAX_UPDATE_FILE_BYTES,
  readManifest,
  updateRequestSchema,
  type Manifest,
  type UpdateRequest,
} from '#contract/parcel.ts';
import { err, ok, type Result } from '#contract/result.ts';
import {
  inFolder,
  NotBeneath,
  readBeneath,
  removeBeneath,
  replaceBeneath,
  stepsTo,
  textBeneath,
} from './beneath.ts';
import type { Taken } from './journal.ts';
import type { UpdatePlaces } from './places.ts';

/** Of the terminal's folder (contract/parcel.ts). */
const FOLDER = 'update';
const REQUEST = [FOLDER, 'request.json'];
const OUTCOME = [FOLDER, 'outcome.json'];
const MAX_SIGNATURE_BYTES = 200;

/** What the terminal asks; null: nothing. `unreadable`: nobody could be told what came of it. */
export function readRequest(data: string): UpdateRequest | 'unreadable' | null {
  try {
    const text = textBeneath(data, REQUEST, MAX_UPDATE_FILE_BYTES);
    return updateRequestSchema.parse(JSON.parse(text));
  } catch (error) {
    return isMissing(error) ? null : 'unreadable';
  }
}

/** Unless another one has come in its place. `commandId` null: one that nobody can read. */
export function removeRequest(data: string, commandId: string | null): void {
  const request = readRequest(data);
  if (request === null) return;
  if ((request === 'unreadable' ? null : request.commandId) === commandId) removeBeneath(data, REQUEST);
}

/** Whether there was a link or a file where the folder of requests should be; it is taken away, and the terminal makes its folder anew. */
export function removeNoFolder(data: string): boolean {
  try {
    inFolder(data, [FOLDER], () => undefined);
    return false;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && ['ENOTDIR', 'ELOOP'].includes(String(error.code))))
      throw error;
    removeBeneath(data, [FOLDER]);
    return true;
  }
}

/** Where the terminal reads it. */
export function writeOutcome(data: string, text: string): void {
  replaceBeneath(data, OUTCOME, text);
}

export interface Verified {
  readonly manifest: Manifest;
  /** Root's own copy, whose bytes were verified. */
  readonly tarball: string;
}

/** What runs, and what was taken before: a version must not be older than that. */
export interface Now {
  readonly current: string;
  readonly taken: Taken | null;
}

/**
 * What a request names, copied to where the terminal cannot write, and verified there. Nothing that the request says is believed: the key is
 * root's, what it signed says what the file is. Faults: those of `readManifest`; `parcel.no-key`, `parcel.other-kind`, `parcel.other-version`,
 * `parcel.needs-newer`, `parcel.damaged`, `parcel.no-room`, `update.older`, `update.request-wrong`.
 */
export function verifyRequest(
  request: UpdateRequest,
  places: UpdatePlaces,
  { current, taken }: Now,
): Result<Verified, Fault> {
  const key = releaseKey(places.releaseKey);
  if (key === null) return err(fault('parcel.no-key', places.releaseKey));
  try {
    const { data } = places;
    const read = readManifest(
      textBeneath(data, stepsTo(data, request.manifest), MAX_MANIFEST_BYTES),
      textBeneath(data, stepsTo(data, request.signature), MAX_SIGNATURE_BYTES).trim(),
      (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64')),
    );
    if (!read.ok) return read;
    const manifest = read.value;
    const code = whyNot(manifest, request, current, taken);
    if (code !== null) return err(fault(code));
    const tarball = join(places.state, 'incoming', manifest.file.name);
    const sha256 = copyOf(data, stepsTo(data, request.file), manifest.file.bytes, tarball);
    return sha256 === manifest.file.sha256 ? ok({ manifest, tarball }) : err(fault('parcel.damaged'));
  } catch (error) {
    return err(faultOf(error));
  }
}

function whyNot(
  manifest: Manifest,
  { version }: UpdateRequest,
  current: string,
  taken: Taken | null,
): FaultCode | null {
  if (manifest.kind !== 'program' || !manifest.file.name.endsWith('.tar.gz')) return 'parcel.other-kind';
  if (manifest.version !== version) return 'parcel.other-version';
  if (manifest.needs !== undefined && !isNewEnough(current, manifest.needs)) return 'parcel.needs-newer';
  if (version === current) return null;
  // Whoever took over the terminal's user must not bring back an old version for a hole in it. The one before is what a release that is withdrawn goes back to.
  const isOlder = taken !== null && Date.parse(manifest.madeAt) < Date.parse(taken.madeAt);
  if (taken?.version === current) return isOlder && version !== taken.before ? 'update.older' : null;
  // Installed by hand or by dpkg: of when that was made nothing is known.
  return isOlder || !isNewEnough(version, current) ? 'update.older' : null;
}

function releaseKey(file: string) {
  try {
    const key = createPublicKey(readFileSync(file));
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

/** Returns the copy's SHA-256, in hexadecimal digits. */
function copyOf(data: string, steps: readonly string[], bytes: number, to: string): string {
  forgetCopies(join(to, '..'));
  mkdirSync(join(to, '..'), { recursive: true, mode: 0o700 });
  const handle = openSync(to, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    readBeneath(data, steps, bytes, (piece) => {
      hash.update(piece);
      for (let at = 0; at < piece.length;) at += writeSync(handle, piece, at);
    });
    fsyncSync(handle);
    return hash.digest('hex');
  } finally {
    closeSync(handle);
  }
}

export function forgetCopies(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function faultOf(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return fault('parcel.no-room', code);
  return fault('update.request-wrong', error instanceof NotBeneath ? error.message : code);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
