import type pg from 'pg';
import { NOTHING_AFTERWARDS, type Afterwards } from '#contract/afterwards.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { isRated } from '../ratings/ratings.ts';
import { interactionOf } from './interactions.ts';
import { findCase, isOver } from './the-case.ts';

/**
 * What who asks after a case sees of it beside how it goes. `byCard`: the applicant's own card was shown; without it,
 * a reply is shown only where nobody was asked who he is, so that the number on the slip is all that he has.
 */
export async function afterwardsOf(
  pool: pg.Pool,
  catalogue: Catalogue,
  caseNo: string,
  { byCard }: { readonly byCard: boolean },
): Promise<Afterwards> {
  const found = await findCase(pool, catalogue, caseNo, { lock: false });
  if (!found) return NOTHING_AFTERWARDS;
  const mayRead = byCard || found.identitySource === 'none' || found.identitySource === 'typed';
  return {
    interaction: mayRead ? await interactionOf(pool, found) : null,
    mayRate: isOver(found) && !(await isRated(pool, caseNo)),
  };
}
