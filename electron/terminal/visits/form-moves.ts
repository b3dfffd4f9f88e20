import { leafOf, type Address, type Answers, type LeafAnswer } from '#contract/answers.ts';
import { answersFromCard, leafFields, suggestedAnswer } from '#contract/form/autofill.ts';
import { checkAnswer, checkGroup } from '#contract/form/check-answer.ts';
import { blockingRules } from '#contract/form/eligibility.ts';
import { dayOf, type LocalMinute } from '#contract/form/local-date.ts';
import {
  answerOf,
  answersBeside,
  formPages,
  groupEntries,
  withAnswer,
  type FormPage,
} from '#contract/form/pages.ts';
import { entryFields, settleForm, type SettledForm } from '#contract/form/settle.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { AnswerValue, Problem } from '#contract/visit.ts';
import type { FormStage } from './draft.ts';

/** Moves through a form: pure functions from a form stage to the next, without clock or devices. */

export function settled(item: ServiceItem, form: FormStage, now: LocalMinute): SettledForm {
  return settleForm(item, form.answers, dayOf(now));
}

export function pagesOf(item: ServiceItem, form: FormStage, now: LocalMinute): FormPage[] {
  const { position, fromCard, filled } = form;
  const known = new Set([...fromCard, ...filled]);
  // What was said before is not asked, until the resident wants to change it here.
  if (position.at === 'page' && filled.has(position.pageId)) known.delete(position.pageId);
  return formPages(settled(item, form, now), known);
}

export function currentPage(item: ServiceItem, form: FormStage, now: LocalMinute): FormPage | null {
  const { position } = form;
  if (position.at !== 'page') return null;
  return pagesOf(item, form, now).find((page) => page.pageId === position.pageId) ?? null;
}

export type Judged =
  | { readonly accepted: false; readonly problems: Problem[] }
  | { readonly accepted: true; readonly answers: Answers };

/** Checks an answer to a question page and gives the answers with it set. */
export function judgeAnswer(
  item: ServiceItem,
  form: FormStage,
  page: FormPage & { kind: 'question' },
  given: AnswerValue | null,
  options: {
    readonly now: LocalMinute;
    readonly confirmedOdd: boolean;
    readonly addressOf: (text: string) => Address;
  },
): Judged {
  const { now, confirmedOdd, addressOf } = options;
  const { answers: counting } = settled(item, form, now);
  const beside = answersBeside(page, counting);
  const shown = answerOf(page, form.answers) ?? suggestedAnswer(page.field, beside) ?? null;
  const value = plainValue(given, () => addressOf(form.cardAddress ?? ''), shown);
  const problems = checkAnswer(page.field, value, {
    now,
    answers: beside,
    calendars: item.calendars,
  }).filter((problem) => !(problem.odd && confirmedOdd));
  if (problems.length > 0) return { accepted: false, problems };
  return { accepted: true, answers: withAnswer(page, form.answers, value) };
}

/** The ids of the rules that end the application at this point. */
export function blockedBy(item: ServiceItem, form: FormStage, now: LocalMinute): string[] {
  const { answers } = settled(item, form, now);
  return blockingRules(item, { answers, identity: form.identity, now }).map((rule) => rule.id);
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
  cardAddress: () => Address,
  present: LeafAnswer | null,
): LeafAnswer | null {
  if (given === null) return null;
  if (Array.isArray(given)) return given.length === 0 ? null : given;
  if (typeof given === 'string') {
    const text = given.trim();
    return /^\d{17}x$/.test(text) ? text.toUpperCase() : text;
  }
  if ('keep' in given) return present;
  if ('useCard' in given) return cardAddress();
  return given;
}

type GroupFormPage = FormPage & { kind: 'group' };
type Moved = Pick<FormStage, 'answers' | 'position'>;

/** One more person in a group, and the first page about them; null when the group is full. */
export function withNewEntry(page: GroupFormPage, answers: Answers): Moved | null {
  const entries = groupEntries(answers, page.field.id);
  const [first] = entryFields(page.field, {}, answers);
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
export function withoutEmptyEntry(item: ServiceItem, form: FormStage, now: LocalMinute): Moved | null {
  const page = currentPage(item, form, now);
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
export function fittingCardAnswers(item: ServiceItem, document: IdentityDocument, now: LocalMinute): Answers {
  const fields = new Map(leafFields(item).map((field) => [field.id, field]));
  const context = { now, answers: {}, calendars: item.calendars };
  return Object.fromEntries(
    Object.entries(answersFromCard(item, document)).filter(([id, answer]) => {
      const field = fields.get(id);
      const value = leafOf(answer);
      return field && value !== undefined && checkAnswer(field, value, context).length === 0;
    }),
  );
}
