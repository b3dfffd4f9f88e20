import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { sha256Schema } from '#contract/application.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { MAX_MANIFEST_BYTES, PARCEL_CHUNK_BYTES, readManifest, type Manifest } from '#contract/parcel.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Told } from '../departments/department-command.ts';
import { keepParcel, listParcels, removeParcel } from './parcels.ts';

/** `npm run platform -- parcel …`: packages that releases hand out (docs/operations/parcels.md). */
export const parcelUsage = `npm run platform -- parcel add MANIFEST --key FILE   the manifest, MANIFEST.sig and the file beside it; FILE: the PEM public key it was signed for
       npm run platform -- parcel list
       npm run platform -- parcel remove SHA256   not one that a release names, or to which terminals go back`;

export const parcelOrderSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('add'),
    operands: z.tuple([z.string().min(1)]),
    key: z.string().min(1),
  }),
  z.object({ what: z.literal('list'), operands: z.tuple([]) }),
  z.object({ what: z.literal('remove'), operands: z.tuple([sha256Schema]) }),
]);
export type ParcelOrder = z.infer<typeof parcelOrderSchema>;

const MAX_KEY_BYTES = 4096;
const MAX_SIGNATURE_BYTES = 200;
const done = (...lines: string[]): Told => ({ done: true, lines });
const refused = (line: string): Told => ({ done: false, lines: [line] });

export async function parcelCommand(order: ParcelOrder, pool: pg.Pool, nowMs: number): Promise<Told> {
  switch (order.what) {
    case 'add': {
      const added = await addParcel(pool, order.operands[0], order.key, nowMs);
      return added.ok ? done(added.value) : refused(`${added.fault.code}: ${added.fault.detail ?? ''}`);
    }
    case 'list':
      return done(
        ...(await listParcels(pool)).map(({ kind, version, manifest_sha256, file_bytes, added_at }) =>
          [kind, version, manifest_sha256, `${String(file_bytes)} bytes`, added_at.toISOString()].join('  '),
        ),
      );
    case 'remove': {
      const [sha256] = order.operands;
      const removed = await removeParcel(pool, sha256, nowMs);
      if (removed === 'removed') return done(`${sha256} is removed`);
      return refused(
        removed === 'unknown'
          ? `there is no parcel ${sha256}`
          : 'a release names it, or terminals go back to it: it stays',
      );
    }
    default: {
      const never: never = order;
      return never;
    }
  }
}

/** Looked at as a terminal will: what would be refused in every station is refused here. Nothing of it is kept then. */
async function addParcel(
  pool: pg.Pool,
  manifestFile: string,
  keyFile: string,
  nowMs: number,
): Promise<Result<string, Fault>> {
  const key = await publicKeyOf(keyFile);
  if (!key.ok) return key;
  const text = await readSmall(manifestFile, MAX_MANIFEST_BYTES);
  if (!text.ok) return text;
  const signature = await readSmall(`${manifestFile}.sig`, MAX_SIGNATURE_BYTES);
  if (!signature.ok) return signature;
  const signed = { manifest: text.value, signature: signature.value.trim() };
  const manifest = readManifest(signed.manifest, signed.signature, (message, base64) =>
    verify(null, Buffer.from(message), key.value, Buffer.from(base64, 'base64')),
  );
  if (!manifest.ok) return manifest;
  const manifestSha256 = createHash('sha256').update(signed.manifest).digest('hex');
  const { kind, version, file } = manifest.value;
  const chunks = fileChunks(join(dirname(manifestFile), file.name), manifest.value);
  try {
    const kept = await keepParcel(pool, { manifest: manifest.value, manifestSha256, signed, chunks }, nowMs);
    return kept === 'other-of-that-version'
      ? err(fault('parcel.other-version', `there is another parcel of ${kind} ${version}`))
      : ok(`${kind} ${version}: ${manifestSha256}${kept === 'was-there' ? ' (was there)' : ''}`);
  } catch (error) {
    if (error instanceof DamagedFile) return err(fault('parcel.damaged', error.message));
    throw error;
  }
}

class DamagedFile extends Error {}

/** Throws `DamagedFile` behind the last part when the file is not the one that the manifest names. */
async function* fileChunks(path: string, { file }: Manifest): AsyncGenerator<Uint8Array> {
  const handle = await open(path).catch(() => {
    throw new DamagedFile(`${file.name} cannot be read`);
  });
  try {
    if ((await handle.stat()).size !== file.bytes) throw new DamagedFile(`${file.name} has another length`);
    const hash = createHash('sha256');
    for (let at = 0; at < file.bytes; at += PARCEL_CHUNK_BYTES) {
      const length = Math.min(PARCEL_CHUNK_BYTES, file.bytes - at);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
      if (bytesRead !== length) throw new DamagedFile(`${file.name} was cut while it was read`);
      hash.update(buffer);
      yield buffer;
    }
    if (hash.digest('hex') !== file.sha256) throw new DamagedFile(`${file.name} has another hash`);
  } finally {
    await handle.close();
  }
}

async function publicKeyOf(file: string): Promise<Result<KeyObject, Fault>> {
  const pem = await readSmall(file, MAX_KEY_BYTES);
  if (!pem.ok) return pem;
  try {
    const key = createPublicKey(pem.value);
    if (key.asymmetricKeyType === 'ed25519') return ok(key);
  } catch {
    // Told below like a key of another kind.
  }
  return err(fault('parcel.no-key', `${file} is no PEM Ed25519 public key`));
}

async function readSmall(file: string, most: number): Promise<Result<string, Fault>> {
  try {
    if ((await stat(file)).size > most) return err(fault('parcel.malformed', `${file} is too long`));
    return ok(await readFile(file, 'utf8'));
  } catch {
    return err(fault('parcel.malformed', `${file} cannot be read`));
  }
}
