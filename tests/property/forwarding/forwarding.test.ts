import { describe, expect, it } from 'vitest';
import { simulate, type Outcome } from './simulation.ts';
import type { PlantedBug } from './virtual-terminal.ts';

/** `npm run prove -- forwarding` runs ten thousand of these. */
const SEEDS = 40;
/**
 * Worlds in which a bug was found that the first forty do not show, each of a sender whose lease a clock had ended.
 * 617: it settled the row of the next one, and the doubt about that one's try was forgotten. 4000: it had asked first,
 * and sent when the answer came, while the next one sent as well.
 */
const FOUND = [617, 4000] as const;
/** Each planted bug is found well before this. */
const SEEDS_FOR_A_BUG = 10;

const say = ({ seed, problems, story }: Outcome) =>
  `seed ${seed}:\n  ${problems.join('\n  ')}\n  ${story.join('\n  ')}`;

async function firstFailure(bug: PlantedBug, seeds: number): Promise<Outcome | null> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const outcome = await simulate(seed, bug);
    if (outcome.problems.length > 0) return outcome;
  }
  return null;
}

describe('a district under a hostile network', () => {
  it(`loses and doubles nothing that was confirmed, in ${SEEDS} worlds`, async () => {
    let confirmed = 0;
    let crashes = 0;
    let asked = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const outcome = await simulate(seed, 'none');
      expect(outcome.problems, say(outcome)).toEqual([]);
      confirmed += outcome.confirmed;
      crashes += outcome.crashes;
      asked += outcome.asked;
    }
    // Worlds in which nothing happens would prove nothing.
    expect(confirmed).toBeGreaterThan(SEEDS * 8);
    expect(crashes).toBeGreaterThan(SEEDS);
    expect(asked).toBeGreaterThan(SEEDS);
  });

  it.each(FOUND)('keeps the promise in world %i, which found a bug', async (seed) => {
    const outcome = await simulate(seed, 'none');
    expect(outcome.problems, say(outcome)).toEqual([]);
  });

  it('is replayed exactly by its seed', async () => {
    expect(await simulate(7, 'none')).toEqual(await simulate(7, 'none'));
  });
});

describe('the simulation finds', () => {
  it.each([
    'new-key-on-retry',
    'confirmed-before-commit',
    'lease-never-ends',
    'resent-without-asking',
  ] as const)('the planted bug %s', async (bug) => {
    expect(await firstFailure(bug, SEEDS_FOR_A_BUG)).not.toBeNull();
  });
});
