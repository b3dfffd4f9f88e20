import { entriesOf, leafOf, type Answers, type GroupAnswer, type LeafAnswer } from '../answers.ts';
import type { GroupField, LeafField, Section } from '../item-field.ts';
import { entryFields, isComputed, type SettledForm } from './settle.ts';

export type FormPage =
  | {
      readonly kind: 'question';
      readonly pageId: string;
      readonly section: Section;
      readonly field: LeafField;
      readonly entry: { readonly group: GroupField; readonly index: number } | null;
    }
  | {
      readonly kind: 'group';
      readonly pageId: string;
      readonly section: Section;
      readonly field: GroupField;
    };

/** Nothing was read: every question is asked. */
export const NOTHING_READ: ReadonlySet<string> = new Set();

/**
 * The pages of a form as it stands, in order: one question each. Left out are computed fields and what card or
 * code has answered (`fromCard`, ids of fields). The people of a repeated group come before the page that asks for
 * another one, so that "next" always leads forward.
 */
export function formPages(form: SettledForm, fromCard: ReadonlySet<string>): FormPage[] {
  return form.visible.flatMap(({ section, field }): FormPage[] => {
    if (field.type === 'group') return groupPages(section, field, form.answers);
    if (isComputed(field) || fromCard.has(field.id)) return [];
    return [{ kind: 'question', pageId: field.id, section, field, entry: null }];
  });
}

function groupPages(section: Section, group: GroupField, answers: Answers): FormPage[] {
  const entryPages = groupEntries(answers, group.id).flatMap((entry, index) =>
    entryFields(group, entry, answers).map((field): FormPage => ({
      kind: 'question',
      pageId: `${group.id}.${index}.${field.id}`,
      section,
      field,
      entry: { group, index },
    })),
  );
  return [...entryPages, { kind: 'group', pageId: group.id, section, field: group }];
}

export function groupEntries(answers: Answers, groupId: string): GroupAnswer {
  return entriesOf(answers[groupId]);
}

/** The answer that a question page holds now, inside a group or not. */
export function answerOf(page: FormPage & { kind: 'question' }, answers: Answers): LeafAnswer | undefined {
  if (page.entry) return groupEntries(answers, page.entry.group.id)[page.entry.index]?.[page.field.id];
  return leafOf(answers[page.field.id]);
}

/** What a page's question is judged beside: inside a group the answers of its entry shadow the others. */
export function answersBeside(page: FormPage & { kind: 'question' }, answers: Answers): Answers {
  if (!page.entry) return answers;
  return { ...answers, ...groupEntries(answers, page.entry.group.id)[page.entry.index] };
}

/** A copy of the answers with one page's answer set, or removed by `null`. */
export function withAnswer(
  page: FormPage & { kind: 'question' },
  answers: Answers,
  value: LeafAnswer | null,
): Answers {
  if (!page.entry) return setOrRemove<Answers[string]>(answers, page.field.id, value);
  const { group, index } = page.entry;
  const entries = groupEntries(answers, group.id).map((entry, position) =>
    position === index ? setOrRemove<LeafAnswer>(entry, page.field.id, value) : entry,
  );
  return { ...answers, [group.id]: entries };
}

function setOrRemove<T>(
  record: Readonly<Record<string, T>>,
  key: string,
  value: T | null,
): Record<string, T> {
  const others = Object.entries(record).filter(([member]) => member !== key);
  return Object.fromEntries(value === null ? others : [...others, [key, value]]);
}
