import type { CaseStatus } from '#contract/application.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import {
  addWorkdays,
  chinaDate,
  officeDays,
  promisedDay,
  workdaysBetween,
} from '../../cases/working-days.ts';

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

/** Not told in time, an application counts as accepted from the day on which it came in (行政许可法 32). */
const TELL_WITHIN_WORKDAYS = 5;

export interface DueFacts {
  readonly status: CaseStatus;
  readonly decideBy: LocalDate | null;
  readonly item: ServiceItem | null;
  readonly storedAtMs: number;
  /** When it came to the state in which it is. */
  readonly sinceMs: number;
  /** When the last of those that it waited for was over; null: it waited for none. */
  readonly freeSinceMs: number | null;
  readonly isWaiting: boolean;
  /** Of a correction that was asked for. */
  readonly correctBy: LocalDate | null;
}

export function dueOf(facts: DueFacts, nowMs: number): Due {
  const { status, item, decideBy } = facts;
  switch (status) {
    case '01':
    case '02': {
      if (facts.isWaiting) return { kind: 'waits' };
      if (item?.interaction !== undefined) return replyDue(facts, nowMs);
      const since = chinaDate(Math.max(facts.sinceMs, facts.freeSinceMs ?? 0));
      return onDay(addWorkdays(since, TELL_WITHIN_WORKDAYS, officeDays), nowMs);
    }
    case '05':
    case '12':
      return item?.interaction !== undefined ? replyDue(facts, nowMs) : onDay(decideBy, nowMs);
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
function replyDue({ decideBy, item, storedAtMs }: DueFacts, nowMs: number): Due {
  return onDay(decideBy ?? promisedDay(item ?? undefined, chinaDate(storedAtMs), officeDays), nowMs);
}

function onDay(day: LocalDate | null, nowMs: number): Due {
  if (day === null) return { kind: 'none' };
  const today = chinaDate(nowMs);
  return { kind: 'day', day, left: workdaysBetween(today, day, officeDays), isPast: day < today };
}
