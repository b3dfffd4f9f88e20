import type { Notice } from '#contract/case-history.ts';
import type { By } from './act.ts';
import type { CaseInHand } from './case-in-hand.ts';
import type { Facts } from './case-life.ts';
import { promisedAfter } from './engine.ts';

/** Notices that say until when the office decides: by the clock as the act itself will leave it. */

export function noticeOfAcceptance(found: CaseInHand, by: By, facts: Facts): Notice {
  const draft = { kind: 'acceptance', decideBy: null } as const;
  return { ...draft, decideBy: promised(found, by, { verb: 'accept', facts, notice: draft }) };
}

export function noticeOfExtension(
  found: CaseInHand,
  by: By,
  extension: Omit<Notice & { kind: 'extension' }, 'kind' | 'decideBy'>,
): Notice {
  const draft = { kind: 'extension', ...extension, decideBy: null } as const;
  return { ...draft, decideBy: promised(found, by, { verb: 'extend', facts: null, notice: draft }) };
}

function promised(
  found: CaseInHand,
  by: By,
  said: { readonly verb: 'accept' | 'extend'; readonly facts: Facts | null; readonly notice: Notice },
): string | null {
  const act = { ...by, ...said, revision: null, heading: null };
  return promisedAfter(found, act, found.parts.officeDays);
}
