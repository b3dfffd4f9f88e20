import { attachmentsOf, papersOf } from '#contract/application.ts';
import type { Answers } from '#contract/answers.ts';
import { leafFields } from '#contract/form/autofill.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { OpenedCorrection } from '../../outbox/case-calls.ts';
import { markedStops, nextMarked, type CorrectionInHand } from '../correction.ts';
import type { Draft, FormStage } from '../draft.ts';
import { fittingCardAnswers } from '../form-moves.ts';
import { NOTHING_KEPT } from '../kept.ts';
import { createVisitPapers } from '../papers.ts';

/** Who corrects: the visit goes on as the one that asked how the case goes. */
export type Corrector = Pick<Draft, 'visitId' | 'requestId' | 'language' | 'hasReadCard'> & {
  readonly document: IdentityDocument;
};

/**
 * The form as it was submitted, with the pages first that the notice names. What was signed is signed anew: a
 * signature stands for the answers that it was given under.
 */
export function correctionDraft(
  who: Corrector,
  item: ServiceItem,
  opened: OpenedCorrection,
  now: LocalMinute,
  hasCamera: boolean,
): Draft {
  const { document, ...visit } = who;
  const { payload } = opened.submission;
  // What the notice names is decided about anew; what it does not name stays as it was handed in.
  const named = new Set(
    opened.notice.entries.flatMap(({ target }) => (target.of === 'paper' ? [target.materialId] : [])),
  );
  const stays = papersOf(payload).filter(({ paperId }) => !named.has(paperId));
  const pages = attachmentsOf(payload).filter(
    ({ subject }) => subject.kind === 'paper' && !named.has(subject.paperId),
  );
  const read = fittingCardAnswers(item, document, now);
  const form: FormStage = {
    name: 'form',
    consents: payload.consents,
    identity: 'card',
    fromCard: new Set(Object.keys(read)),
    filled: new Set(),
    own: new Set(Object.keys(payload.answers)),
    cardAddress: document.address ?? null,
    person: { document, by: 'card', untilMs: null },
    answers: { ...unsigned(item, payload.answers), ...read },
    papers: {
      areAsked: hasCamera,
      ways: new Map(stays.map(({ paperId, way }) => [paperId, way])),
      before: { attachments: pages, records: stays, named },
    },
    signed: null,
    // Whoever signs anew is told why.
    signatureTakenBack: true,
    position: { at: 'review' },
  };
  const papers = createVisitPapers();
  const walked = { item, form, photos: papers, now };
  const remaining = markedStops(walked, opened.notice.entries);
  const correction: CorrectionInHand = {
    revision: opened.revision + 1,
    receiptNo: opened.submission.receiptNo,
    chain: payload.chain ?? null,
    entries: opened.notice.entries,
    remaining,
    total: remaining.length,
  };
  form.position = nextMarked(walked, correction) ?? { at: 'review' };
  return {
    ...visit,
    applicationId: opened.applicationId,
    item,
    chain: null,
    kept: NOTHING_KEPT,
    papers,
    stage: form,
    correction,
  };
}

function unsigned(item: ServiceItem, answers: Answers): Answers {
  const signatures = new Set(
    leafFields(item)
      .filter(({ type }) => type === 'signature')
      .map(({ id }) => id),
  );
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !signatures.has(id)));
}
