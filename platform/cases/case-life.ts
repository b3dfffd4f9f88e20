import { z } from 'zod';
import type { CaseStatus } from '#contract/application.ts';
import type { CaseVerb } from '#contract/case-choices.ts';
import {
  caseLimitsSchema,
  type Actor,
  type CaseLimits,
  type Notice,
  type NoticeHeading,
} from '#contract/case-history.ts';
import { departmentIdSchema } from '#contract/department.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import { localizedTextSchema } from '#contract/localized.ts';
import { noClocks, tick, type CaseClocks } from './case-clocks.ts';
import { table, type ClockEffects } from './table.ts';
import { chinaDate } from './working-days.ts';

/** One case as its events add up. */

/** What an event says to clocks and desks beside its notice. */
export const factsSchema = z.object({
  /** Pinned when the clock started: an item that changes later changes no promise. */
  limits: caseLimitsSchema.optional(),
  /** The day from which the decision counts, where it is not the event's own. */
  countsFrom: z.iso.date().optional(),
  handedTo: localizedTextSchema.optional(),
  /** Of those that plug in, which one is that unit; absent: none, or a node wrote it that did not say. */
  departmentId: departmentIdSchema.optional(),
  step: z.int().nonnegative().optional(),
});
export type Facts = z.infer<typeof factsSchema>;

export interface CaseEvent {
  readonly ordinal: number;
  readonly atMs: number;
  readonly verb: CaseVerb;
  readonly from: CaseStatus | null;
  readonly to: CaseStatus;
  readonly actor: Actor;
  readonly unit: string | null;
  readonly revision: number | null;
  readonly facts: Facts | null;
  readonly notice: Notice | null;
  readonly heading: NoticeHeading | null;
}

/** `application`: decided on, after 行政许可法. `matter`: said and answered (a question, a complaint), its days counted from its receipt. */
export type CaseKind = 'application' | 'matter';

/** What is known of a case beside what happened to it. */
export interface CaseTerms {
  readonly kind: CaseKind;
  /** The item's own now, for a clock that was started before limits were pinned. */
  readonly limits: CaseLimits | null;
  /**
   * `waits`: others of its chain must be over first, and nobody has to tell anything. A day: from then on none of them
   * holds it up; it lies ahead where one has not come and is waited for so long. Null: it waits for nothing.
   */
  readonly held: 'waits' | LocalDate | null;
}

/** Of an item that is not published any more, the case says itself what it is: a matter has its limits pinned when it is received. */
export function termsOf(
  item: ServiceItem | undefined,
  held: CaseTerms['held'],
  events: readonly CaseEvent[],
): CaseTerms {
  const isMatter = item ? item.interaction !== undefined : events[0]?.facts?.limits !== undefined;
  return {
    kind: isMatter ? 'matter' : 'application',
    limits: item ? limitsOf(item) : null,
    held,
  };
}

export function limitsOf({ timeLimits: { promised, legal, stages } }: ServiceItem): CaseLimits {
  const counted = ({ value, unit }: ServiceItem['timeLimits']['promised']): CaseLimits['promised'] =>
    unit === 'instant' ? { count: 0, unit: 'workday' } : { count: value, unit };
  return {
    promised: counted(promised),
    legal: counted(legal),
    steps: stages.map(({ name, days }) => ({ name, days })),
  };
}

export function clocksOf(events: readonly CaseEvent[], terms: CaseTerms): CaseClocks {
  const counted = events.reduce((clocks, event): CaseClocks => {
    const day = chinaDate(event.atMs);
    return tick(clocks, {
      effects: effectsOf(event, terms.kind),
      day,
      countsFrom: event.facts?.countsFrom ?? day,
      limits: event.facts?.limits ?? terms.limits,
      dueOn: event.notice?.kind === 'correction' ? event.notice.dueOn : null,
      extendedBy: event.notice?.kind === 'extension' ? event.notice.days : 0,
    });
  }, noClocks);
  return { ...counted, tellSince: told(counted.tellSince, terms.held) };
}

function effectsOf({ verb }: CaseEvent, kind: CaseKind): ClockEffects {
  const { clocks } = table[verb];
  if (kind === 'application') return clocks;
  // Nobody accepts a question: it is answered, in the days that its item promises, from when it came.
  const { correct, decide, step } = clocks;
  return {
    ...(correct ? { correct } : {}),
    ...(verb === 'receive' ? { decide: 'starts' } : decide ? { decide } : {}),
    ...(step ? { step } : {}),
  };
}

function told(since: LocalDate | null, held: CaseTerms['held']): LocalDate | null {
  if (since === null || held === 'waits') return null;
  return held !== null && held > since ? held : since;
}

/** Others of its chain come before it. */
export function isHeld({ held }: Pick<CaseTerms, 'held'>, today: LocalDate): boolean {
  return held === 'waits' || (held !== null && today < held);
}

/** The last one of a verb. */
export function lastOf(events: readonly CaseEvent[], ...verbs: readonly CaseVerb[]): CaseEvent | undefined {
  return events.findLast(({ verb }) => verbs.includes(verb));
}

/** The unit that it was handed over to last; null: the item's own. */
export function handedTo(events: readonly CaseEvent[]): Facts['handedTo'] | null {
  return lastOf(events, 'hand-over')?.facts?.handedTo ?? null;
}
