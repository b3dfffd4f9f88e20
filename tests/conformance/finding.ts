import type { CopiedPlatform } from './copied-platform.ts';
import type { Defect } from './defects.ts';

export interface Finding {
  readonly defect: Defect;
  /** The rule that is broken is red by itself: neither what comes before it nor an exception made it so. */
  readonly isSeen: boolean;
  /** What the rule says. */
  readonly came: string;
  /** Rules beside it that the defect has broken too. */
  readonly others: readonly string[];
}

/** Judges a copy with this defect by the theme of its rule. */
export async function findingOf(copy: CopiedPlatform, defect: Defect): Promise<Finding> {
  const only = [defect.rule.slice(0, 1), ...(defect.beside ?? [])];
  const all = await copy.judged(defect, { only, without: [] });
  const red = all.filter(({ verdict }) => verdict.state === 'failed');
  const own = all.find(({ rule }) => rule === defect.rule)?.verdict;
  return {
    defect,
    isSeen: own?.state === 'failed' && own.because === 'broken',
    came:
      own?.state === 'failed' ? `${own.because}: ${own.came.slice(0, 80)}` : (own?.state ?? 'no such rule'),
    others: red.flatMap(({ rule }) => (rule === defect.rule ? [] : [rule])),
  };
}
