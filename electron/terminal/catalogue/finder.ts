import { localDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Clock } from '#contract/ports.ts';
import type { Store } from '../store/store.ts';
import type { Catalogue } from './catalogue.ts';
import { find, findable, type Findable } from './find/find.ts';

/** How a resident comes to an item without knowing what the office calls it. */
export interface Finder {
  /** By what was typed so far, the likeliest first; at most `LONGEST_LIST`. */
  find(typed: string): readonly ServiceItem[];
  /** What was applied for here in the last four weeks, the most first; at most four. */
  popular(): readonly ServiceItem[];
}

export interface FinderPorts {
  readonly catalogue: Pick<Catalogue, 'items'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly timeZone: string;
}

const LONGEST_LIST = 20;
const POPULAR_ITEMS = 4;
/** Below this a list of what others did would tell of one person. */
const POPULAR_FROM = 5;
const DAY_MS = 86_400_000;
const WEEKS_LOOKED_AT_MS = 28 * DAY_MS;
/** Counted anew so often: nobody needs to see that a neighbour has just gone. */
const COUNTED_EVERY_MS = 3_600_000;

export function createFinder({ catalogue, store, clock, timeZone }: FinderPorts): Finder {
  let index: { readonly of: readonly ServiceItem[]; readonly items: readonly Findable[] } | null = null;
  let counted: { readonly atMs: number; readonly slugs: readonly string[] } | null = null;

  function indexed(): readonly Findable[] {
    const items = catalogue.items();
    if (index?.of !== items) index = { of: items, items: items.map(findable) };
    return index.items;
  }

  function itemsOf(slugs: readonly string[]): ServiceItem[] {
    const items = catalogue.items();
    return slugs.flatMap((slug) => items.filter((item) => item.slug === slug));
  }

  function countedSlugs(): readonly string[] {
    const nowMs = clock.now();
    // Also when the clock was set back.
    if (counted !== null && Math.abs(nowMs - counted.atMs) < COUNTED_EVERY_MS) return counted.slugs;
    const rows = store
      .sql(
        `SELECT item_slug FROM application WHERE received_on >= ?
         GROUP BY item_slug HAVING count(*) >= ? ORDER BY count(*) DESC, item_slug LIMIT ?`,
      )
      .all(localDate(nowMs - WEEKS_LOOKED_AT_MS, timeZone), POPULAR_FROM, POPULAR_ITEMS);
    counted = { atMs: nowMs, slugs: rows.map((row) => String(row['item_slug'])) };
    return counted.slugs;
  }

  return {
    find: (typed) => itemsOf(find(indexed(), typed).slice(0, LONGEST_LIST)),
    popular: () => itemsOf(countedSlugs()),
  };
}
