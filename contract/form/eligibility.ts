import { entriesOf, leafOf, type Answers } from '../answers.ts';
import type { IdentitySource } from '../application.ts';
import { ageOn } from '../identity.ts';
import type { Eligibility, EligibilityCheck, ServiceItem } from '../item.ts';
import { birthdayIn } from './computed.ts';
import { compactDate, dayOf, type LocalMinute } from './local-date.ts';

export interface EligibilityContext {
  /** Those that count (settle.ts). */
  readonly answers: Answers;
  readonly identity: IdentitySource;
  readonly now: LocalMinute;
}

/** The rules that end the application, each with its reason. */
export function blockingRules(item: ServiceItem, context: EligibilityContext): Eligibility[] {
  return brokenRules(item, context).filter((rule) => rule.onFail === 'block');
}

/** Every rule that the answers so far break. One whose answers are not given yet breaks nothing. */
export function brokenRules(item: ServiceItem, context: EligibilityContext): Eligibility[] {
  return item.eligibility.filter(({ check }) => check && breaks(check, item, context));
}

/** The fields on whose answers a rule stands; none where it is about who is there. */
export function fieldsOfRule(check: EligibilityCheck): string[] {
  switch (check.rule) {
    case 'identityRead':
      return [];
    case 'perHeadBelow':
      return [check.total, check.people];
    case 'ageAtLeast':
    case 'ageAtMost':
    case 'ageBelow':
      return check.on === undefined ? [check.field] : [check.field, check.on];
    default: {
      const never: never = check;
      return never;
    }
  }
}

function breaks(check: EligibilityCheck, item: ServiceItem, context: EligibilityContext): boolean {
  switch (check.rule) {
    case 'identityRead':
      return context.identity === 'typed' || context.identity === 'none';
    case 'perHeadBelow': {
      const limit = amountOf(check.value, item);
      const total = leafOf(context.answers[check.total]);
      const heads = entriesOf(context.answers[check.people]).length;
      if (limit === null || typeof total !== 'string' || heads === 0) return false;
      return Number(total) / heads >= limit;
    }
    case 'ageAtLeast':
    case 'ageAtMost':
    case 'ageBelow': {
      const age = ageFor(check, context);
      if (age === null) return false;
      if (check.rule === 'ageAtLeast') return age < check.value;
      return check.rule === 'ageAtMost' ? age > check.value : age >= check.value;
    }
    default: {
      const never: never = check;
      return never;
    }
  }
}

function ageFor(check: { field: string; on?: string | undefined }, context: EligibilityContext) {
  const birthday = birthdayIn(context.answers, check.field);
  const day = check.on === undefined ? dayOf(context.now) : leafOf(context.answers[check.on]);
  if (birthday === null || typeof day !== 'string') return null;
  return ageOn(birthday, compactDate(day.slice(0, 10)));
}

/** The parameter is there: load-item.ts has looked. */
function amountOf(value: number | string, item: ServiceItem): number | null {
  return typeof value === 'number' ? value : (item.parameters[value.slice('param.'.length)] ?? null);
}
