import { playHistories } from '../../tests/support/queue-histories.ts';
import { movesOnPage } from '../../tests/support/queue-oracle.ts';
import { proveHistories } from './histories.ts';

/** The same histories as in the property test, twenty thousand instead of some hundreds. */
export function proveQueue(say: (line: string) => void): Promise<string> {
  const moves = movesOnPage().map(({ move }) => move);
  const played = proveHistories(say, { ofSeed: 4_000, moves, play: playHistories });
  const sum = (of: 'count' | 'commands') => played.reduce((all, one) => all + one[of], 0);
  return Promise.resolve(`${sum('count')} histories of a day, ${sum('commands')} commands`);
}
