import type { Answers } from '../answers.ts';
import { ageOn, birthdayOfCitizenNumber } from '../identity.ts';
import type { Eligibility, ServiceItem } from '../item.ts';
import { compactDate, type LocalDate } from './local-date.ts';

/**
 * The rules that the answers so far break and that end the application, each with its reason. A rule
 * whose field is not answered yet breaks nothing.
 */
export function blockingRules(item: ServiceItem, answers: Answers, today: LocalDate): Eligibility[] {
  return item.eligibility.filter((rule) => rule.onFail === 'block' && breaks(rule, answers, today));
}

function breaks(rule: Eligibility, answers: Answers, today: LocalDate): boolean {
  if (!rule.check) return false;
  const number = answers[rule.check.field];
  if (typeof number !== 'string' || number.length !== 18) return false;
  const age = ageOn(birthdayOfCitizenNumber(number), compactDate(today));
  switch (rule.check.rule) {
    case 'ageAtLeast':
      return age < rule.check.value;
    case 'ageAtMost':
      return age > rule.check.value;
    default: {
      const never: never = rule.check.rule;
      return never;
    }
  }
}
