import { simulate } from '../../tests/property/forwarding/simulation.ts';

const SEEDS = 10_000;
const SAY_EVERY = 500;

/** Each seed is a district for some days: tests/property/forwarding. */
export async function proveForwarding(say: (line: string) => void): Promise<string> {
  let confirmed = 0;
  let crashes = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await simulate(seed, 'none');
    if (outcome.problems.length > 0) {
      for (const line of outcome.story) say(line);
      throw new Error(`seed ${seed}: ${outcome.problems.join('; ')}`);
    }
    confirmed += outcome.confirmed;
    crashes += outcome.crashes;
    if (seed % SAY_EVERY === 0) say(`${seed} seeds, ${confirmed} confirmed, ${crashes} power cuts`);
  }
  return `${SEEDS} seeds, ${confirmed} applications confirmed, ${crashes} power cuts; none lost, none twice`;
}
