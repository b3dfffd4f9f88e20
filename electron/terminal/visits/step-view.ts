import type { Answers } from '#contract/answers.ts';
import { judgeForm } from '#contract/form/complete.ts';
import { displayAnswer, masked } from '#contract/form/display.ts';
import { type LocalDate, compactDate, resolveDateBound } from '#contract/form/local-date.ts';
import { answerOf, groupEntries, holds, isFromCard, type FormPage } from '#contract/form/pages.ts';
import { ageOn, type IdentityDocument } from '#contract/identity.ts';
import {
  itemSummarySchema,
  type Consent,
  type ItemSummary,
  type LeafField,
  type ServiceItem,
} from '#contract/item.ts';
import { maskIdNumber, maskName } from '#contract/masks.ts';
import type {
  GroupPage,
  MaskedPerson,
  Question,
  QuestionPage,
  ReviewRow,
  VisitStep,
} from '#contract/visit.ts';
import type { FormStage } from './draft.ts';
import { currentPage, pagesOf } from './form-moves.ts';

/** What a screen is shown of a stage: values that a mask covers are masked here, before they leave. */

export function itemSummary(item: ServiceItem): ItemSummary {
  return itemSummarySchema.parse(item);
}

export function maskedPerson(document: IdentityDocument, today: LocalDate): MaskedPerson {
  return {
    name: maskName(document.name),
    number: maskIdNumber(document.number),
    sex: document.sex,
    age: Math.min(Math.max(ageOn(document.birthday, compactDate(today)), 0), 130),
  };
}

export function consentsToGive(item: ServiceItem, answers: Answers): Consent[] {
  return item.consents.filter((consent) => holds(consent.condition, answers));
}

export function formStep(item: ServiceItem, form: FormStage, today: LocalDate): VisitStep {
  const page = currentPage(item, form);
  if (!page) return reviewStep(item, form, today);
  const pages = pagesOf(item, form);
  const progress = {
    step: pages.findIndex((other) => other.pageId === page.pageId) + 1,
    of: pages.length + 1,
  };
  const changing = form.position.at === 'page' && form.position.changing;
  return page.kind === 'group'
    ? { kind: 'group', page: groupView(page, form, progress, changing) }
    : { kind: 'question', page: questionView(page, form, progress, changing, today) };
}

function questionView(
  page: FormPage & { kind: 'question' },
  form: FormStage,
  progress: QuestionPage['progress'],
  changing: boolean,
  today: LocalDate,
): QuestionPage {
  const { field } = page;
  const answer = answerOf(page, form.answers) ?? suggestion(field, form.answers);
  const mask = answer === undefined ? null : masked(field, answer);
  return {
    pageId: page.pageId,
    section: page.section.title,
    ...(page.entry ? { entry: page.entry.index + 1 } : {}),
    question: question(field, today),
    ...(answer === undefined || mask !== null ? {} : { value: answer }),
    ...(mask === null ? {} : { masked: mask }),
    ...(field.type === 'address' && form.cardAddress !== null && field.id === 'homeAddress'
      ? { cardAddress: maskHouseNumbers(form.cardAddress) }
      : {}),
    progress,
    changing,
  };
}

/** Never ask twice: a name that should equal an earlier one is filled in, a default is chosen. */
function suggestion(field: LeafField, answers: Answers): string | undefined {
  if (field.type === 'name' && field.equalsField !== undefined) {
    const other = answers[field.equalsField];
    if (typeof other === 'string') return other;
  }
  return field.default;
}

function question(field: LeafField, today: LocalDate): Question {
  const base = { type: field.type, label: field.label, required: field.required };
  switch (field.type) {
    case 'select':
    case 'radio':
      return { ...base, options: field.options };
    case 'date':
      return {
        ...base,
        ...(field.min === undefined ? {} : { min: resolveDateBound(field.min, today) }),
        ...(field.max === undefined ? {} : { max: resolveDateBound(field.max, today) }),
      };
    case 'number':
      return {
        ...base,
        ...(field.min === undefined ? {} : { min: String(field.min) }),
        ...(field.max === undefined ? {} : { max: String(field.max) }),
      };
    case 'signature':
      return base;
    case 'address':
      return { ...base, maxLength: field.maxLength };
    case 'idcard':
      return { ...base, maxLength: 18 };
    case 'bankcard':
      return { ...base, maxLength: 19 };
    case 'text':
    case 'textarea':
    case 'name':
    case 'phone':
      return { ...base, ...(field.maxLength === undefined ? {} : { maxLength: field.maxLength }) };
    default: {
      const never: never = field;
      return never;
    }
  }
}

function groupView(
  page: FormPage & { kind: 'group' },
  form: FormStage,
  progress: GroupPage['progress'],
  changing: boolean,
): GroupPage {
  const entries = groupEntries(form.answers, page.field.id).map((entry) => {
    const shown = page.field.fields.map((field) => displayAnswer(field, entry[field.id]).zh);
    return { title: shown[0] ?? '', detail: shown.slice(1).filter(Boolean).join(' · ') };
  });
  return {
    pageId: page.pageId,
    section: page.section.title,
    label: page.field.label,
    required: page.field.required,
    entries,
    canAdd: entries.length < page.field.repeat.max,
    progress,
    changing,
  };
}

function reviewStep(item: ServiceItem, form: FormStage, today: LocalDate): VisitStep {
  const judged = judgeForm(item, form.answers, form.identity, today);
  const asked = pagesOf(item, form);
  const rows = item.form.sections
    .filter((section) => holds(section.visibleWhen, form.answers))
    .flatMap((section) =>
      section.fields.flatMap((field): ReviewRow[] => {
        if (!holds(field.visibleWhen, form.answers)) return [];
        if (field.type === 'group') {
          const names = groupEntries(form.answers, field.id).map(
            (entry) => displayAnswer(field.fields[0] as LeafField, entry[field.fields[0]?.id ?? '']).zh, // min(1) by schema
          );
          const text = names.join('、');
          const source = names.length === 0 ? 'empty' : 'typed';
          return [
            {
              ...rowOf(section.title, field),
              display: { zh: text, en: text },
              source,
              canChange: true,
              signed: false,
            },
          ];
        }
        const answer = judged.answers[field.id];
        const leaf = answer === undefined || Array.isArray(answer) ? undefined : answer;
        return [
          {
            ...rowOf(section.title, field),
            display: displayAnswer(field, leaf),
            source: sourceOf(field, form, leaf !== undefined),
            canChange: asked.some((page) => page.pageId === field.id),
            signed: field.type === 'signature' && leaf !== undefined,
          },
        ];
      }),
    );
  return { kind: 'review', rows, problems: judged.problems.length };
}

function rowOf(section: ReviewRow['section'], field: { id: string; label: ReviewRow['label'] }) {
  return { pageId: field.id, section, label: field.label };
}

function sourceOf(field: LeafField, form: FormStage, answered: boolean): ReviewRow['source'] {
  if (field.type === 'number' && field.computed !== undefined) return 'computed';
  if (!answered) return 'empty';
  return isFromCard(field) ? form.identity : 'typed';
}

/** Street and community may be read over a shoulder; the house number may not. */
function maskHouseNumbers(address: string): string {
  return address.replace(/\d+/g, '**');
}
