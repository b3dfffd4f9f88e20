import { judgeForm } from '#contract/form/complete.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import type { FormPage } from '#contract/form/pages.ts';
import { papersConcerned } from '#contract/form/papers.ts';
import type { Material, ServiceItem } from '#contract/item.ts';
import type { FormStage, Position } from './draft.ts';
import { pagesOf, settled } from './form-moves.ts';
import { missingPapers, papersAsked } from './paper-moves.ts';
import type { VisitPapers } from './papers.ts';

/**
 * The way through a form: its questions, then the papers that their answers ask for, then the signature, which comes
 * after all that it is put under, wherever the form has it.
 */

export type Stop =
  { readonly at: 'page'; readonly page: FormPage } | { readonly at: 'paper'; readonly material: Material };

/** An application on its way. */
export interface Walked {
  readonly item: ServiceItem;
  readonly form: FormStage;
  readonly photos: VisitPapers;
  readonly now: LocalMinute;
}

export function stopsOf({ item, form, now }: Walked): Stop[] {
  const pages = pagesOf(item, form, now).map((page): Stop => ({ at: 'page', page }));
  const { answers } = settled(item, form, now);
  const papers = papersAsked(item, answers, form.papers);
  const questions = pages.filter((stop) => !isSignaturePage(stop));
  if (form.isForDraft) return questions;
  return [
    ...questions,
    ...papers.map((material): Stop => ({ at: 'paper', material })),
    ...pages.filter(isSignaturePage),
  ];
}

/** One inside a group stays with its person. */
function isSignaturePage(stop: Stop): boolean {
  return stop.at === 'page' && stop.page.kind === 'question' && isFormsOwnSignature(stop.page);
}

function isFormsOwnSignature(page: FormPage & { kind: 'question' }): boolean {
  return page.field.type === 'signature' && page.entry === null;
}

/** Where the walk stands among its stops; -1 before the first, and where a page is gone. */
export function indexOfPosition(stops: readonly Stop[], position: Position): number {
  return stops.findIndex((stop) => {
    if (stop.at === 'page') return position.at === 'page' && stop.page.pageId === position.pageId;
    return position.at === 'paper' && stop.material.id === position.paperId;
  });
}

export function positionAt(stop: Stop, changing: boolean): Position {
  return stop.at === 'page'
    ? { at: 'page', pageId: stop.page.pageId, changing }
    : { at: 'paper', paperId: stop.material.id, changing };
}

/** The stop after this one, or the check page after the last one and after a change that passes. */
export function positionAfter(walked: Walked, from: Position): Position {
  if (from.at !== 'review' && from.changing) {
    // What the change has made missing, or wrong beside it, is asked for before the check page comes back.
    return firstMissing(walked) ?? { at: 'review' };
  }
  const stops = stopsOf(walked);
  const next = stops[indexOfPosition(stops, from) + 1];
  return next ? positionAt(next, false) : { at: 'review' };
}

/** The first stop, or the check page when nothing is asked. */
export function firstPosition(walked: Walked): Position {
  const [first] = stopsOf(walked);
  return first ? positionAt(first, false) : { at: 'review' };
}

/** The position one step back inside the form, or null when it leads out of it. */
export function positionBefore(walked: Walked): Position | null {
  const { position } = walked.form;
  const stops = stopsOf(walked);
  if (position.at !== 'review' && position.changing) return { at: 'review' };
  const index = position.at === 'review' ? stops.length : indexOfPosition(stops, position);
  const before = stops[index - 1];
  return before ? positionAt(before, false) : null;
}

/** The first question without an answer that passes, or paper without a decision; null when nothing is missing. */
export function firstMissing(walked: Walked): Position | null {
  const { item, form, now } = walked;
  const wrong = new Set(judgeForm(item, form.answers, now).problems.map(({ pageId }) => pageId));
  const lacking = lackingPapers(walked);
  const found = stopsOf(walked).find((stop) =>
    stop.at === 'page' ? wrong.has(stop.page.pageId) : lacking.includes(stop.material),
  );
  if (found) return positionAt(found, true);
  // A paper that is looked up and was to be photographed all the same has no stop of its own.
  const [other] = lacking;
  return other ? { at: 'paper', paperId: other.id, changing: true } : null;
}

export function lackingPapers({ item, form, photos, now }: Walked): Material[] {
  return missingPapers(item, settled(item, form, now).answers, { choices: form.papers, photos });
}

/** The paper that is asked for at this position; null on every other page, and when the answers call for it no more. */
export function paperAt({ item, form, now }: Walked): Material | null {
  const { position } = form;
  if (position.at !== 'paper' || !form.papers.areAsked) return null;
  const concerned = papersConcerned(item, settled(item, form, now).answers);
  return concerned.find(({ id }) => id === position.paperId) ?? null;
}
