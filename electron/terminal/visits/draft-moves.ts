import type { Answers } from '#contract/answers.ts';
import { leafFields } from '#contract/form/autofill.ts';
import { judgeForm } from '#contract/form/complete.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import { withoutSignatures } from '#contract/signed-statement.ts';
import type { VisitStep } from '#contract/visit.ts';
import type { SavedDraft } from '../saved-drafts/saved-drafts.ts';
import type { Draft, FormStage } from './draft.ts';
import { walkedOf } from './paper-page.ts';
import { firstMissing } from './stops.ts';

/** What is peculiar to an item that may be filled in and not received without the line: pure functions. */

/** It could be kept, and not submitted: of an item by itself that nobody has submitted before. */
export function isDraftOnly({ item, chain, correction }: Draft, isOnline: boolean): boolean {
  return !isOnline && item.offline.mode === 'draft-only' && chain === null && !correction;
}

/** Without what the card says, and will say again; and without a signature, which was put under nothing yet. */
export function answersToSave({ answers, fromCard }: FormStage): Answers {
  const own = Object.entries(answers).filter(([id]) => !fromCard.has(id));
  return withoutSignatures(Object.fromEntries(own));
}

/** The form with what was saved, at the first thing that is missing. */
export function resumedForm(
  of: Draft,
  fresh: FormStage,
  { answers }: SavedDraft,
  now: LocalMinute,
): FormStage {
  const form: FormStage = {
    ...fresh,
    // What was said in this visit is newer than what was kept.
    own: new Set(Object.keys(answers).filter((id) => !(id in fresh.answers))),
    answers: { ...answers, ...fresh.answers },
    position: { at: 'review' },
  };
  form.position = firstMissing(walkedOf(of, form, now)) ?? { at: 'review' };
  return form;
}

/** The line is back before it was kept: from here on it is an application like any other. */
export function forSubmission(form: FormStage, hasCamera: boolean): FormStage {
  return { ...form, isForDraft: false, papers: { ...form.papers, areAsked: hasCamera } };
}

/** The check page of what can only be kept: nobody is told that a signature is missing which nobody has asked for. */
export function reviewAsDraft(
  step: VisitStep & { kind: 'review' },
  { item }: Draft,
  form: FormStage,
  now: LocalMinute,
): VisitStep {
  if (!form.isForDraft) return { ...step, asDraft: true };
  const signatures = new Set(
    leafFields(item)
      .filter(({ type }) => type === 'signature')
      .map(({ id }) => id),
  );
  const missing = judgeForm(item, form.answers, now).problems.filter(({ pageId }) => !signatures.has(pageId));
  return {
    ...step,
    rows: step.rows.filter(({ pageId }) => !signatures.has(pageId)),
    problems: missing.length,
    asDraft: true,
  };
}
