import { chainOf } from '#contract/progress-entry.ts';
import type { CaseInChain, ProgressEntry } from '#contract/progress.ts';

/** A row of the list: a case by itself, or all that was submitted together. */
export interface CaseRow {
  /** The place of its first one, which opens it. */
  readonly index: number;
  readonly entry: ProgressEntry;
  /** Null: by itself. */
  readonly together: { readonly chain: CaseInChain; readonly entries: readonly ProgressEntry[] } | null;
}

/** In the order of the list; a chain stands where its first one does. */
export function caseRows(entries: readonly ProgressEntry[]): CaseRow[] {
  const shown = new Set<string>();
  return entries.flatMap((entry, index): CaseRow[] => {
    const chain = chainOf(entry);
    if (!chain) return [{ index, entry, together: null }];
    const { chainApplicationId } = chain;
    if (shown.has(chainApplicationId)) return [];
    shown.add(chainApplicationId);
    const members = entries.filter((other) => chainOf(other)?.chainApplicationId === chainApplicationId);
    return [{ index, entry, together: members.length > 1 ? { chain, entries: members } : null }];
  });
}
