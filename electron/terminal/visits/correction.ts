import type { Attachment } from '#contract/attachment.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { CorrectionEntry } from '#contract/progress.ts';
import type { VisitStep } from '#contract/visit.ts';
import type { FormStage, Position } from './draft.ts';
import { pagesOf } from './form-moves.ts';

/** An application that the office wants corrected (补正), in the hands of the resident. */
export interface CorrectionInHand {
  /** The revision that it is submitted as. */
  readonly revision: number;
  readonly receiptNo: string;
  /** Everything that the notice names. */
  readonly entries: readonly CorrectionEntry[];
  /** Papers and signatures of before that stay. */
  readonly keptAttachments: readonly Attachment[];
  /** Pages that the notice names and that were not gone through yet, in the order of the form. */
  remaining: readonly string[];
  /** How many there were. */
  readonly total: number;
}

/** The pages of this form that the notice names. What is on no page (a paper, what the card says) is told at the end. */
export function markedPages(
  item: ServiceItem,
  form: FormStage,
  entries: readonly CorrectionEntry[],
  now: LocalMinute,
): string[] {
  const named = new Set(entries.flatMap(({ target }) => (target.of === 'page' ? [target.pageId] : [])));
  return pagesOf(item, form, now)
    .map(({ pageId }) => pageId)
    .filter((pageId) => named.has(pageId));
}

/** The next page that the notice names, or null when there is none left. */
export function nextMarked(
  item: ServiceItem,
  form: FormStage,
  correction: CorrectionInHand,
  now: LocalMinute,
): Position | null {
  const asked = new Set(pagesOf(item, form, now).map(({ pageId }) => pageId));
  const pageId = correction.remaining.find((marked) => asked.has(marked));
  return pageId === undefined ? null : { at: 'page', pageId, changing: true };
}

/** The step with what the notice says about it. */
export function withReasons(
  step: VisitStep,
  correction: CorrectionInHand,
  askedPages: ReadonlySet<string>,
): VisitStep {
  if (step.kind === 'question' || step.kind === 'group') {
    const reason = reasonOf(correction, step.page.pageId);
    if (reason === null) return step;
    const marks = {
      correction: reason,
      ...(correction.remaining.includes(step.page.pageId)
        ? {
            progress: { step: correction.total - correction.remaining.length + 1, of: correction.total + 1 },
          }
        : {}),
    };
    return step.kind === 'question'
      ? { kind: 'question', page: { ...step.page, ...marks } }
      : { kind: 'group', page: { ...step.page, ...marks } };
  }
  if (step.kind !== 'review') return step;
  const elsewhere = correction.entries.filter(
    ({ target }) => target.of === 'paper' || !askedPages.has(target.pageId),
  );
  return { ...step, corrections: elsewhere.map(({ name, reason }) => ({ name, reason })) };
}

function reasonOf({ entries }: CorrectionInHand, pageId: string): CorrectionEntry['reason'] | null {
  return entries.find(({ target }) => target.of === 'page' && target.pageId === pageId)?.reason ?? null;
}
