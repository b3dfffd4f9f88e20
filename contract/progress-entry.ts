import type { LocalizedText } from './localized.ts';
import type { CaseInChain, ProgressEntry } from './progress.ts';

/** What an entry says of itself, whether the platform told of it or only this station knows it. */

export function chainOf(entry: ProgressEntry): CaseInChain | undefined {
  return entry.known === 'platform' ? entry.case.chain : entry.application.chain;
}

export function itemNameOf(entry: ProgressEntry): LocalizedText {
  return entry.known === 'platform' ? entry.case.itemName : entry.application.itemName;
}

/** The case's number; before there is one, the receipt's. */
export function numberOf(entry: ProgressEntry): string {
  return entry.known === 'platform' ? entry.case.caseNo : entry.application.receiptNo;
}
