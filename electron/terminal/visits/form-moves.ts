import type { Address, Answers, LeafAnswer } from '#contract/answers.ts';
import { answersFromCard, computedAnswers, leafFields } from '#contract/form/autofill.ts';
import { checkAnswer, checkGroup } from '#contract/form/check-answer.ts';
import { judgeForm } from '#contract/form/complete.ts';
import { blockingRules } from '#contract/form/eligibility.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import { answerOf, formPages, groupEntries, withAnswer, type FormPage } from '#contract/form/pages.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { AnswerValue, Problem } from '#contract/visit.ts';
import type { FormStage, Position } from './draft.ts';

/** Moves through a form: pure functions from a form stage to the next, without clock or devices. */

export function pagesOf(item: ServiceItem, form: FormStage): FormPage[] {
  return formPages(item, form.answers, form.identity);
}

export function currentPage(item: ServiceItem, form: FormStage): FormPage | null {
  const { position } = form;
  if (position.at === 'review') return null;
  return pagesOf(item, form).find((page) => page.pageId === position.pageId) ?? null;
}

/** The page after `pageId`, or the check page after the last one and after a change that passes. */
export function positionAfter(
  item: ServiceItem,
  form: FormStage,
  pageId: string,
  today: LocalDate,
): Position {
  if (form.position.at === 'page' && form.position.changing) {
    const missing = judgeForm(item, form.answers, form.identity, today).problems[0];
    return missing ? { at: 'page', pageId: missing.pageId, changing: true } : { at: 'review' };
  }
  const pages = pagesOf(item, form);
  const next = pages[pages.findIndex((page) => page.pageId === pageId) + 1];
  return next ? { at: 'page', pageId: next.pageId, changing: false } : { at: 'review' };
}

/** The position one step back inside the form, or null when it leads out of it. */
export function positionBefore(item: ServiceItem, form: FormStage): Position | null {
  const pages = pagesOf(item, form);
  if (form.position.at === 'review') {
    const last = pages.at(-1);
    return last ? { at: 'page', pageId: last.pageId, changing: false } : null;
  }
  if (form.position.changing) return { at: 'review' };
  const { pageId } = form.position;
  const before = pages[pages.findIndex((page) => page.pageId === pageId) - 1];
  return before ? { at: 'page', pageId: before.pageId, changing: false } : null;
}

export type Judged =
  | { readonly accepted: false; readonly problems: Problem[] }
  | { readonly accepted: true; readonly answers: Answers; readonly blockedBy: readonly string[] };

/** Checks an answer to a question page and gives the answers with it set. */
export function judgeAnswer(
  item: ServiceItem,
  form: FormStage,
  page: FormPage & { kind: 'question' },
  given: AnswerValue | null,
  options: { readonly today: LocalDate; readonly confirmedOdd: boolean },
): Judged {
  const value = plainValue(given, form.cardAddress, answerOf(page, form.answers) ?? null);
  const context = { today: options.today, answers: form.answers };
  const problems = checkAnswer(page.field, value, context).filter(
    (problem) => !(problem.odd && options.confirmedOdd),
  );
  if (problems.length > 0) return { accepted: false, problems };
  const set = withAnswer(page, form.answers, value);
  const answers = { ...set, ...computedAnswers(item, set, options.today) };
  const blockedBy = blockingRules(item, answers, options.today).map((rule) => rule.id);
  return { accepted: true, answers, blockedBy };
}

export function judgeGroup(
  page: FormPage & { kind: 'group' },
  answers: Answers,
  confirmedOdd: boolean,
): Problem[] {
  return checkGroup(page.field, groupEntries(answers, page.field.id).length).filter(
    (problem) => !(problem.odd && confirmedOdd),
  );
}

/** Text is trimmed and an ID number's x is made the X of the standard: nobody is refused for that. */
function plainValue(
  given: AnswerValue | null,
  cardAddress: string | null,
  present: LeafAnswer | null,
): LeafAnswer | null {
  if (given === null) return null;
  if (typeof given === 'string') {
    const text = given.trim();
    return /^\d{17}x$/.test(text) ? text.toUpperCase() : text;
  }
  if ('keep' in given) return present;
  if ('useCard' in given) {
    const address: Address = { region: '', street: '', community: '', detail: cardAddress ?? '' };
    return address;
  }
  return given;
}

type GroupFormPage = FormPage & { kind: 'group' };
type Moved = Pick<FormStage, 'answers' | 'position'>;

/** One more person in a group, and the first page about them; null when the group is full. */
export function withNewEntry(page: GroupFormPage, answers: Answers): Moved | null {
  const entries = groupEntries(answers, page.field.id);
  const first = page.field.fields[0];
  if (entries.length >= page.field.repeat.max || !first) return null;
  return {
    answers: { ...answers, [page.field.id]: [...entries, {}] },
    // Not `changing`: a person's own pages come before the group's page and lead back to it.
    position: { at: 'page', pageId: `${page.field.id}.${entries.length}.${first.id}`, changing: false },
  };
}

export function withoutEntry(page: GroupFormPage, answers: Answers, index: number): Answers {
  const entries = groupEntries(answers, page.field.id).filter((_entry, position) => position !== index);
  return { ...answers, [page.field.id]: entries };
}

/** Back from the first page of a person who was just added: nobody was meant to be added. Else null. */
export function withoutEmptyEntry(item: ServiceItem, form: FormStage): Moved | null {
  const page = currentPage(item, form);
  if (page?.kind !== 'question' || !page.entry) return null;
  const { group, index } = page.entry;
  const entries = groupEntries(form.answers, group.id);
  if (index !== entries.length - 1 || Object.keys(entries[index] ?? {}).length > 0) return null;
  return {
    answers: { ...form.answers, [group.id]: entries.slice(0, -1) },
    position: { at: 'page', pageId: group.id, changing: false },
  };
}

/** What the card says, without values that do not fit the form (a private-use character in a name): those are asked for. */
export function fittingCardAnswers(item: ServiceItem, document: IdentityDocument, today: LocalDate): Answers {
  const fields = new Map(leafFields(item).map((field) => [field.id, field]));
  return Object.fromEntries(
    Object.entries(answersFromCard(item, document)).filter(([id, value]) => {
      const field = fields.get(id);
      return field && !Array.isArray(value) && checkAnswer(field, value, { today, answers: {} }).length === 0;
    }),
  );
}
