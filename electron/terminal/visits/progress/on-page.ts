import type { IdentityDocument } from '#contract/identity.ts';
import { chainOf } from '#contract/progress-entry.ts';
import type { ProgressEntry } from '#contract/progress.ts';
import { membersOf, toCorrect } from './chain-cases.ts';
import { correctedForm, type CorrectedForm } from './correction-draft.ts';
import { joinedCorrection } from './joined-correction.ts';
import type { Reopened } from './open-corrections.ts';
import type { InquiryPage } from './progress-types.ts';

/** What a page of one case, or of all of a chain, is about: pure functions. */

export type CorrectablePage = InquiryPage & { at: 'case' | 'chain' };

/** What a slip of this page tells. */
export function entriesOn(page: InquiryPage): readonly ProgressEntry[] {
  if (page.at === 'chain') return membersOf(page.found, page.chainApplicationId).map(({ entry }) => entry);
  const entry = page.at === 'case' ? page.found.entries[page.index] : undefined;
  return entry ? [entry] : [];
}

/** Of one case, that one; of a chain, all that its one notice is about. */
export function caseNosOn(page: CorrectablePage): string[] {
  if (page.at === 'chain') return toCorrect(membersOf(page.found, page.chainApplicationId));
  const entry = page.found.entries[page.index];
  return entry?.known === 'platform' ? [entry.case.caseNo] : [];
}

/** The form in which what came back is corrected; null where nothing did. */
export function formOf(
  page: CorrectablePage,
  reopened: readonly Reopened[],
  document: IdentityDocument,
): CorrectedForm | null {
  const [first] = reopened;
  if (!first) return null;
  if (page.at === 'case' || reopened.length === 1) return correctedForm(first);
  const [member] = membersOf(page.found, page.chainApplicationId);
  const chain = member && chainOf(member.entry);
  return chain ? joinedCorrection(chain, reopened, document) : null;
}
