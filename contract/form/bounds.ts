import { leafOf, type Answers } from '../answers.ts';
import type { LeafField } from '../item-field.ts';
import { addDays, addMonths, dayOf, type LocalMinute } from './local-date.ts';

type DatedField = LeafField & { type: 'date' | 'datetime' | 'month' };

export interface Bounds {
  readonly min: string | null;
  readonly max: string | null;
}

/** The bounds of a date, an instant or a month in the form of its answers; null: none, or its field is not answered. */
export function boundsOf(field: DatedField, answers: Answers, now: LocalMinute): Bounds {
  return {
    min: field.min === undefined ? null : resolve(field.type, field.min, 'min', answers, now),
    max: field.max === undefined ? null : resolve(field.type, field.max, 'max', answers, now),
  };
}

const RELATIVE = /^(today|now)(?:([+-]\d{1,4})([dmy]))?$/;

/** The field that a bound names, or null. */
export function boundField(bound: string): string | null {
  return RELATIVE.test(bound) || /^\d/.test(bound) ? null : bound;
}

function resolve(
  type: DatedField['type'],
  bound: string,
  end: 'min' | 'max',
  answers: Answers,
  now: LocalMinute,
): string | null {
  const relative = RELATIVE.exec(bound);
  if (!relative) {
    const named = boundField(bound);
    const value = named === null ? bound : leafOf(answers[named]);
    return typeof value === 'string' ? value : null;
  }
  const [, base, distance, unit] = relative;
  const day = moved(dayOf(now), Number(distance ?? 0), unit);
  switch (type) {
    case 'date':
      return day;
    case 'month':
      return day.slice(0, 7);
    case 'datetime':
      if (base === 'now') return day + now.slice(10);
      return day + (end === 'min' ? 'T00:00' : 'T23:59');
    default: {
      const never: never = type;
      return never;
    }
  }
}

function moved(day: string, distance: number, unit: string | undefined): string {
  switch (unit) {
    case 'm':
      return addMonths(day, distance);
    case 'y':
      return addMonths(day, distance * 12);
    default:
      return addDays(day, distance);
  }
}
