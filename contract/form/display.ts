import type { LeafAnswer } from '../answers.ts';
import type { LeafField } from '../item.ts';
import { maskIdNumber, maskLast4, maskPhone } from '../masks.ts';
import { addressText } from './check-answer.ts';

interface Shown {
  readonly zh: string;
  readonly en: string;
}

const EMPTY: Shown = { zh: '', en: '' };

/**
 * An answer as the check page shows it: masked where the field asks for it. A signature has no words of
 * its own: the screen says that it is there.
 */
export function displayAnswer(field: LeafField, answer: LeafAnswer | undefined): Shown {
  if (answer === undefined) return EMPTY;
  if (typeof answer === 'object') {
    return 'strokes' in answer ? EMPTY : same(addressText(answer));
  }
  if (field.type === 'select' || field.type === 'radio') {
    const option = field.options.find((candidate) => candidate.value === answer);
    return option ? option.label : same(answer);
  }
  return same(masked(field, answer) ?? answer);
}

/** The masked form of a text answer, or null where the field has no mask. */
export function masked(field: LeafField, answer: LeafAnswer): string | null {
  if (typeof answer !== 'string') return null;
  switch (field.mask) {
    case 'id-hide-birthday':
      return maskIdNumber(answer);
    case 'phone-mid4':
      return maskPhone(answer);
    case 'last4':
      return maskLast4(answer);
    case undefined:
      return field.type === 'idcard' ? maskIdNumber(answer) : null;
    default: {
      const never: never = field.mask;
      return never;
    }
  }
}

function same(text: string): Shown {
  return { zh: text, en: text };
}
