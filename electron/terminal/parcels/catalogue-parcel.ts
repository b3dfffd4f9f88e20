import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { chainsSchema, type Chain } from '#contract/chain.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { VerifyParcel } from '#contract/parcel.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { loadPublished, type PublishedItem } from '../catalogue/item-cache.ts';
import type { Log } from '../log.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import { readWhole, shelfOf } from './shelf.ts';

/** The items and chains of a package, all of them good. */
export interface PackagedCatalogue {
  readonly version: string;
  /** By slug, in the order of the package. */
  readonly items: ReadonlyMap<string, PublishedItem>;
  readonly chains: readonly Chain[];
}

const MOST_ITEMS = 2000;
const fileSchema = z.strictObject({
  format: z.literal('yizhan-catalogue-1'),
  items: z.array(z.unknown()).min(1).max(MOST_ITEMS),
  chains: chainsSchema,
});

/**
 * Checked whole: each item by what a terminal asks of it (contract/form/load-item.ts), no slug and no short code twice, and no step of a chain whose
 * item is not there. Fault: `parcel.catalogue-refused` with the first thing that is wrong.
 */
export function readCatalogue(bytes: Uint8Array, version: string): Result<PackagedCatalogue, Fault> {
  const refuse = (why: string): Result<never, Fault> => err(fault('parcel.catalogue-refused', why));
  const parsed = fileSchema.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'no catalogue'}`);
  }
  const items = new Map<string, PublishedItem>();
  const shortCodes = new Set<string>();
  for (const document of parsed.data.items) {
    const loaded = loadPublished(document);
    if (!loaded.ok) return refuse(loaded.fault.detail ?? loaded.fault.code);
    const { slug, shortCode } = loaded.value.item;
    if (items.has(slug)) return refuse(`${slug} stands twice`);
    if (shortCodes.has(shortCode)) return refuse(`${slug}: the short code is another item’s`);
    items.set(slug, loaded.value);
    shortCodes.add(shortCode);
  }
  for (const { id, steps } of parsed.data.chains) {
    const gone = steps.find(({ item }) => item !== undefined && !shortCodes.has(item));
    if (gone !== undefined)
      return refuse(`chain ${id}: step ${String(gone.order)} names an item that is not here`);
  }
  return ok({ version, items, chains: parsed.data.chains });
}

const stateSchema = z.strictObject({ format: z.literal(1), inForce: z.string().max(100).nullable() });
const MAX_STATE_BYTES = 4096;
const stateFile = (dataDir: string): string => join(shelfOf(dataDir, 'catalogue'), 'state.json');

/** The folder of the package that is in force; null: the platform's own list is. */
export function catalogueFolder(dataDir: string): string | null {
  try {
    const file = stateFile(dataDir);
    if (statSync(file).size > MAX_STATE_BYTES) return null;
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).inForce;
  } catch {
    return null;
  }
}

/** In one step. Fault: `store.failed`; what was in force is then. */
export function putCatalogueInForce(dataDir: string, inForce: string | null): Result<null, Fault> {
  try {
    makeFolder(shelfOf(dataDir, 'catalogue'));
    replaceFile(stateFile(dataDir), Buffer.from(JSON.stringify({ format: 1, inForce })));
    return ok(null);
  } catch {
    return err(fault('store.failed', 'the catalogue’s state cannot be written'));
  }
}

/** At a start. Null: none is in force, or it cannot be used any more; what the store has of items is used then. */
export function catalogueInForce(dataDir: string, verify: VerifyParcel, log: Log): PackagedCatalogue | null {
  const folder = catalogueFolder(dataDir);
  if (folder === null) return null;
  const read = readWhole(shelfOf(dataDir, 'catalogue'), folder, 'catalogue', verify);
  const catalogue = read.ok ? readCatalogue(read.value.bytes, read.value.manifest.version) : read;
  if (catalogue.ok) return catalogue.value;
  const { code, detail } = catalogue.fault;
  log({ level: 'error', event: 'parcels.catalogue-unusable', code, detail: `${folder}: ${detail ?? ''}` });
  return null;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
