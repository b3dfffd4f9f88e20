import type { Answers, GroupAnswer, LeafAnswer } from '../answers.ts';
import type { IdentitySource } from '../application.ts';
import type { Condition, GroupField, LeafField, Section, ServiceItem } from '../item.ts';

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

/**
 * The pages of a form for the answers so far, in order: one question each. Left out are computed fields,
 * hidden ones, and what card or code gave. The people of a repeated group come before the page that asks for
 * another one, so that "next" always leads forward.
 */
export function formPages(item: ServiceItem, answers: Answers, identity: IdentitySource): FormPage[] {
  return item.form.sections
    .filter((section) => holds(section.visibleWhen, answers))
    .flatMap((section) => sectionPages(section, answers, identity));
}

function sectionPages(section: Section, answers: Answers, identity: IdentitySource): FormPage[] {
  return section.fields.flatMap((field): FormPage[] => {
    if (!holds(field.visibleWhen, answers)) return [];
    if (field.type === 'group') return groupPages(section, field, answers);
    if (!isAsked(field, answers, identity)) return [];
    return [{ kind: 'question', pageId: field.id, section, field, entry: null }];
  });
}

function groupPages(section: Section, group: GroupField, answers: Answers): FormPage[] {
  const entryPages = groupEntries(answers, group.id).flatMap((entry, index) =>
    group.fields
      .filter((field) => holds(field.visibleWhen, { ...answers, ...entry }))
      .map((field): FormPage => ({
        kind: 'question',
        pageId: `${group.id}.${index}.${field.id}`,
        section,
        field,
        entry: { group, index },
      })),
  );
  return [...entryPages, { kind: 'group', pageId: group.id, section, field: group }];
}

function isAsked(field: LeafField, answers: Answers, identity: IdentitySource): boolean {
  if (field.type === 'number' && field.computed !== undefined) return false;
  return !(identity !== 'typed' && isFromCard(field) && answers[field.id] !== undefined);
}

/** Whether the card (or the code in its place) gives this field. The ID type stands on no card in words: its layout tells. */
export function isFromCard(field: LeafField): boolean {
  return (field.autofill?.startsWith('idcard.') ?? false) || field.id === 'applicantIdType';
}

export function holds(condition: Condition | undefined, answers: Answers): boolean {
  if (!condition) return true;
  const answer = answers[condition.field];
  if (typeof answer !== 'string') return false;
  return 'eq' in condition ? answer === condition.eq : condition.in.includes(answer);
}

export function groupEntries(answers: Answers, groupId: string): GroupAnswer {
  const entries = answers[groupId];
  return Array.isArray(entries) ? entries : [];
}

/** The answer that a question page holds now, inside a group or not. */
export function answerOf(page: FormPage & { kind: 'question' }, answers: Answers): LeafAnswer | undefined {
  if (page.entry) return groupEntries(answers, page.entry.group.id)[page.entry.index]?.[page.field.id];
  const answer = answers[page.field.id];
  return Array.isArray(answer) ? undefined : answer;
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
