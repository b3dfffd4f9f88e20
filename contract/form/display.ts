import type { LeafAnswer } from '../answers.ts';
import type { LeafField, Option } from '../item-field.ts';
import { withoutBoxes } from '../glyphless.ts';
import { maskIdNumber, maskLast4, maskPhone } from '../masks.ts';
import { addressText } from './address-text.ts';

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
  switch (field.type) {
    case 'select':
    case 'radio':
      return typeof answer === 'string' ? optionLabel(field.options, answer) : EMPTY;
    case 'multiselect':
      return Array.isArray(answer) ? listed(answer.map((value) => optionLabel(field.options, value))) : EMPTY;
    case 'money':
      return typeof answer === 'string'
        ? { zh: `${grouped(answer)} 元`, en: `CNY ${grouped(answer)}` }
        : EMPTY;
    case 'datetime':
      return typeof answer === 'string' ? same(answer.replace('T', ' ')) : EMPTY;
    default:
      if (Array.isArray(answer)) return EMPTY;
      if (typeof answer === 'object') return 'strokes' in answer ? EMPTY : same(addressText(answer));
      return same(withoutBoxes(masked(field, answer) ?? answer));
  }
}

function optionLabel(options: readonly Option[] | undefined, value: string): Shown {
  return options?.find((candidate) => candidate.value === value)?.label ?? same(value);
}

function listed(labels: readonly Shown[]): Shown {
  return { zh: labels.map(({ zh }) => zh).join('、'), en: labels.map(({ en }) => en).join(', ') };
}

/** `12345.5` as `12,345.5`: a zero too many is seen. */
function grouped(amount: string): string {
  return amount.replace(/\B(?=(\d{3})+(?!\d))/g, (none, _digits, at: number, whole: string) =>
    whole.slice(0, at).includes('.') ? none : ',',
  );
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
