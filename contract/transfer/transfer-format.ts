import { MAX_CHUNK_BYTES } from '../attachment.ts';
import { fault, type Fault } from '../fault.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';

/**
 * The bytes of a transfer file.
 *
 * Header, 44 bytes: "YIZHANTF" 8 | version u32 | file id 16 | key check 8 | first 8 of SHA-256 over these 36.
 * Then frames: length of the sealed part u32 | kind u8 | sealed (AES-256-GCM: ciphertext, tag 16). All numbers
 * are big-endian. A frame's nonce is its number, its additional data are the header, its number and kind: none
 * can be moved, left out or taken from another file unnoticed. The last frame holds counts and a hash of
 * everything before it.
 */
export const TRANSFER_VERSION = 1;
export const HEADER_BYTES = 44;
export const FRAME_HEAD_BYTES = 5;
export const FILE_ID_BYTES = 16;
export const TAG_BYTES = 16;
/** A submission at its limit (MAX_SUBMISSION_BYTES), and what stands around it. */
export const MAX_FRAME_BYTES = 1_310_720;
/** Of a part's bytes: what the platform takes at a time as well. */
export const CHUNK_BYTES = MAX_CHUNK_BYTES;

export const frameKinds = { manifest: 0, row: 1, chunk: 2, end: 3 } as const;
export type FrameKind = keyof typeof frameKinds;

const MAGIC = 'YIZHANTF';
const KEY_CHECK_BYTES = 8;
const CHECKSUM_BYTES = 8;
const NONCE_BYTES = 12;

/** What neither side of the contract may have of its own: the station and the platform each bring theirs. */
export interface TransferPrimitives {
  /** HKDF with SHA-256 (RFC 5869). */
  derive(secret: Uint8Array, salt: Uint8Array, purpose: string, byteCount: number): Uint8Array;
  /** AES-256-GCM; ciphertext and tag. */
  seal(key: Uint8Array, nonce: Uint8Array, boundTo: Uint8Array, plain: Uint8Array): Uint8Array;
  /** null when anything does not fit. */
  open(key: Uint8Array, nonce: Uint8Array, boundTo: Uint8Array, sealed: Uint8Array): Uint8Array | null;
  /** `digest`: of what came so far; more may come. */
  sha256(): { update(bytes: Uint8Array): void; digest(): Uint8Array };
  toUtf8(text: string): Uint8Array;
  fromUtf8(bytes: Uint8Array): string;
}

export interface TransferKey {
  readonly header: Uint8Array;
  readonly key: Uint8Array;
}

export function makeHeader(
  primitives: TransferPrimitives,
  fileId: Uint8Array,
  secret: Uint8Array,
): TransferKey {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(primitives.toUtf8(MAGIC), 0);
  new DataView(header.buffer).setUint32(8, TRANSFER_VERSION);
  header.set(fileId, 12);
  header.set(keyCheck(primitives, fileId, secret), 28);
  header.set(checksum(primitives, header), 36);
  return { header, key: fileKey(primitives, fileId, secret) };
}

/**
 * Faults: `transfer.not-ours`, `transfer.version-unknown`, `transfer.damaged`, `transfer.wrong-code`.
 */
export function openHeader(
  primitives: TransferPrimitives,
  header: Uint8Array,
  secret: Uint8Array,
): Result<TransferKey, Fault> {
  if (header.length < HEADER_BYTES || !same(header.subarray(0, 8), primitives.toUtf8(MAGIC)))
    return err(fault('transfer.not-ours'));
  const version = new DataView(header.buffer, header.byteOffset).getUint32(8);
  // The layout of another version is its own business.
  if (version !== TRANSFER_VERSION) return err(fault('transfer.version-unknown', `version ${version}`));
  if (!same(header.subarray(36, 44), checksum(primitives, header)))
    return err(fault('transfer.damaged', 'the header'));
  const fileId = header.subarray(12, 28);
  if (!same(header.subarray(28, 36), keyCheck(primitives, fileId, secret)))
    return err(fault('transfer.wrong-code'));
  return ok({ header: header.slice(), key: fileKey(primitives, fileId, secret) });
}

export function fileIdOf({ header }: TransferKey): string {
  return hex(header.subarray(12, 28));
}

export function sealFrame(
  primitives: TransferPrimitives,
  { header, key }: TransferKey,
  number: number,
  kind: FrameKind,
  plain: Uint8Array,
): Uint8Array {
  const sealed = primitives.seal(key, nonceOf(number), bindingOf(header, number, frameKinds[kind]), plain);
  const frame = new Uint8Array(FRAME_HEAD_BYTES + sealed.length);
  new DataView(frame.buffer).setUint32(0, sealed.length);
  frame[4] = frameKinds[kind];
  frame.set(sealed, FRAME_HEAD_BYTES);
  return frame;
}

/** null when it is not the frame of this number and kind in this file. */
export function openFrame(
  primitives: TransferPrimitives,
  { header, key }: TransferKey,
  number: number,
  kind: number,
  sealed: Uint8Array,
): Uint8Array | null {
  return primitives.open(key, nonceOf(number), bindingOf(header, number, kind), sealed);
}

/** Used once a key: the key is of one file, and the number of one frame in it. */
function nonceOf(number: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(number));
  return nonce;
}

function bindingOf(header: Uint8Array, number: number, kind: number): Uint8Array {
  const binding = new Uint8Array(HEADER_BYTES + 9);
  binding.set(header, 0);
  new DataView(binding.buffer).setBigUint64(HEADER_BYTES, BigInt(number));
  binding[HEADER_BYTES + 8] = kind;
  return binding;
}

function fileKey(primitives: TransferPrimitives, fileId: Uint8Array, secret: Uint8Array): Uint8Array {
  return primitives.derive(secret, fileId, 'yizhan transfer key', 32);
}

function keyCheck(primitives: TransferPrimitives, fileId: Uint8Array, secret: Uint8Array): Uint8Array {
  return primitives.derive(secret, fileId, 'yizhan transfer key check', KEY_CHECK_BYTES);
}

function checksum(primitives: TransferPrimitives, header: Uint8Array): Uint8Array {
  const hash = primitives.sha256();
  hash.update(header.subarray(0, 36));
  return hash.digest().subarray(0, CHECKSUM_BYTES);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
