import type pg from 'pg';
import type { Evaluation, EvaluationPeriod } from '#contract/evaluation.ts';
import { chinaDate } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { readEvaluation } from './read-evaluation.ts';

/** Of one node: one evaluation at a time, which a district's whole year keeps busy for up to a minute and a half. */
export interface Evaluations {
  /** `null`: another period is being worked out, or many wait for this one already. */
  read(period: EvaluationPeriod, nowMs: number): Promise<Evaluation | null>;
}

/** Who reloads the page gets the one that runs; more of them would be more answers than anybody waits for. */
const MOST_WAITING = 8;

/** @param parts the pool is that of the housekeeping: nobody who stands before a screen waits for an evaluation. */
export function openEvaluations(parts: {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
}): Evaluations {
  let running: { readonly of: string; readonly result: Promise<Evaluation>; waiting: number } | null = null;
  return {
    read: async (period, nowMs) => {
      const of = [period.from, period.until, chinaDate(nowMs)].join(' ');
      running ??= {
        of,
        result: readEvaluation({ ...parts, nowMs }, period).finally(() => {
          running = null;
        }),
        waiting: 0,
      };
      if (running.of !== of || running.waiting >= MOST_WAITING) return null;
      running.waiting += 1;
      return running.result;
    },
  };
}
