import { createHash } from 'node:crypto';
import type { Answers } from '#contract/answers.ts';
import { MAX_ATTACHMENTS, type Attachment } from '#contract/attachment.ts';
import { papersConcerned, papersToPhotograph, paperKey, usualWay, waysOf } from '#contract/form/papers.ts';
import type { Material, ServiceItem } from '#contract/item.ts';
import type { PaperRecord, PaperWay } from '#contract/paper.ts';
import { signedStatement, withoutSignatures, type Signing } from '#contract/signed-statement.ts';
import type { GivenAttachment } from '../outbox/attachments.ts';
import type { PaperChoices } from './draft.ts';
import type { VisitPapers } from './papers.ts';

/** What the answers of one application say of its papers, beside the visit's photographs: pure functions. */

export interface PaperState {
  readonly choices: PaperChoices;
  readonly photos: VisitPapers;
}

/** The papers that have a page of their own: those to photograph, and what a notice names and a camera can take. */
export function papersAsked(
  item: ServiceItem,
  answers: Answers,
  { areAsked, before }: PaperChoices,
): readonly Material[] {
  if (!areAsked) return [];
  const usual = papersToPhotograph(item, answers);
  if (!before) return usual;
  return papersConcerned(item, answers).filter(
    (material) =>
      usual.includes(material) || (before.named.has(material.id) && waysOf(material, true).includes('photo')),
  );
}

/** The way that counts for a paper; null: it is asked about, and not decided. */
export function wayOf(
  item: ServiceItem,
  answers: Answers,
  material: Material,
  state: PaperState,
): PaperWay | null {
  const chosen = state.choices.ways.get(material.id);
  if (chosen !== undefined) return chosen;
  return papersAsked(item, answers, state.choices).includes(material) ? null : usualWay(material);
}

/** Papers that are asked about and not decided, or without a page where pages were promised. */
export function missingPapers(item: ServiceItem, answers: Answers, state: PaperState): Material[] {
  return papersConcerned(item, answers).filter((material) => {
    const way = wayOf(item, answers, material, state);
    return way === null || (way === 'photo' && pageCount(material, state) === 0);
  });
}

/** Of an earlier revision, where nobody has photographed the paper anew. */
function keptPagesOf(material: Material, { choices, photos }: PaperState): Attachment[] {
  if (photos.pagesOf(paperKey(material)).length > 0) return [];
  return (choices.before?.attachments ?? []).filter(
    ({ subject }) => subject.kind === 'paper' && subject.paperId === material.id,
  );
}

/** Pages of an earlier revision that stay with this one. */
export function keptPages(item: ServiceItem, answers: Answers, state: PaperState): Attachment[] {
  return papersConcerned(item, answers)
    .filter((material) => wayOf(item, answers, material, state) === 'photo')
    .flatMap((material) => keptPagesOf(material, state));
}

/** Photographed now, or kept. */
export function pageCount(material: Material, state: PaperState): number {
  return state.photos.pagesOf(paperKey(material)).length || keptPagesOf(material, state).length;
}

/** As the payload names them: what is still open counts as shown to staff, so that nothing is promised for nobody. */
export function paperRecords(item: ServiceItem, answers: Answers, state: PaperState): PaperRecord[] {
  return papersConcerned(item, answers).map((material) => {
    const way = wayOf(item, answers, material, state) ?? 'staff';
    const pages = way === 'photo' ? state.photos.pagesOf(paperKey(material)) : [];
    const kept = way === 'photo' && pages.length === 0 && keptPagesOf(material, state).length > 0;
    const before = state.choices.before?.records.find(({ paperId }) => paperId === material.id);
    if (kept && before) return before;
    const doubtful = pages.flatMap(({ doubts }, index) =>
      doubts.length === 0 ? [] : [{ page: index + 1, found: [...doubts] }],
    );
    return { paperId: material.id, way, doubtful };
  });
}

/** The photographed pages of the papers that count, as intake takes them. */
export function paperAttachments(item: ServiceItem, answers: Answers, state: PaperState): GivenAttachment[] {
  return papersConcerned(item, answers)
    .filter((material) => wayOf(item, answers, material, state) === 'photo')
    .flatMap((material) =>
      state.photos.pagesOf(paperKey(material)).map(({ bytes }, index): GivenAttachment => ({
        subject: { kind: 'paper', paperId: material.id, page: index + 1 },
        mediaType: 'image/jpeg',
        bytes,
      })),
    )
    .slice(0, MAX_ATTACHMENTS);
}

export interface Signed {
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The hash that a signature under this application as it stands is bound to. */
export function hashToSign(
  application: { readonly applicationId: string; readonly item: ServiceItem },
  answers: Answers,
  state: PaperState,
): string {
  const { applicationId, item } = application;
  const statement = signedStatement({
    applicationId,
    itemSlug: item.slug,
    itemVersion: item.version,
    answers,
    papers: paperRecords(item, answers, state),
    attachments: [...keptPages(item, answers, state), ...describedPages(item, answers, state)],
  });
  return createHash('sha256').update(statement, 'utf8').digest('hex');
}

function describedPages(item: ServiceItem, answers: Answers, state: PaperState): Attachment[] {
  return papersConcerned(item, answers)
    .filter((material) => wayOf(item, answers, material, state) === 'photo')
    .flatMap((material) =>
      state.photos.pagesOf(paperKey(material)).map(({ sha256, bytes }, index): Attachment => ({
        subject: { kind: 'paper', paperId: material.id, page: index + 1 },
        mediaType: 'image/jpeg',
        byteCount: bytes.length,
        sha256,
      })),
    )
    .slice(0, MAX_ATTACHMENTS);
}

export function signingOf(signed: Signed | null): Signing {
  return signed === null ? { state: 'none' } : { state: 'signed', ...signed };
}

/** The answers without a signature that was put under something else. */
export function withoutStaleSignature(
  answers: Answers,
  signed: Signed | null,
  hashNow: string,
): { readonly answers: Answers; readonly signed: Signed | null; readonly isTakenBack: boolean } {
  if (signed === null || signed.sha256 === hashNow) return { answers, signed, isTakenBack: false };
  return { answers: withoutSignatures(answers), signed: null, isTakenBack: true };
}
