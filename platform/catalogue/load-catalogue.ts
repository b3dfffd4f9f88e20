import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '#contract/canonical-json.ts';
import { chainsSchema, type Chain } from '#contract/chain.ts';
import { loadItem } from '#contract/form/load-item.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { RegionTable } from '#contract/region-table.ts';
import { inOrderOfThemes } from './theme-order.ts';
import { readRegions, REGIONS_FILE } from './regions.ts';
import { namedIn, readParsed, readSharedData, type SharedData } from './shared-data.ts';

/** `items/`, and `lists/`, `calendars/` and `parameters.json` that they name; `chains.json`, `themes.json`, `regions.csv`. */
export const catalogueDir = import.meta.dirname;

/** In bytes; the largest delivered item has a twentieth of it. */
const MAX_ITEM_BYTES = 1_000_000;

export interface PublishedItem {
  readonly item: ServiceItem;
  /** The file, with what it names, as published: a newer terminal may understand more of it than we do. */
  readonly document: Record<string, unknown>;
  /** Lower-case hex, over the canonical JSON of `document`: a list that changes changes it too. */
  readonly sha256: string;
}

export interface Catalogue {
  /** By slug, in the order in which start pages show them. */
  readonly items: ReadonlyMap<string, PublishedItem>;
  readonly chains: readonly Chain[];
  /** What addresses are chosen from; null: there is none, and addresses are typed. */
  readonly regions: RegionTable | null;
  /** Files that are not served, each with the reason. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

/** Reads every `items/*.json` of a folder; a broken one is refused by name and the rest is served. */
export function loadCatalogue(dir: string): Catalogue {
  const items = new Map<string, PublishedItem>();
  const refused: { file: string; reason: string }[] = [];
  const shared = readSharedData(dir);
  for (const file of readdirSync(join(dir, 'items'))
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const read = readItem(join(dir, 'items', file), shared);
    if (typeof read === 'string') refused.push({ file, reason: read });
    else if (items.has(read.item.slug))
      refused.push({ file, reason: `slug ${read.item.slug} is already taken` });
    else items.set(read.item.slug, read);
  }
  const regions = readRegions(join(dir, REGIONS_FILE));
  if (!regions.ok) refused.push({ file: REGIONS_FILE, reason: regions.fault.detail ?? regions.fault.code });
  return {
    items: new Map(inOrderOfThemes(dir, [...items], ([, { item }]) => item.theme.code)),
    chains: readParsed(join(dir, 'chains.json'), chainsSchema),
    regions: regions.ok ? regions.value : null,
    refused,
  };
}

function readItem(path: string, shared: SharedData): PublishedItem | string {
  try {
    if (statSync(path).size > MAX_ITEM_BYTES) return `larger than ${String(MAX_ITEM_BYTES)} bytes`;
    const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof file !== 'object' || file === null) return 'is no JSON object';
    const document = { ...file, ...sharedBy(file, shared) };
    const loaded = loadItem(document);
    if (!loaded.ok) return loaded.fault.detail ?? loaded.fault.code;
    const sha256 = createHash('sha256').update(canonicalJson(document)).digest('hex');
    return { item: loaded.value, document, sha256 };
  } catch (error) {
    return error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
  }
}

function sharedBy(file: object, shared: SharedData): SharedData {
  const named = namedIn(file);
  const of = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => named.has(name)));
  return { lists: of(shared.lists), calendars: of(shared.calendars), parameters: of(shared.parameters) };
}
