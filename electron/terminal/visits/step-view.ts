import { leafOf, type Answers } from '#contract/answers.ts';
import { suggestedAnswer } from '#contract/form/autofill.ts';
import { boundsOf } from '#contract/form/bounds.ts';
import { holds } from '#contract/form/conditions.ts';
import { judgeForm } from '#contract/form/complete.ts';
import { brokenRules } from '#contract/form/eligibility.ts';
import { displayAnswer, masked } from '#contract/form/display.ts';
import { compactDate, type LocalDate, type LocalMinute } from '#contract/form/local-date.ts';
import { answerOf, answersBeside, groupEntries, type FormPage } from '#contract/form/pages.ts';
import { entryFields, isComputed } from '#contract/form/settle.ts';
import { ageOn, type IdentityDocument } from '#contract/identity.ts';
import type { Consent, ItemSummary, ServiceItem } from '#contract/item.ts';
import type { GroupField, LeafField } from '#contract/item-field.ts';
import { maskIdNumber, maskName } from '#contract/masks.ts';
import type {
  GroupPage,
  MaskedPerson,
  Question,
  QuestionPage,
  ReviewRow,
  VisitStep,
} from '#contract/visit.ts';
import { shortHash } from '../intake/short-hash.ts';
import type { FormStage } from './draft.ts';
import { currentPage, pagesOf, settled } from './form-moves.ts';
import { paperView, progressOf, reviewPapers } from './paper-view.ts';
import { lackingPapers, paperAt, type Walked } from './stops.ts';

/** What a screen is shown of a stage: values that a mask covers are masked here, before they leave. */

export function itemSummary(item: ServiceItem): ItemSummary {
  const { slug, version, name, plain, theme, department, caseType } = item;
  return { slug, version, name, plain, theme, department, caseType };
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

export function formStep(walked: Walked, applicationId: string): VisitStep {
  const { item, form, now } = walked;
  const paper = paperAt(walked);
  if (paper) return { kind: 'paper', page: paperView(walked, paper, applicationId) };
  const page = currentPage(item, form, now);
  if (!page) return reviewStep(walked);
  const progress = progressOf(walked);
  const changing = form.position.at === 'page' && form.position.changing;
  const { answers } = settled(item, form, now);
  return page.kind === 'group'
    ? { kind: 'group', page: groupView(page, answers, progress, changing) }
    : { kind: 'question', page: questionView(page, { form, answers, now }, progress, changing) };
}

function questionView(
  page: FormPage & { kind: 'question' },
  { form, answers, now }: { form: FormStage; answers: Answers; now: LocalMinute },
  progress: QuestionPage['progress'],
  changing: boolean,
): QuestionPage {
  const { field } = page;
  const beside = answersBeside(page, answers);
  const answer = answerOf(page, answers) ?? suggestedAnswer(field, beside);
  const mask = answer === undefined ? null : masked(field, answer);
  return {
    pageId: page.pageId,
    section: page.section.title,
    ...(page.entry ? { entry: page.entry.index + 1 } : {}),
    question: question(field, beside, now),
    ...(answer === undefined || mask !== null ? {} : { value: answer }),
    ...(mask === null ? {} : { masked: mask }),
    ...(field.type === 'address' && form.cardAddress !== null
      ? { cardAddress: maskHouseNumbers(form.cardAddress) }
      : {}),
    ...(field.type === 'signature' && form.signatureTakenBack ? { signatureTakenBack: true as const } : {}),
    progress,
    changing,
  };
}

function question(field: LeafField, answers: Answers, now: LocalMinute): Question {
  const base = { type: field.type, label: field.label, required: field.required };
  switch (field.type) {
    case 'select':
    case 'radio':
    case 'multiselect':
      return { ...base, options: field.options ?? [] };
    case 'date':
    case 'datetime':
    case 'month': {
      const { min, max } = boundsOf(field, answers, now);
      return { ...base, ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) };
    }
    case 'number':
    case 'money':
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
  answers: Answers,
  progress: GroupPage['progress'],
  changing: boolean,
): GroupPage {
  const entries = groupEntries(answers, page.field.id).map((entry) => {
    const shown = entryFields(page.field, entry, answers).map(
      (field) => displayAnswer(field, entry[field.id]).zh,
    );
    return { title: shown[0] ?? '', detail: shown.slice(1).filter(Boolean).join(' · ').slice(0, 200) };
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

function reviewStep(walked: Walked): VisitStep {
  const { item, form, now } = walked;
  const judged = judgeForm(item, form.answers, now);
  const asked = new Set(pagesOf(item, form, now).map((page) => page.pageId));
  const rows = settled(item, form, now).visible.map(({ section, field }): ReviewRow => {
    if (field.type === 'group') return groupRow(section.title, field, judged.answers);
    const answer = leafOf(judged.answers[field.id]);
    return {
      ...rowOf(section.title, field),
      display: displayAnswer(field, answer),
      source: sourceOf(field, form, answer !== undefined),
      canChange: asked.has(field.id),
      signed: field.type === 'signature' && answer !== undefined,
    };
  });
  const { answers } = judged;
  return {
    kind: 'review',
    rows,
    problems: judged.problems.length + lackingPapers(walked).length,
    papers: reviewPapers(walked),
    ...(form.signed === null ? {} : { signedCode: shortHash(form.signed.sha256) }),
    remarks: brokenRules(item, { answers, identity: form.identity, now }).map((rule) => rule.text),
  };
}

function groupRow(section: ReviewRow['section'], group: GroupField, answers: Answers): ReviewRow {
  const [first] = group.fields;
  const names = groupEntries(answers, group.id).map((entry) =>
    first ? displayAnswer(first, entry[first.id]) : { zh: '', en: '' },
  );
  return {
    ...rowOf(section, group),
    display: {
      zh: names.map(({ zh }) => zh).join('、'),
      en: names.map(({ en }) => en).join(', '),
    },
    source: names.length === 0 ? 'empty' : 'typed',
    canChange: true,
    signed: false,
  };
}

function rowOf(section: ReviewRow['section'], field: { id: string; label: ReviewRow['label'] }) {
  return { pageId: field.id, section, label: field.label };
}

function sourceOf(field: LeafField, form: FormStage, answered: boolean): ReviewRow['source'] {
  if (isComputed(field)) return 'computed';
  if (!answered) return 'empty';
  return form.fromCard.has(field.id) ? form.identity : 'typed';
}

/** Street and community may be read over a shoulder; the house number may not. */
function maskHouseNumbers(address: string): string {
  return address.replace(/\d+/g, '**');
}
