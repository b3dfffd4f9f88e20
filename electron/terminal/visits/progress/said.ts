import type { ProgressEntry } from '#contract/progress.ts';
import type { MaySay, WordKind } from '../../afterwards/afterwards.ts';
import type { Found } from './progress-types.ts';

/** What the one at the screen may say about the case that he sees; null: it is another one. */
export function maySay(entry: ProgressEntry | undefined, caseNo: string): MaySay | null {
  if (entry?.known !== 'platform' || entry.case.caseNo !== caseNo) return null;
  const { afterwards } = entry.case;
  const interaction = afterwards?.interaction;
  return {
    mayRate: afterwards?.mayRate === true,
    mayRefuse: interaction?.state === 'replied' && interaction.mayRefuse,
  };
}

/**
 * The cases as they are after a word about one of them that the platform may not have yet. Who has refused a reply
 * rates the next one; who has rated it has taken it.
 */
export function withSaid(found: Found, caseNo: string, kind: WordKind): Found {
  return { ...found, entries: found.entries.map((entry) => heard(entry, caseNo, kind)) };
}

function heard(entry: ProgressEntry, caseNo: string, kind: WordKind): ProgressEntry {
  if (entry.known !== 'platform' || entry.case.caseNo !== caseNo || !entry.case.afterwards) return entry;
  const { interaction } = entry.case.afterwards;
  const afterwards = {
    interaction: interaction?.state === 'replied' ? { ...interaction, mayRefuse: false } : interaction,
    mayRate: false,
  };
  switch (kind) {
    case 'rating':
    case 'reply-refusal':
      return { ...entry, case: { ...entry.case, afterwards } };
    default: {
      const never: never = kind;
      return never;
    }
  }
}
