import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { serviceItemSchema, type ServiceItem } from '#contract/item.ts';

export const catalogueDir = join(import.meta.dirname, 'items');

/** In bytes; the largest delivered item has a twentieth of it. */
const MAX_ITEM_BYTES = 1_000_000;

export interface Catalogue {
  /** By slug. `document` is the file as published: a newer terminal may understand more of it than we do. */
  readonly items: ReadonlyMap<
    string,
    { readonly item: ServiceItem; readonly document: Record<string, unknown> }
  >;
  /** Files that are not served, each with the reason. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

/** Reads every `*.json` of a folder; a broken one is refused by name and the rest is served. */
export function loadCatalogue(dir: string): Catalogue {
  const items = new Map<string, { item: ServiceItem; document: Record<string, unknown> }>();
  const refused: { file: string; reason: string }[] = [];
  for (const file of readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const read = readItem(join(dir, file));
    if (typeof read === 'string') refused.push({ file, reason: read });
    else if (items.has(read.item.slug))
      refused.push({ file, reason: `slug ${read.item.slug} is already taken` });
    else items.set(read.item.slug, read);
  }
  return { items, refused };
}

function readItem(path: string): { item: ServiceItem; document: Record<string, unknown> } | string {
  try {
    if (statSync(path).size > MAX_ITEM_BYTES) return `larger than ${String(MAX_ITEM_BYTES)} bytes`;
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const parsed = serviceItemSchema.safeParse(document);
    if (parsed.success) return { item: parsed.data, document: { ...(document as object) } }; // parsed as an object
    const issue = parsed.error.issues[0];
    return issue ? `${issue.path.join('.')}: ${issue.message}`.slice(0, 300) : 'does not parse';
  } catch (error) {
    return error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
  }
}
