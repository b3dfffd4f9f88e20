import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { ChainSummary } from '#contract/chain-guide.ts';
import type { ItemSummary } from '#contract/item.ts';
import { useTerminal } from './terminal-store.ts';

/** With fewer, whoever looks at the page sees all of them anyway. */
const POPULAR_BESIDE = 6;

/** What is said instead of applied for has a place of its own. */
export function isApplied({ interaction }: ItemSummary): boolean {
  return interaction === undefined;
}

/**
 * What the start page offers. Asked for in one go, so that the page is laid out, and read, once; kept while a resident
 * is on other pages, so that it stands at once when the next one comes.
 */
export const useStartLists = defineStore('start-lists', () => {
  const terminal = useTerminal();
  const items = shallowRef<readonly ItemSummary[]>([]);
  const popular = shallowRef<readonly ItemSummary[]>([]);
  const chains = shallowRef<readonly ChainSummary[]>([]);
  /** They have been asked for, and what can be had is there. */
  const isThere = ref(false);

  /** What cannot be had stays as it was. */
  async function load(isEmpty: boolean): Promise<void> {
    const [listed, wanted, offered] = isEmpty
      ? [[], [], []]
      : await Promise.all([
          terminal.read((api) => api.catalogue.list()),
          terminal.read((api) => api.catalogue.popular()),
          terminal.peek((api) => api.chains.list()),
        ]);
    items.value = listed ?? items.value;
    popular.value = items.value.length < POPULAR_BESIDE ? [] : (wanted ?? popular.value).filter(isApplied);
    chains.value = offered ?? chains.value;
    isThere.value = true;
  }

  return { items, popular, chains, isThere, load };
});
