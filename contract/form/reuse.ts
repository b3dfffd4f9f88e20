import { leafOf, type Answers, type LeafAnswer } from '../answers.ts';
import { sexOfCitizenNumber } from '../identity.ts';
import type { Field, LeafField } from '../item-field.ts';
import type { ServiceItem } from '../item.ts';
import { checkAnswer } from './check-answer.ts';
import { dayOf, type LocalMinute } from './local-date.ts';
import { settleForm } from './settle.ts';

/**
 * Never asked twice: a field that names what its answer is (`reuse`) takes it from what was answered under that name
 * before, in this form or in an earlier item of the visit. What does not pass the field's own checks is asked.
 */

/** 1 man, 2 woman; null: not known yet. */
export type ApplicantSex = '1' | '2' | null;

/** By reuse key; `man.…` and `woman.…` stand in it only while nobody knows who of them is the applicant. */
export type EarlierAnswers = ReadonlyMap<string, LeafAnswer>;

export const NOTHING_EARLIER: EarlierAnswers = new Map();

const APPLICANT_ID = 'applicant.id';
/** More than conditions lean on each other in any form. */
const MOST_ROUNDS = 30;

export interface Filled {
  readonly answers: Answers;
  /** The fields whose answers were given under the same name before. */
  readonly filled: ReadonlySet<string>;
}

export interface FillContext {
  readonly item: ServiceItem;
  /** What card or code has answered stays. */
  readonly fromCard: ReadonlySet<string>;
  /** What the resident has answered, or left empty, on its own page stays. */
  readonly own: ReadonlySet<string>;
  readonly earlier: EarlierAnswers;
  /** Of the card; null: the number that is typed tells it. */
  readonly sex: ApplicantSex;
  readonly now: LocalMinute;
}

/** Fills in what was said before, and takes back what was filled in from an answer that is another one now. */
export function fillFromEarlier(before: Filled, context: FillContext): Filled {
  let state = before;
  // What is filled in may show further fields, which come later in the form: there is an end.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = fillOnce(state, context);
    if (next === null) return state;
    state = next;
  }
  return state;
}

/** Null when nothing changes. */
function fillOnce({ answers: given, filled: before }: Filled, context: FillContext): Filled | null {
  const { item, now } = context;
  const { visible, answers: counting } = settleForm(item, given, dayOf(now));
  const typed = Object.fromEntries(Object.entries(counting).filter(([id]) => !before.has(id)));
  const sex = context.sex ?? sexTyped(item, typed) ?? sexOfNumber(context.earlier.get(APPLICANT_ID));
  // Of another applicant, nothing of the one before is known.
  const isSamePerson = isNumberOf(applicantNumber(item, typed, sex), context.earlier);
  const sources = new Map(isSamePerson ? context.earlier : []);
  const answers: Answers = { ...given };
  const filled = new Set(before);
  let hasChanged = false;
  for (const { field } of visible) {
    if (!isReusable(field)) continue;
    const key = personalKey(field.reuse, sex);
    const answer = leafOf(given[field.id]);
    const isOwn = context.fromCard.has(field.id) || context.own.has(field.id);
    if (isOwn || (answer !== undefined && !before.has(field.id))) {
      // Of several askers the first one's answer is everybody's.
      if (answer !== undefined) sources.set(key, answer);
      continue;
    }
    const source = sources.get(key);
    const takes = source !== undefined && fits(field, source, { now, answers: counting, item });
    if (takes ? isSame(answer, source) : answer === undefined) continue;
    hasChanged = true;
    if (takes) {
      answers[field.id] = source;
      filled.add(field.id);
    } else {
      Reflect.deleteProperty(answers, field.id);
      filled.delete(field.id);
    }
  }
  return hasChanged ? { answers, filled } : null;
}

/**
 * What a form that is finished leaves for the next item of the visit. Not its signature: that one belongs to these
 * answers and to no others.
 */
export function answersToKeep(item: ServiceItem, answers: Answers, sexOfCard: ApplicantSex): EarlierAnswers {
  const sex = sexOfCard ?? sexTyped(item, answers);
  const kept = new Map<string, LeafAnswer>();
  for (const { fields } of item.form.sections) {
    for (const field of fields) {
      const answer = leafOf(answers[field.id]);
      if (!isReusable(field) || field.type === 'signature' || answer === undefined) continue;
      const key = personalKey(field.reuse, sex);
      if (!kept.has(key)) kept.set(key, answer);
    }
  }
  return kept;
}

/** `man.mobile` is `applicant.mobile` where the applicant is a man, and `spouse.mobile` where she is a woman. */
export function personalKey(key: string, sex: ApplicantSex): string {
  const [role = '', what = ''] = key.split('.');
  if (sex === null || (role !== 'man' && role !== 'woman')) return key;
  return `${(role === 'man') === (sex === '1') ? 'applicant' : 'spouse'}.${what}`;
}

function isReusable(field: Field): field is LeafField & { reuse: string } {
  return field.type !== 'group' && field.reuse !== undefined;
}

/** Somebody who typed the number: the form says whose it is. */
function sexTyped(item: ServiceItem, answers: Answers): ApplicantSex {
  return sexOfNumber(applicantNumber(item, answers, null));
}

function sexOfNumber(number: LeafAnswer | null | undefined): ApplicantSex {
  return typeof number === 'string' && /^\d{17}[\dX]$/.test(number) ? sexOfCitizenNumber(number) : null;
}

function applicantNumber(item: ServiceItem, answers: Answers, sex: ApplicantSex): string | null {
  for (const { fields } of item.form.sections) {
    for (const field of fields) {
      if (!isReusable(field) || personalKey(field.reuse, sex) !== APPLICANT_ID) continue;
      const answer = leafOf(answers[field.id]);
      if (typeof answer === 'string') return answer;
    }
  }
  return null;
}

function isNumberOf(number: string | null, earlier: EarlierAnswers): boolean {
  const before = earlier.get(APPLICANT_ID);
  return before === undefined || number === null || before === number;
}

/** What was odd has been confirmed where it was asked. */
function fits(
  field: LeafField,
  value: LeafAnswer,
  { now, answers, item }: { now: LocalMinute; answers: Answers; item: ServiceItem },
): boolean {
  return checkAnswer(field, value, { now, answers, calendars: item.calendars }).every(({ odd }) => odd);
}

function isSame(a: LeafAnswer | undefined, b: LeafAnswer): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
