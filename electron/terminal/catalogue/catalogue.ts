import { z } from 'zod';
import { fault, type Fault } from '#contract/fault.ts';
import type { ServiceItem } from '#contract/item.ts';
import { localizedTextSchema, type LocalizedText } from '#contract/localized.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { RefusedItem } from '#contract/terminal-health.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Log } from '../log.ts';
import type { ListedItem, PlatformClient } from '../outbox/platform-client.ts';
import type { Store } from '../store/store.ts';
import { carryOut, type StoredChange } from '../store/stored-change.ts';
import { loadPublished, openItemCache, type PublishedItem } from './item-cache.ts';

/**
 * The items that this terminal may offer, kept so that a station works all day without the platform. Each can be used
 * as soon as it has come. A visit keeps the item that it was begun with: what is taken away or changed here concerns
 * those that begin later.
 */
export interface Catalogue {
  readonly changes: Changes;
  /** `fresh`: as the platform has last listed them, all of them. */
  freshness(): 'empty' | 'cached' | 'fresh';
  /** Rises with every change of the items. */
  revision(): number;
  /** Those that have come. */
  items(): readonly ServiceItem[];
  /** Faults: `catalogue.empty`, `item.unknown`. */
  item(slug: string): Result<ServiceItem, Fault>;
  /**
   * The same, but one that is listed and has not come yet is fetched at once, before those that wait for their turn.
   * Faults: those of `item`, of the line, and `item.broken`.
   */
  obtain(slug: string): Promise<Result<ServiceItem, Fault>>;
  /**
   * Asks the platform for what changed, one item after the other; what it does not answer stays as it was, and is asked
   * for again soon.
   */
  refresh(): Promise<void>;
  /**
   * To be carried out at once: from then on the items are these, and no others; the platform's list says which of them may be offered here, and
   * in which order.
   */
  usingPackage(packaged: Packaged): StoredChange;
  /** Of the package whose items these are; null: they are the platform's own. */
  packageVersion(): string | null;
  /** Those that are listed, and that this terminal cannot use as they are. */
  refused(): readonly RefusedItem[];
  close(): void;
}

/** Items that came as one, and were checked as one (parcels/catalogue-parcel.ts). */
export interface Packaged {
  readonly version: string;
  readonly items: ReadonlyMap<string, PublishedItem>;
}

/** After a refresh in which the line failed, in milliseconds. */
const RETRY_MS = 5_000;

export interface CataloguePorts {
  readonly store: Store;
  readonly client: Pick<PlatformClient, 'listItems' | 'getItem'>;
  readonly clock: Clock;
  readonly log: Log;
  /** In force since an earlier start; null: none is. */
  readonly packaged: Packaged | null;
}

export function createCatalogue({ store, client, clock, log, packaged: first }: CataloguePorts): Catalogue {
  const changes = createChanges();
  const refused = new Map<string, { readonly name: LocalizedText | null; readonly fault: Fault }>();
  const cache = openItemCache({
    store,
    clock,
    onBroken: (slug, why) => {
      refuse('catalogue.item-broken', slug, why, null);
    },
  });
  let packaged: Packaged | null = null;
  const underWay = new Map<string, Promise<Result<ServiceItem, Fault>>>();
  let listed: readonly ListedItem[] = [];
  let isFresh = false;
  let revision = 0;
  let refreshing: Promise<void> | null = null;
  let cancelRetry: () => void = () => undefined;
  let isClosed = false;

  /** The log names the item and what is wrong with it: its department can mend it, nobody here can. */
  function refuse(event: string, slug: string, why: Fault, document: unknown): void {
    const { code, detail } = why;
    // What did not come is no broken item.
    if (code === 'item.broken') refused.set(slug, { name: nameIn(document), fault: why });
    log({ level: 'error', event, code, detail: `${slug} (${detail ?? ''})` });
  }

  function changed(): void {
    revision += 1;
    changes.notify();
  }

  async function refresh(): Promise<void> {
    const answer = await client.listItems();
    if (isClosed) return;
    if (!answer.ok) {
      log({ level: 'warn', event: 'catalogue.not-refreshed', code: answer.fault.code });
      retrySoon();
      return;
    }
    listed = offeredOf(answer.value);
    for (const slug of [...refused.keys()])
      if (!listed.some((entry) => entry.slug === slug)) refused.delete(slug);
    followList();
    let isComplete = true;
    let helpsToRetry = false;
    for (const entry of listed) {
      if (isCurrent(entry)) continue;
      const fetched = await fetchOnce(entry.slug);
      if (isClosed) return;
      if (fetched.ok && fetched.value.version === entry.version) continue;
      isComplete = false;
      // What its department got wrong is not mended in seconds: it waits for the next round.
      if (fetched.ok || fetched.fault.code !== 'item.broken') helpsToRetry = true;
    }
    if (helpsToRetry) retrySoon();
    isFresh = followList() && isComplete;
    changes.notify();
  }

  /** Of a package, what is listed under another version is still the package's; what it has not is not there. */
  function offeredOf(list: readonly ListedItem[]): readonly ListedItem[] {
    if (packaged === null) return list;
    const { items } = packaged;
    return list.flatMap(({ slug }) => {
      const entry = items.get(slug);
      return entry === undefined ? [] : [{ slug, version: entry.item.version, sha256: entry.sha256 }];
    });
  }

  function usingPackage(next: Packaged): StoredChange {
    const replacing = cache.replacing(next.items);
    return {
      write: replacing.write,
      swap: () => {
        replacing.swap();
        packaged = next;
        listed = offeredOf(listed);
        refused.clear();
        changed();
      },
    };
  }

  function isCurrent({ slug, version, sha256 }: ListedItem): boolean {
    const ours = cache.get(slug);
    return ours?.item.version === version && (sha256 === undefined || sha256 === ours.sha256);
  }

  /**
   * False when not: a list without a single usable item is more likely a fault over there than a closed office.
   */
  function followList(): boolean {
    if (!listed.some(({ slug }) => cache.get(slug))) return false;
    const before = cache.items();
    const followed = cache.follow(listed.map(({ slug }) => slug));
    if (!followed.ok) {
      log({ level: 'error', event: 'catalogue.not-written', code: followed.fault.code });
      return false;
    }
    if (!isSameList(before, cache.items())) changed();
    return true;
  }

  function retrySoon(): void {
    cancelRetry();
    cancelRetry = clock.after(RETRY_MS, () => {
      if (!isClosed) void startRefresh();
    });
  }

  function startRefresh(): Promise<void> {
    refreshing ??= refresh().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  /** Who asks for what is under way already waits for the same answer. */
  function fetchOnce(slug: string): Promise<Result<ServiceItem, Fault>> {
    const known = underWay.get(slug);
    if (known) return known;
    const fetching = fetchItem(slug).finally(() => underWay.delete(slug));
    underWay.set(slug, fetching);
    return fetching;
  }

  function documentOf(slug: string): ReturnType<PlatformClient['getItem']> {
    const entry = packaged?.items.get(slug);
    return entry === undefined ? client.getItem(slug) : Promise.resolve(ok(entry.document));
  }

  async function fetchItem(slug: string): Promise<Result<ServiceItem, Fault>> {
    const from = packaged;
    const answer = await documentOf(slug);
    // After the end the store is closed.
    if (isClosed) return err(fault('platform.unreachable'));
    // A package came meanwhile, and what was on its way is not of it.
    if (packaged !== from) return fetchItem(slug);
    const loaded = answer.ok ? loadPublished(answer.value) : answer;
    if (!loaded.ok) {
      refuse('catalogue.item-refused', slug, loaded.fault, answer.ok ? answer.value : null);
      return loaded;
    }
    if (loaded.value.item.slug !== slug) {
      const another = fault('item.broken', 'another slug');
      refuse('catalogue.item-refused', slug, another, answer.ok ? answer.value : null);
      return err(another);
    }
    const position = listed.findIndex((entry) => entry.slug === slug);
    // Taken away while it was on its way.
    if (position === -1) return err(fault('item.unknown'));
    const kept = cache.put(loaded.value, position);
    if (!kept.ok) {
      log({ level: 'error', event: 'catalogue.not-written', code: kept.fault.code });
      return kept;
    }
    refused.delete(slug);
    changed();
    return ok(loaded.value.item);
  }

  function item(slug: string): Result<ServiceItem, Fault> {
    const found = cache.get(slug);
    if (found) return ok(found.item);
    return err(fault(cache.items().length === 0 ? 'catalogue.empty' : 'item.unknown'));
  }

  if (first !== null) {
    const used = carryOut(store, [usingPackage(first)]);
    // What the store has is used; the next start tries again.
    if (!used.ok) log({ level: 'error', event: 'catalogue.not-written', code: used.fault.code });
  }

  return {
    changes,
    usingPackage,
    packageVersion: () => packaged?.version ?? null,
    freshness: () => (cache.items().length === 0 ? 'empty' : isFresh ? 'fresh' : 'cached'),
    revision: () => revision,
    items: cache.items,
    item,
    obtain: (slug) => {
      const found = item(slug);
      if (found.ok || !listed.some((entry) => entry.slug === slug)) return Promise.resolve(found);
      return fetchOnce(slug);
    },
    refresh: startRefresh,
    refused: () =>
      [...refused].map(([slug, known]) => ({ slug, ...known, hasEarlier: cache.get(slug) !== undefined })),
    close: () => {
      isClosed = true;
      cancelRetry();
    },
  };
}

/** What calls itself an item and is none may still say how it is called. */
function nameIn(document: unknown): LocalizedText | null {
  const found = namedSchema.safeParse(document);
  return found.success ? found.data.name : null;
}

const namedSchema = z.object({ name: localizedTextSchema });

function isSameList(before: readonly ServiceItem[], after: readonly ServiceItem[]): boolean {
  return before.length === after.length && before.every((item, index) => item === after[index]);
}
