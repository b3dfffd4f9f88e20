import { createHash } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { loadItem } from '#contract/form/load-item.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import type { Store } from '../store/store.ts';

/** The items that the platform publishes, cached so that a station works all day without it. */
export interface Catalogue {
  readonly changes: Changes;
  freshness(): 'empty' | 'cached' | 'fresh';
  items(): readonly ServiceItem[];
  /** Faults: `catalogue.empty`, `item.unknown`. */
  item(slug: string): Result<ServiceItem, Fault>;
  /**
   * Asks the platform for what changed; what it does not answer stays as it was cached, and is asked for
   * again soon.
   */
  refresh(): Promise<void>;
  close(): void;
}

/** After a refresh in which an item could not be fetched, in milliseconds. */
const RETRY_MS = 5_000;

interface Cached {
  readonly item: ServiceItem;
  /** As the platform published it: a newer release may understand more of it. */
  readonly document: unknown;
  /** Of the document: what an item names (a list of hospitals) may change while its version stays. */
  readonly sha256: string;
}

export interface CataloguePorts {
  readonly store: Store;
  readonly client: PlatformClient;
  readonly clock: Clock;
  readonly log: Log;
}

export function createCatalogue(ports: CataloguePorts): Catalogue {
  const { store, client, log } = ports;
  const changes = createChanges();
  let fresh = false;
  let cached = readCache();
  let items = cached.map(({ item }) => item);
  let refreshing: Promise<void> | null = null;
  let cancelRetry: () => void = () => undefined;
  let isClosed = false;

  function readCache(): readonly Cached[] {
    const rows = store.sql('SELECT slug, body FROM catalogue_item ORDER BY position').all();
    return rows.flatMap((row) => {
      const loaded = load(JSON.parse(String(row['body'])));
      if (loaded.ok) return [loaded.value];
      refuse('catalogue.item-broken', String(row['slug']), loaded.fault);
      return [];
    });
  }

  /** The log names the item and what is wrong with it: its department can mend it, nobody here can. */
  function refuse(event: string, slug: string, { code, detail }: Fault): void {
    log({ level: 'error', event, code, detail: `${slug} (${detail ?? ''})` });
  }

  async function refresh(): Promise<void> {
    const listed = await client.listItems();
    if (!listed.ok) {
      log({ level: 'warn', event: 'catalogue.not-refreshed', code: listed.fault.code });
      retrySoon();
      return;
    }
    const fetched: (Cached & { readonly slug: string })[] = [];
    let isComplete = true;
    for (const { slug, version, sha256 } of listed.value) {
      const known = cached.find(
        ({ item, sha256: ours }) =>
          item.slug === slug && item.version === version && (sha256 === undefined || sha256 === ours),
      );
      const found = known ?? (await fetchItem(slug));
      if (found) fetched.push({ slug, ...found });
      if (found?.item.version !== version) isComplete = false;
    }
    if (!isComplete) retrySoon();
    // An answer without a single usable item is more likely a fault over there than a closed office. After
    // the end the store is closed.
    if (fetched.length === 0 || isClosed) return;
    const written = store.transaction(() => {
      const kept = new Set(fetched.map((entry) => entry.slug));
      for (const item of items) {
        if (!kept.has(item.slug) && !listed.value.some((entry) => entry.slug === item.slug)) {
          store.sql('DELETE FROM catalogue_item WHERE slug = ?').run(item.slug);
        }
      }
      fetched.forEach(({ slug, item, document }, position) => {
        store
          .sql(
            `INSERT INTO catalogue_item (slug, version, body, position, fetched_at_ms) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (slug) DO UPDATE SET version = excluded.version, body = excluded.body,
               position = excluded.position, fetched_at_ms = excluded.fetched_at_ms`,
          )
          .run(slug, item.version, JSON.stringify(document), position, ports.clock.now());
      });
      return null;
    });
    if (!written.ok) {
      log({ level: 'error', event: 'catalogue.not-written', code: written.fault.code });
      return;
    }
    cached = readCache();
    items = cached.map(({ item }) => item);
    fresh = isComplete;
    changes.notify();
  }

  function retrySoon(): void {
    cancelRetry();
    cancelRetry = ports.clock.after(RETRY_MS, () => {
      if (!isClosed) void startRefresh();
    });
  }

  function startRefresh(): Promise<void> {
    refreshing ??= refresh().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  async function fetchItem(slug: string): Promise<Cached | null> {
    const answer = await client.getItem(slug);
    const loaded = answer.ok ? load(answer.value) : answer;
    if (loaded.ok && loaded.value.item.slug === slug) return loaded.value;
    refuse('catalogue.item-refused', slug, loaded.ok ? fault('item.broken', 'another slug') : loaded.fault);
    return cached.find(({ item }) => item.slug === slug) ?? null;
  }

  return {
    changes,
    freshness: () => (items.length === 0 ? 'empty' : fresh ? 'fresh' : 'cached'),
    items: () => items,
    item: (slug) => {
      if (items.length === 0) return err(fault('catalogue.empty'));
      const item = items.find((candidate) => candidate.slug === slug);
      return item ? ok(item) : err(fault('item.unknown'));
    },
    refresh: startRefresh,
    close: () => {
      isClosed = true;
      cancelRetry();
    },
  };
}

function load(document: unknown): Result<Cached, Fault> {
  const loaded = loadItem(document);
  if (!loaded.ok) return loaded;
  const sha256 = createHash('sha256').update(canonicalJson(document)).digest('hex');
  return ok({ item: loaded.value, document, sha256 });
}
