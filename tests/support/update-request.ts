import { createHash, sign, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { manifestText, signedParcelText, type Manifest, type UpdateRequest } from '#contract/parcel.ts';

export interface Asked {
  /** The terminal's folder. */
  readonly data: string;
  /** A program, of whatever bytes; it is moved to the others that were fetched. */
  readonly file: string;
  readonly version: string;
  readonly madeAt: string;
  readonly commandId: string;
  readonly key: KeyObject;
  /** What the manifest says in place of the truth. */
  readonly spoil: Partial<Manifest>;
}

/** What a terminal does that was ordered to take a program: its signed parcel in `parcels/`, and a request of root's updater. */
export function askForUpdate(asked: Asked): UpdateRequest {
  const { data, version, commandId } = asked;
  const at = (name: string): string => join(data, 'parcels', name);
  for (const folder of ['parcels', 'update']) mkdirSync(join(data, folder), { recursive: true });
  const file = at(basename(asked.file));
  renameSync(asked.file, file);
  const bytes = readFileSync(file);
  const text = manifestText({
    format: 'yizhan-parcel-1',
    kind: 'program',
    version,
    madeAt: asked.madeAt,
    file: {
      name: basename(file),
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
    ...asked.spoil,
  });
  writeFileSync(at('manifest.json'), text);
  const signature = sign(null, Buffer.from(signedParcelText(text)), asked.key);
  writeFileSync(at('manifest.sig'), signature.toString('base64'));
  const request: UpdateRequest = {
    format: 'yizhan-update-request-1',
    version,
    manifest: at('manifest.json'),
    signature: at('manifest.sig'),
    file,
    commandId,
  };
  putRequest(data, request);
  return request;
}

/** In one step: it is looked at as soon as it has its name. */
export function putRequest(data: string, request: object): void {
  const file = join(data, 'update/request.json');
  writeFileSync(`${file}.new`, JSON.stringify(request));
  renameSync(`${file}.new`, file);
}
