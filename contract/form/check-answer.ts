import type { Address, Answers, LeafAnswer } from '../answers.ts';
import { citizenNumberProblem, isCalendarDate } from '../identity.ts';
import type { GroupField, LeafField } from '../item.ts';
import type { Problem } from '../visit.ts';
import { compactDate, type LocalDate, resolveDateBound } from './local-date.ts';

/** More children than this are asked about before they are believed. */
const ODD_GROUP_SIZE = 5;

export interface CheckContext {
  readonly today: LocalDate;
  /** All answers so far; inside a group those of its entry shadow the others. */
  readonly answers: Answers;
}

/**
 * Everything that is wrong or odd with one answer; empty when nothing is. `null` means that nothing was
 * answered. The type of the value has been parsed at the boundary; this decides whether it fits the field.
 */
export function checkAnswer(field: LeafField, value: LeafAnswer | null, context: CheckContext): Problem[] {
  if (value === null || value === '') return field.required ? [wrong('required')] : [];
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
      return field.options.some((option) => option.value === value) ? [] : [wrong('choice-unknown')];
    case 'date':
      return checkDate(field, value, context.today);
    case 'number':
      return checkNumber(field, value);
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
  if (count < group.repeat.min) return [wrong('group-too-few', String(group.repeat.min))];
  if (count > group.repeat.max) return [wrong('group-too-many', String(group.repeat.max))];
  return count > ODD_GROUP_SIZE ? [odd('odd-many-children')] : [];
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
    const problem = citizenNumberProblem(value, compactDate(context.today));
    if (problem !== null) return [wrong(`id-${problem}`)];
  }
  if (field.differsFrom !== undefined && context.answers[field.differsFrom] === value)
    return [wrong('id-same-person')];
  return [];
}

function checkDate(field: LeafField & { type: 'date' }, value: LeafAnswer, today: LocalDate): Problem[] {
  if (
    typeof value !== 'string' ||
    !/^\d{4}-\d{2}-\d{2}$/.test(value) ||
    !isCalendarDate(compactDate(value))
  ) {
    return [wrong('date-invalid')];
  }
  const min = field.min === undefined ? null : resolveDateBound(field.min, today);
  const max = field.max === undefined ? null : resolveDateBound(field.max, today);
  if (min !== null && value < min) return [wrong('date-too-early', min)];
  if (max !== null && value > max) return [wrong('date-too-late', max)];
  return [];
}

function checkNumber(field: LeafField & { type: 'number' }, value: LeafAnswer): Problem[] {
  if (typeof value !== 'string' || !/^-?\d{1,9}(\.\d{1,4})?$/.test(value)) return [wrong('number-invalid')];
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

export function addressText(address: Address): string {
  return `${address.region}${address.street}${address.community}${address.detail}`;
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
