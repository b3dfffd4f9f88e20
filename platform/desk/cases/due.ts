import type { CaseStatus } from '#contract/application.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import { daysAfter, TELL_WITHIN_WORKDAYS } from '../../cases/case-clocks.ts';
import { isHeld, limitsOf, type CaseTerms } from '../../cases/case-life.ts';
import { addWorkdays, chinaDate, workdaysBetween, type OfficeCalendar } from '../../cases/working-days.ts';

/** Until when the office has to do something about a case, and whether it has. */
export type Due =
  /** `left`: working days from today until then, below zero when it is over; `isPast`: the day itself is over. */
  | { readonly kind: 'day'; readonly day: LocalDate; readonly left: number; readonly isPast: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'applicant'; readonly day: LocalDate | null }
  | { readonly kind: 'suspended' }
  /** Others of its chain come before it. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'over' };

export interface DueFacts {
  readonly status: CaseStatus;
  readonly decideBy: LocalDate | null;
  readonly item: ServiceItem | null;
  readonly storedAtMs: number;
  /** When it came to the state in which it is. */
  readonly sinceMs: number;
  /** What the others of its chain say to its clock. */
  readonly held: CaseTerms['held'];
  /** Of a correction that was asked for. */
  readonly correctBy: LocalDate | null;
}

export interface Today {
  readonly officeDays: OfficeCalendar;
  readonly nowMs: number;
}

export function dueOf(facts: DueFacts, today: Today): Due {
  const { status, item, decideBy } = facts;
  switch (status) {
    case '01':
    case '02': {
      const now = chinaDate(today.nowMs);
      if (facts.held === 'waits' || isHeld(facts, now)) return { kind: 'waits' };
      if (item?.interaction !== undefined) return replyDue(facts, today);
      const since = chinaDate(facts.sinceMs);
      const free = facts.held !== null && facts.held > since ? facts.held : since;
      return onDay(addWorkdays(free, TELL_WITHIN_WORKDAYS, today.officeDays), today);
    }
    case '05':
    case '12':
      return item?.interaction !== undefined ? replyDue(facts, today) : onDay(decideBy, today);
    case '06':
      return { kind: 'applicant', day: facts.correctBy };
    case '11':
      return { kind: 'suspended' };
    case '07':
    case '10':
    case '13':
    case '14':
    case '15':
      return { kind: 'over' };
    default: {
      const never: never = status;
      return never;
    }
  }
}

/** A question is answered within the days that its item promises; a refused reply has a day of its own. */
function replyDue({ decideBy, item, storedAtMs }: DueFacts, today: Today): Due {
  const promised = item && daysAfter(chinaDate(storedAtMs), limitsOf(item).promised, today.officeDays);
  return onDay(decideBy ?? promised, today);
}

function onDay(day: LocalDate | null, { nowMs, officeDays }: Today): Due {
  if (day === null) return { kind: 'none' };
  const today = chinaDate(nowMs);
  return { kind: 'day', day, left: workdaysBetween(today, day, officeDays), isPast: day < today };
}
