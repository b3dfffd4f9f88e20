import type pg from 'pg';
import { z } from 'zod';
import { addMonths } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import { clockDoubt, erase, LEAST_YEARS, planErasure, unfinished, type MonthPlan } from './retention.ts';

/** `npm run platform -- retention …` (docs/operations/retention.md). */
export const retentionUsage = `npm run platform -- retention --years N [--erase]   what is older than N years behind its last step, at least ${String(LEAST_YEARS)}; without --erase: says what would go`;

export const retentionOrderSchema = z.object({
  years: z.coerce.number().int().min(LEAST_YEARS).max(100),
  erase: z.boolean().default(false),
});

export interface RetentionTold {
  readonly done: boolean;
  /** One for each month, the oldest first, and what was done. */
  readonly lines: readonly string[];
}

export async function retentionCommand(
  pool: pg.Pool,
  { years, erase: isMeant }: z.infer<typeof retentionOrderSchema>,
  clock: Clock,
): Promise<RetentionTold> {
  const nowMs = clock.now();
  const plans = await planErasure(pool, years, nowMs);
  const left = (await unfinished(pool)).map(
    (day) => `${day.slice(0, 7)}: was begun; the rest of it goes first`,
  );
  const lines = [...left, ...plans.map(lineOf)];
  if (!isMeant)
    return {
      done: true,
      lines: [...lines, 'Nothing was erased. With --erase, what may be erased is, and does not come back.'],
    };
  const doubt = await clockDoubt(pool, nowMs);
  if (doubt !== null) return { done: false, lines: [`Nothing was erased: ${doubt}; set the clocks first.`] };
  const { months, others } = await erase(pool, years, clock);
  return {
    done: true,
    lines: [
      ...lines,
      `Erased: ${String(months.length)} months (${months.map((day) => day.slice(0, 7)).join(', ') || 'none'}), ` +
        `and ${String(others)} cases whose ids were of a wrong clock`,
    ],
  };
}

function lineOf({ firstDay, cases, open, erasableOn, mayBeErased }: MonthPlan): string {
  const month = `${firstDay.slice(0, 7)}: ${String(cases)} cases`;
  if (mayBeErased)
    return `${month}, may be erased; nothing that was begun before ${addMonths(firstDay, 1)} is taken behind it`;
  return open > 0
    ? `${month}, ${String(open)} of them not over: stays, and every month behind it`
    : `${month}, the last step of one is not old enough before ${erasableOn ?? ''}: stays, and every month behind it`;
}
