import type { LocalizedText } from '#contract/localized.ts';
import { chainOf } from '#contract/progress-entry.ts';
import type { CaseInChain, ProgressEntry } from '#contract/progress.ts';
import type { Found } from './progress-types.ts';

/** What was submitted together (一件事), among all that was found: pure functions. */

export interface Member {
  /** Among all that was found. */
  readonly index: number;
  readonly entry: ProgressEntry;
}

/** In the order of their steps. */
export function membersOf({ entries }: Found, chainApplicationId: string): Member[] {
  return entries
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => chainOf(entry)?.chainApplicationId === chainApplicationId)
    .sort((a, b) => (chainOf(a.entry)?.order ?? 0) - (chainOf(b.entry)?.order ?? 0));
}

/** The chain that an entry is shown with: one with others that were found, too. */
export function shownTogether(found: Found, entry: ProgressEntry | undefined): CaseInChain | null {
  const chain = entry && chainOf(entry);
  return chain && membersOf(found, chain.chainApplicationId).length > 1 ? chain : null;
}

/** The chain that is all there is; null: there are others, or it is none. */
export function onlyChain(found: Found): CaseInChain | null {
  const [first] = found.entries;
  const chain = shownTogether(found, first);
  return chain && membersOf(found, chain.chainApplicationId).length === found.entries.length ? chain : null;
}

export function chainName(members: readonly Member[]): LocalizedText {
  const [name] = members.flatMap(({ entry }) => chainOf(entry)?.name ?? []);
  return name ?? { zh: '', en: '' };
}

/** The cases among them that the office wants corrected (补正). */
export function toCorrect(members: readonly Pick<Member, 'entry'>[]): string[] {
  return members.flatMap(({ entry }) =>
    entry.known === 'platform' && entry.case.status === '06' ? [entry.case.caseNo] : [],
  );
}
