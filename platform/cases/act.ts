import type pg from 'pg';
import type { CaseStatus } from '#contract/application.ts';
import type { CaseVerb } from '#contract/case-choices.ts';
import type { Actor, Notice } from '#contract/case-history.ts';
import { inTransaction } from '../database/connect.ts';
import { perform, putDown, settle, takeCase, type CaseInHand, type EngineParts } from './case-in-hand.ts';
import type { Facts } from './case-life.ts';
import type { RefusedAct } from './engine.ts';

export type Acted =
  | { readonly kind: 'done'; readonly status: CaseStatus }
  | { readonly kind: 'unknown' }
  /** Nothing changed but what was due by time before it. */
  | { readonly kind: 'refused'; readonly why: RefusedAct; readonly status: CaseStatus };

/** Who does something, and when. */
export interface By {
  readonly actor: Actor;
  /** The office that acts; null: the desk. */
  readonly unit: string | null;
  readonly atMs: number;
}

export interface Said {
  readonly notice?: Notice;
  readonly facts?: Facts;
}

export interface ActParts extends EngineParts {
  readonly pool: pg.Pool;
}

export const ENGINE_BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';

/**
 * One step of a case, with its notice, or nothing: of two who act at once, the second finds the case where the first has brought
 * it. What was due by time happens before. `saidOf` may need the case.
 */
export async function act(
  parts: ActParts,
  { caseNo, verb, by }: { readonly caseNo: string; readonly verb: CaseVerb; readonly by: By },
  saidOf: (found: CaseInHand) => Said,
): Promise<Acted> {
  return inTransaction(parts.pool, ENGINE_BEGIN, async (client): Promise<Acted> => {
    const taken = await takeCase(client, parts, caseNo);
    if (taken === null) return { kind: 'unknown' };
    const settled = await settle(taken, by.atMs);
    const { done, attempted } = await doAct(settled, verb, by, saidOf(settled));
    await putDown(done, by.atMs);
    return attempted.kind === 'refused'
      ? { kind: 'refused', why: attempted.why, status: done.status }
      : { kind: 'done', status: done.status };
  });
}

/** One act on a case that is in hand already. */
export function doAct(inHand: CaseInHand, verb: CaseVerb, by: By, said: Said): ReturnType<typeof perform> {
  return perform(inHand, {
    ...by,
    verb,
    facts: said.facts ?? null,
    notice: said.notice ?? null,
    revision: null,
    heading: null,
  });
}
