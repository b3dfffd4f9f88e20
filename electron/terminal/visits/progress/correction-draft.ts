import { attachmentsOf, papersOf } from '#contract/application.ts';
import type { Answers } from '#contract/answers.ts';
import { leafFields } from '#contract/form/autofill.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { CorrectionEntry } from '#contract/progress.ts';
import type { OpenedCorrection } from '../../outbox/case-calls.ts';
import type { ChainDraft } from '../chain-draft.ts';
import { markedStops, nextMarked, type CorrectionInHand, type Revised } from '../correction.ts';
import type { Draft, FormStage, GivenConsent, PapersBefore } from '../draft.ts';
import { fittingCardAnswers } from '../form-moves.ts';
import { NOTHING_KEPT, withEarlier } from '../kept.ts';
import { walkedOf } from '../paper-page.ts';
import { createVisitPapers } from '../papers.ts';
import type { Reopened } from './open-corrections.ts';

/** Who corrects: the visit goes on as the one that asked how the case goes. */
export type Corrector = Pick<Draft, 'visitId' | 'requestId' | 'language' | 'hasReadCard'> & {
  readonly document: IdentityDocument;
};

export interface AtStation {
  readonly now: LocalMinute;
  readonly hasCamera: boolean;
}

/** What goes on: one form with what stood in it, and what the notice of each application says. */
export interface CorrectedForm {
  readonly applicationId: string;
  readonly item: ServiceItem;
  readonly chain: ChainDraft | null;
  readonly answers: Answers;
  readonly consents: readonly GivenConsent[];
  readonly papers: PapersBefore;
  readonly entries: readonly CorrectionEntry[];
  /** By application. */
  readonly revised: ReadonlyMap<string, Revised>;
}

/** One application as it was submitted. What was signed is signed anew: a signature stands for its own answers. */
export function correctedForm({ item, opened }: Reopened): CorrectedForm {
  const { payload } = opened.submission;
  return {
    applicationId: opened.applicationId,
    item,
    chain: null,
    answers: unsigned(item, payload.answers),
    consents: payload.consents,
    papers: papersBefore(opened),
    entries: opened.notice.entries,
    revised: new Map([[opened.applicationId, revisedOf(opened)]]),
  };
}

export function revisedOf(opened: OpenedCorrection): Revised {
  return {
    revision: opened.revision + 1,
    receiptNo: opened.submission.receiptNo,
    place: opened.submission.payload.chain ?? null,
    papers: papersBefore(opened),
  };
}

/** What the notice names is decided about anew; what it does not name stays as it was handed in. */
function papersBefore({ notice, submission }: OpenedCorrection): PapersBefore {
  const { payload } = submission;
  const named = new Set(
    notice.entries.flatMap(({ target }) => (target.of === 'paper' ? [target.materialId] : [])),
  );
  return {
    named,
    records: papersOf(payload).filter(({ paperId }) => !named.has(paperId)),
    attachments: attachmentsOf(payload).filter(
      ({ subject }) => subject.kind === 'paper' && !named.has(subject.paperId),
    ),
  };
}

/** The visit that corrects: the form as it was, with the pages first that the notice names. */
export function correctionDraft(who: Corrector, from: CorrectedForm, { now, hasCamera }: AtStation): Draft {
  const { document, ...visit } = who;
  const { item, papers: before } = from;
  const read = fittingCardAnswers(item, document, now);
  const asSubmitted: FormStage = {
    name: 'form',
    consents: from.consents,
    identity: 'card',
    fromCard: new Set(Object.keys(read)),
    filled: new Set(),
    own: new Set(Object.keys(from.answers)),
    cardAddress: document.address ?? null,
    person: { document, by: 'card', untilMs: null },
    answers: { ...from.answers, ...read },
    papers: {
      areAsked: hasCamera,
      ways: new Map(before.records.map(({ paperId, way }) => [paperId, way])),
      before,
    },
    signed: null,
    // Whoever signs anew is told why.
    signatureTakenBack: true,
    position: { at: 'review' },
    isForDraft: false,
  };
  // What one of several said for all of them is filled in for the others.
  const form = from.chain ? withEarlier(item, asSubmitted, NOTHING_KEPT, now) : asSubmitted;
  const draft: Draft = {
    ...visit,
    applicationId: from.applicationId,
    item,
    chain: from.chain,
    kept: NOTHING_KEPT,
    papers: createVisitPapers(),
    stage: form,
  };
  const walked = walkedOf(draft, form, now);
  const remaining = markedStops(walked, from.entries);
  const correction: CorrectionInHand = {
    revised: from.revised,
    entries: from.entries,
    remaining,
    total: remaining.length,
  };
  form.position = nextMarked(walked, correction) ?? { at: 'review' };
  return { ...draft, correction };
}

export function unsigned(item: ServiceItem, answers: Answers): Answers {
  const signatures = new Set(
    leafFields(item)
      .filter(({ type }) => type === 'signature')
      .map(({ id }) => id),
  );
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !signatures.has(id)));
}
