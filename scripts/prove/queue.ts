import { playHistories } from '../../tests/support/queue-histories.ts';
import { movesOnPage } from '../../tests/support/queue-oracle.ts';

const SEEDS = [1, 2, 3, 4, 5];
const HISTORIES_OF_SEED = 4_000;

/** The same histories as in the property test, twenty thousand instead of some hundreds. */
export function proveQueue(say: (line: string) => void): Promise<string> {
  let commands = 0;
  for (const seed of SEEDS) {
    const startMs = performance.now();
    const played = playHistories(HISTORIES_OF_SEED, seed);
    const missing = movesOnPage().filter(({ move }) => !played.seen.has(move));
    if (missing.length > 0) throw new Error(`never seen: ${missing.map(({ move }) => move).join('; ')}`);
    commands += played.commands;
    say(`seed ${seed}: ${played.count} histories in ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  }
  return Promise.resolve(`${SEEDS.length * HISTORIES_OF_SEED} histories of a day, ${commands} commands`);
}
