import { leafOf, type Answers } from '../answers.ts';
import type { ServiceItem } from '../item.ts';
import { leafFields } from './autofill.ts';

/**
 * The first person whom a form names as a card would: the applicant, or on a form for two the one who stands
 * first. Empty texts where nobody is named.
 */
export function applicantOf(
  item: ServiceItem,
  answers: Answers,
): { readonly name: string; readonly number: string } {
  const first = (source: string): string => {
    for (const field of leafFields(item)) {
      const answer = field.autofill === source ? leafOf(answers[field.id]) : undefined;
      if (typeof answer === 'string') return answer;
    }
    return '';
  };
  return { name: first('idcard.name'), number: first('idcard.number') };
}
