import { playCaseHistories } from '../../tests/support/case-histories.ts';
import { movesOnCasePage } from '../../tests/support/case-oracle.ts';
import { proveHistories } from './histories.ts';

/** The same histories as in the property test, ten thousand instead of some hundreds. */
export function proveCases(say: (line: string) => void): Promise<string> {
  const moves = [...movesOnCasePage().keys()];
  const played = proveHistories(say, { ofSeed: 2_000, moves, play: playCaseHistories });
  const sum = (of: 'count' | 'events') => played.reduce((all, one) => all + one[of], 0);
  return Promise.resolve(`${sum('count')} histories of a case, ${sum('events')} events`);
}
