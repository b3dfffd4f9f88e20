import { playCaseHistories } from '../../tests/support/case-histories.ts';
import { movesOnCasePage } from '../../tests/support/case-oracle.ts';

const SEEDS = [1, 2, 3, 4, 5];
const HISTORIES_OF_SEED = 2_000;

/** The same histories as in the property test, ten thousand instead of some hundreds. */
export function proveCases(say: (line: string) => void): Promise<string> {
  let events = 0;
  for (const seed of SEEDS) {
    const startMs = performance.now();
    const played = playCaseHistories(HISTORIES_OF_SEED, seed);
    const missing = [...movesOnCasePage().keys()].filter((move) => !played.seen.has(move));
    if (missing.length > 0) throw new Error(`never seen: ${missing.join('; ')}`);
    events += played.events;
    say(`seed ${seed}: ${played.count} histories in ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  }
  return Promise.resolve(`${SEEDS.length * HISTORIES_OF_SEED} histories of a case, ${events} events`);
}
