import { createHash } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { Fault } from '#contract/fault.ts';
import { loadItem } from '#contract/form/load-item.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import type { Store } from '../store/store.ts';
import type { StoredChange } from '../store/stored-change.ts';

export interface PublishedItem {
  readonly item: ServiceItem;
  /** As the platform published it: a newer release may understand more of it. */
  readonly document: unknown;
  /** Of the document: what an item names (a list of hospitals) may change while its version stays. */
  readonly sha256: string;
}

/** The terminal's copies of the items, in its store. */
export interface ItemCache {
  /** In the order of the platform's list; another array after each change. */
  items(): readonly ServiceItem[];
  get(slug: string): PublishedItem | undefined;
  /** `position`: in the platform's list. Faults: those of the store; nothing changed then. */
  put(entry: PublishedItem, position: number): Result<null, Fault>;
  /** To be carried out at once: of what is here, each item becomes the one of these that has its slug, and is forgotten where there is none. */
  replacing(entries: ReadonlyMap<string, PublishedItem>): StoredChange;
  /** Forgets what is not listed, and takes the order of the list. Faults: those of the store. */
  follow(slugs: readonly string[]): Result<null, Fault>;
}

export interface ItemCachePorts {
  readonly store: Store;
  readonly clock: Clock;
  /** A copy that this release does not understand; it is as if it were not there. */
  readonly onBroken: (slug: string, fault: Fault) => void;
}

interface Placed {
  readonly entry: PublishedItem;
  readonly position: number;
}

export function openItemCache({ store, clock, onBroken }: ItemCachePorts): ItemCache {
  let bySlug = readAll();
  let items = inOrder();

  function readAll(): Map<string, Placed> {
    const read = new Map<string, Placed>();
    for (const row of store.sql('SELECT slug, body, position FROM catalogue_item').all()) {
      const slug = String(row['slug']);
      const loaded = loadPublished(JSON.parse(String(row['body'])));
      if (loaded.ok) read.set(slug, { entry: loaded.value, position: Number(row['position']) });
      else onBroken(slug, loaded.fault);
    }
    return read;
  }

  function inOrder(): readonly ServiceItem[] {
    return [...bySlug.values()].sort((a, b) => a.position - b.position).map(({ entry }) => entry.item);
  }

  /** Inside a transaction. */
  function write(entry: PublishedItem, position: number): void {
    const { slug, version } = entry.item;
    store
      .sql(
        `INSERT INTO catalogue_item (slug, version, body, position, fetched_at_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (slug) DO UPDATE SET version = excluded.version, body = excluded.body,
           position = excluded.position, fetched_at_ms = excluded.fetched_at_ms`,
      )
      .run(slug, version, JSON.stringify(entry.document), position, clock.now());
  }

  function put(entry: PublishedItem, position: number): Result<null, Fault> {
    const written = store.transaction(() => {
      write(entry, position);
      return null;
    });
    if (!written.ok) return written;
    bySlug.set(entry.item.slug, { entry, position });
    items = inOrder();
    return written;
  }

  function replacing(entries: ReadonlyMap<string, PublishedItem>): StoredChange {
    const replaced = new Map<string, Placed>();
    for (const [slug, { position }] of bySlug) {
      const entry = entries.get(slug);
      if (entry !== undefined) replaced.set(slug, { entry, position });
    }
    return {
      write: () => {
        for (const [slug, placed] of bySlug) {
          const next = replaced.get(slug);
          if (next === undefined) store.sql('DELETE FROM catalogue_item WHERE slug = ?').run(slug);
          else if (next.entry.sha256 !== placed.entry.sha256) write(next.entry, next.position);
        }
      },
      swap: () => {
        bySlug = replaced;
        items = inOrder();
      },
    };
  }

  function follow(slugs: readonly string[]): Result<null, Fault> {
    const listed = JSON.stringify(slugs);
    const written = store.transaction(() => {
      store.sql('DELETE FROM catalogue_item WHERE slug NOT IN (SELECT value FROM json_each(?))').run(listed);
      // Most of the time nothing has moved, and nothing is written.
      store
        .sql(
          `UPDATE catalogue_item SET position = place.key FROM json_each(?) AS place
           WHERE place.value = slug AND position <> place.key`,
        )
        .run(listed);
      return null;
    });
    if (!written.ok) return written;
    const followed = slugs.flatMap((slug, position): [string, Placed][] => {
      const placed = bySlug.get(slug);
      return placed ? [[slug, { ...placed, position }]] : [];
    });
    bySlug = new Map(followed);
    items = inOrder();
    return written;
  }

  return { items: () => items, get: (slug) => bySlug.get(slug)?.entry, put, replacing, follow };
}

/** Faults: `item.broken`. */
export function loadPublished(document: unknown): Result<PublishedItem, Fault> {
  const loaded = loadItem(document);
  if (!loaded.ok) return loaded;
  const sha256 = createHash('sha256').update(canonicalJson(document)).digest('hex');
  return ok({ item: loaded.value, document, sha256 });
}
