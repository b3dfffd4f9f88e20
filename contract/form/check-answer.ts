import type { Answers, LeafAnswer } from '../answers.ts';
import type { Calendar } from '../calendar.ts';
import { citizenNumberProblem, isCalendarDate, sexOfCitizenNumber } from '../identity.ts';
import type { GroupField, LeafField } from '../item-field.ts';
import type { Problem } from '../visit.ts';
import { addressText } from './address-text.ts';
import { boundsOf } from './bounds.ts';
import { isOpenDay } from './calendar-days.ts';
import { compactDate, dayOf, type LocalMinute } from './local-date.ts';

export interface CheckContext {
  readonly now: LocalMinute;
  /** All answers so far; inside a group those of its entry shadow the others. */
  readonly answers: Answers;
  /** The item's own. */
  readonly calendars: Readonly<Record<string, Calendar>>;
}

/**
 * Everything that is wrong or odd with one answer; empty when nothing is. `null` means that nothing was
 * answered. The type of the value has been parsed at the boundary; this decides whether it fits the field.
 */
export function checkAnswer(field: LeafField, value: LeafAnswer | null, context: CheckContext): Problem[] {
  if (isNothing(value)) return field.required ? [wrong('required')] : [];
  switch (field.type) {
    case 'text':
    case 'textarea':
      return checkText(field, value);
    case 'name':
      return [...checkText(field, value), ...checkNameOddity(field, value, context)];
    case 'phone':
      return checkText(field, value);
    case 'bankcard': {
      const problems = checkText(field, value);
      return problems.length === 0 && field.rule === 'luhn-warn' && !passesLuhn(value as string) // a string: checkText passed
        ? [odd('odd-account-number')]
        : problems;
    }
    case 'idcard':
      return checkIdCard(field, value, context);
    case 'select':
    case 'radio':
      return isOption(field, value) ? [] : [wrong('choice-unknown')];
    case 'multiselect':
      return checkChosen(field, value);
    case 'date':
    case 'datetime':
    case 'month':
      return checkDated(field, value, context);
    case 'number':
      return checkNumber(field, value, wholeOrDecimal(field.decimals), 'number-invalid');
    case 'money':
      return checkNumber(field, value, MONEY, 'money-invalid');
    case 'address':
      return checkAddress(field, value);
    case 'signature':
      return typeof value === 'object' && 'strokes' in value ? [] : [wrong('required')];
    default: {
      const never: never = field;
      return never;
    }
  }
}

export function checkGroup(group: GroupField, count: number): Problem[] {
  const { min, max, oddAbove } = group.repeat;
  if (count < min) return [wrong('group-too-few', String(min))];
  if (count > max) return [wrong('group-too-many', String(max))];
  return oddAbove !== undefined && count > oddAbove ? [odd('odd-many-entries')] : [];
}

function isNothing(value: LeafAnswer | null): value is null | '' | [] {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

interface Choices {
  readonly options?: readonly { readonly value: string }[] | undefined;
}

function isOption(field: Choices, value: unknown): boolean {
  return (field.options ?? []).some((option) => option.value === value);
}

function checkChosen(field: Choices, value: LeafAnswer): Problem[] {
  if (!Array.isArray(value) || new Set(value).size !== value.length) return [wrong('choice-unknown')];
  return value.every((chosen) => isOption(field, chosen)) ? [] : [wrong('choice-unknown')];
}

function checkText(
  field: { pattern?: string | undefined; maxLength?: number | undefined },
  value: LeafAnswer,
): Problem[] {
  if (typeof value !== 'string') return [wrong('pattern')];
  // Counted in code points, as a person counts: 𠮷 is one character.
  if (field.maxLength !== undefined && Array.from(value).length > field.maxLength) {
    return [wrong('too-long', String(field.maxLength))];
  }
  return field.pattern === undefined || new RegExp(field.pattern, 'u').test(value) ? [] : [wrong('pattern')];
}

function checkNameOddity(
  field: LeafField & { type: 'name' },
  value: LeafAnswer,
  context: CheckContext,
): Problem[] {
  if (field.equalsField === undefined) return [];
  const other = context.answers[field.equalsField];
  return other !== undefined && other !== value ? [odd('odd-name-differs')] : [];
}

function checkIdCard(
  field: LeafField & { type: 'idcard' },
  value: LeafAnswer,
  context: CheckContext,
): Problem[] {
  if (typeof value !== 'string') return [wrong('id-characters')];
  if (field.rule === 'gb11643') {
    const problem = citizenNumberProblem(value, compactDate(dayOf(context.now)));
    if (problem !== null) return [wrong(`id-${problem}`)];
  }
  if (field.differsFrom !== undefined && context.answers[field.differsFrom] === value)
    return [wrong('id-same-person')];
  if (field.gender === undefined || !/^\d{17}[\dX]$/.test(value)) return [];
  const isMan = sexOfCitizenNumber(value) === '1';
  if (isMan === (field.gender === 'M')) return [];
  return [wrong(field.gender === 'M' ? 'id-not-a-man' : 'id-not-a-woman')];
}

type DatedField = LeafField & { type: 'date' | 'datetime' | 'month' };

function checkDated(field: DatedField, value: LeafAnswer, context: CheckContext): Problem[] {
  const malformed = datedProblem(field.type, value);
  // A string from here on: malformed says so of anything else.
  if (malformed !== null || typeof value !== 'string') return [wrong(malformed ?? 'date-invalid')];
  const { min, max } = boundsOf(field, context.answers, context.now);
  if (min !== null && value < min) return [wrong('date-too-early', min)];
  if (max !== null && value > max) return [wrong('date-too-late', max)];
  if (field.type !== 'date' || field.calendar === undefined) return [];
  const calendar = context.calendars[field.calendar];
  return calendar && !isOpenDay(calendar, value) ? [wrong('date-closed')] : [];
}

function datedProblem(type: DatedField['type'], value: LeafAnswer): Problem['code'] | null {
  if (typeof value !== 'string') return 'date-invalid';
  switch (type) {
    case 'date':
      return isDate(value) ? null : 'date-invalid';
    case 'month':
      return isDate(`${value}-01`) ? null : 'month-invalid';
    case 'datetime': {
      const [day = '', time = ''] = value.split('T');
      if (!isDate(day)) return 'date-invalid';
      return /^([01]\d|2[0-3]):[0-5]\d$/.test(time) ? null : 'time-invalid';
    }
    default: {
      const never: never = type;
      return never;
    }
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDate(compactDate(text));
}

const MONEY = /^\d{1,9}(\.\d{1,2})?$/;

function wholeOrDecimal(decimals: number | undefined): RegExp {
  return decimals === undefined ? /^-?\d{1,9}$/ : new RegExp(`^-?\\d{1,9}(\\.\\d{1,${String(decimals)}})?$`);
}

function checkNumber(
  field: { min?: number | undefined; max?: number | undefined },
  value: LeafAnswer,
  form: RegExp,
  malformed: Problem['code'],
): Problem[] {
  if (typeof value !== 'string' || !form.test(value)) return [wrong(malformed)];
  const number = Number(value);
  if (field.min !== undefined && number < field.min) return [wrong('number-too-small', String(field.min))];
  if (field.max !== undefined && number > field.max) return [wrong('number-too-large', String(field.max))];
  return [];
}

function checkAddress(field: LeafField & { type: 'address' }, value: LeafAnswer): Problem[] {
  if (typeof value !== 'object' || !('detail' in value)) return [wrong('address-incomplete')];
  if (value.detail.trim() === '') return [wrong('address-incomplete')];
  return Array.from(addressText(value)).length > field.maxLength
    ? [wrong('too-long', String(field.maxLength))]
    : [];
}

/** ISO/IEC 7812-1 annex B. Some banks' older accounts do not keep it, so a miss is odd and not wrong. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  Array.from(digits)
    .reverse()
    .forEach((digit, index) => {
      const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
      sum += doubled > 9 ? doubled - 9 : doubled;
    });
  return sum % 10 === 0;
}

function wrong(code: Problem['code'], limit?: string): Problem {
  return limit === undefined ? { code, odd: false } : { code, odd: false, limit };
}

function odd(code: Problem['code']): Problem {
  return { code, odd: true };
}
