import type { CopiedPlatform } from './copied-platform.ts';
import type { Defect } from './defects.ts';

export interface Finding {
  readonly defect: Defect;
  /** The rule that is broken is red. */
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
  const own = red.find(({ rule }) => rule === defect.rule);
  return {
    defect,
    isSeen: own !== undefined,
    came: own?.verdict.state === 'failed' ? own.verdict.came.slice(0, 80) : 'the rule holds',
    others: red.flatMap(({ rule }) => (rule === defect.rule ? [] : [rule])),
  };
}
