import { z } from 'zod';
import { sha256Schema } from './application.ts';
import { canonicalJson } from './canonical-json.ts';
import { fault, type Fault } from './fault.ts';
import { codeSchema, versionSchema, type Order } from './fleet.ts';
import { err, ok, type Result } from './result.ts';

/**
 * A parcel is a file with a manifest that says what it is, and a signature over the manifest (docs/decisions/0056): a version of the program,
 * of the catalogue or of the configuration. An order of the fleet names the manifest by its hash, the manifest names the file by its hash.
 */

export const parcelKinds = ['program', 'catalogue', 'configuration'] as const;
export const parcelKindSchema = z.enum(parcelKinds);
export type ParcelKind = z.infer<typeof parcelKindSchema>;

/** Over it a manifest is none, in bytes. */
export const MAX_MANIFEST_BYTES = 4096;

const MIB = 1_048_576;
/** How long a file may be, in bytes; of the program: a package of the plain host has some forty MiB. */
export const MAX_PARCEL_BYTES = {
  program: 128 * MIB,
  catalogue: 32 * MIB,
  /** As much as one file of a configuration (kiosk-config/layers.ts). */
  configuration: MIB / 4,
} as const satisfies Record<ParcelKind, number>;

/** The file is fetched in parts of this size, in bytes; the last one is what is left. */
export const PARCEL_CHUNK_BYTES = 262_144;

/** How many parts a file of so many bytes has. */
export function chunkCount(bytes: number): number {
  return Math.ceil(bytes / PARCEL_CHUNK_BYTES);
}

/** Before the text that is signed: a signature that was made for something else is none here. */
export const PARCEL_CONTEXT = 'yizhan-parcel-1\n';

/** Ed25519: 64 bytes in base64, RFC 4648 §4. */
export const parcelSignatureSchema = z.string().regex(/^[A-Za-z0-9+/]{86}==$/);

/** Three numbers, as in `package.json`; nothing that could be compared in two ways. */
export const programVersionSchema = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/);

/** Of ASCII alone, so that its text and its bytes are one thing. */
export const manifestSchema = z.strictObject({
  format: z.literal('yizhan-parcel-1'),
  kind: parcelKindSchema,
  /** Also the name of a folder: it has no separator and does not begin with a dot. */
  version: versionSchema,
  madeAt: z.iso.datetime(),
  /** The oldest version of the program that can take it. */
  needs: programVersionSchema.optional(),
  file: z.strictObject({
    /** A name in the manifest's own folder, never a path. */
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+~-]{0,119}$/),
    bytes: z.int().min(1),
    sha256: sha256Schema,
  }),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The bytes of the manifest's file, without a line end; its SHA-256 is what an order names. */
export function manifestText(manifest: Manifest): string {
  return canonicalJson(manifest);
}

/** What the signature is over. */
export function signedParcelText(manifest: string): string {
  return PARCEL_CONTEXT + manifest;
}

/** Ed25519 with the key that is gone by: whether `signature` (base64) is one over the UTF-8 bytes of `text`. */
export type VerifyParcel = (text: string, signature: string) => boolean;

/**
 * A manifest as it may be believed; nothing of it is looked at before the signature fits. Whether the file is the one that it names is for whoever
 * has the file. Faults: `parcel.signature-wrong`, `parcel.malformed`, `parcel.too-large`.
 */
export function readManifest(text: string, signature: string, verify: VerifyParcel): Result<Manifest, Fault> {
  if (text.length > MAX_MANIFEST_BYTES) return err(fault('parcel.malformed', 'the manifest is too long'));
  if (!parcelSignatureSchema.safeParse(signature).success || !verify(signedParcelText(text), signature))
    return err(fault('parcel.signature-wrong'));
  const manifest = manifestSchema.safeParse(jsonOf(text));
  // Two texts that parse to one thing could be read as two things.
  if (!manifest.success || canonicalJson(manifest.data) !== text) return err(fault('parcel.malformed'));
  const { kind, file } = manifest.data;
  return file.bytes > MAX_PARCEL_BYTES[kind]
    ? err(
        fault(
          'parcel.too-large',
          `${String(file.bytes)} bytes, and ${kind} may have ${String(MAX_PARCEL_BYTES[kind])}`,
        ),
      )
    : ok(manifest.data);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A manifest as the platform has it. */
export const signedManifestSchema = z.strictObject({
  manifest: z.string().max(MAX_MANIFEST_BYTES),
  signature: parcelSignatureSchema,
});
export type SignedManifest = z.infer<typeof signedManifestSchema>;

/** A part of the file, counted from 0, in base64. */
export const parcelChunkSchema = z.strictObject({
  number: z.int().min(0),
  bytes: z.base64().max(Math.ceil(PARCEL_CHUNK_BYTES / 3) * 4),
});
export type ParcelChunk = z.infer<typeof parcelChunkSchema>;

/** Which kind of parcel an order asks for. */
export function parcelKindOf(order: Extract<Order, { kind: 'update' | 'fetch-config' }>): ParcelKind {
  return order.kind === 'fetch-config' ? 'configuration' : order.what;
}

/** Whether `program` is `needs` or newer. A version that is not three numbers is older than all that are. */
export function isNewEnough(program: string, needs: string): boolean {
  const own = programVersionSchema.safeParse(program);
  if (!own.success) return false;
  const [a, b] = [own.data, needs].map((version) => version.split('.').map(Number));
  for (const [at, needed] of (b ?? []).entries()) {
    const had = a?.[at] ?? 0;
    if (had !== needed) return had > needed;
  }
  return true;
}

/** Over it a request or an outcome is none, in bytes. */
export const MAX_UPDATE_FILE_BYTES = 8192;

const pathSchema = z.string().min(1).max(1024);

/** `<data>/update/request.json`: the terminal asks root's updater to take a program. The updater believes nothing of it. */
export const updateRequestSchema = z.strictObject({
  format: z.literal('yizhan-update-request-1'),
  version: versionSchema,
  /** Absolute, of files that the terminal may write. */
  manifest: pathSchema,
  signature: pathSchema,
  file: pathSchema,
  /** Of the fleet's order; with it the outcome is told. */
  commandId: z.uuid(),
});
export type UpdateRequest = z.infer<typeof updateRequestSchema>;

/** `<data>/update/outcome.json`: what came of it, told to the platform by the terminal that runs then. */
export const updateOutcomeSchema = z.strictObject({
  format: z.literal('yizhan-update-outcome-1'),
  commandId: z.uuid(),
  version: versionSchema,
  outcome: z.enum(['taken', 'went-back', 'refused']),
  /** Null: it was taken. */
  fault: codeSchema.nullable(),
  at: z.iso.datetime(),
});
export type UpdateOutcome = z.infer<typeof updateOutcomeSchema>;
