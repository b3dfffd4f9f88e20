import { createHash, sign, type KeyObject } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  manifestSchema,
  manifestText,
  MAX_PARCEL_BYTES,
  signedParcelText,
  type ParcelKind,
} from '#contract/parcel.ts';

export interface ParcelToMake {
  readonly kind: ParcelKind;
  readonly version: string;
  readonly file: string;
  /** The oldest program that can take it; null: any. */
  readonly needs: string | null;
  /** Ed25519, private. */
  readonly key: KeyObject;
  readonly madeAtMs: number;
  /** Gets the file, `manifest.json` and `manifest.json.sig`. */
  readonly out: string;
}

export interface MadeParcel {
  readonly manifest: string;
  /** By which releases name it. */
  readonly manifestSha256: string;
}

/** Throws an Error with a sentence when the file is too long or a name is none. */
export function makeParcel({ kind, version, file, needs, key, madeAtMs, out }: ParcelToMake): MadeParcel {
  const bytes = readFileSync(file);
  if (bytes.length > MAX_PARCEL_BYTES[kind])
    throw new Error(`${file} has over ${String(MAX_PARCEL_BYTES[kind])} bytes, which no ${kind} may have`);
  const text = manifestText(
    manifestSchema.parse({
      format: 'yizhan-parcel-1',
      kind,
      version,
      madeAt: new Date(madeAtMs).toISOString(),
      ...(needs === null ? {} : { needs }),
      file: { name: basename(file), bytes: bytes.length, sha256: sha256(bytes) },
    }),
  );
  mkdirSync(out, { recursive: true });
  copyFileSync(file, join(out, basename(file)));
  const manifest = join(out, 'manifest.json');
  writeFileSync(manifest, text);
  writeFileSync(
    `${manifest}.sig`,
    `${sign(null, Buffer.from(signedParcelText(text)), key).toString('base64')}\n`,
  );
  return { manifest, manifestSha256: sha256(Buffer.from(text)) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
