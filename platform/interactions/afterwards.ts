import type { Afterwards } from '#contract/afterwards.ts';
import { interactionOf, readSaid, type Parts } from './interactions.ts';
import { findCases, isOver } from './the-case.ts';

/**
 * What who asks after cases sees of them beside how they go, by case number. `byCard`: the applicant's own card was
 * shown; without it, a reply is shown only where no card was read, so that the number on the slip is all that he has.
 */
export async function afterwardsOf(
  { pool, catalogue, officeDays }: Omit<Parts, 'nowMs'>,
  caseNos: readonly string[],
  { byCard }: { readonly byCard: boolean },
): Promise<ReadonlyMap<string, Afterwards>> {
  const found = await findCases(pool, catalogue, caseNos);
  const saidOf = await readSaid(pool, caseNos);
  return new Map(
    found.map((one): [string, Afterwards] => {
      const said = saidOf(one.caseNo);
      const mayRead = byCard || one.identitySource === 'none' || one.identitySource === 'typed';
      return [
        one.caseNo,
        {
          interaction: mayRead ? interactionOf(one, said, officeDays) : null,
          mayRate: isOver(one) && !said.isRated,
        },
      ];
    }),
  );
}
