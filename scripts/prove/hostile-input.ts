import { weatherAll } from '../../tests/integration/hostile-input/storm.ts';

const SEEDS = [1, 2, 3];

/** The same attacks as in the integration test, on every member of many bodies. */
export async function proveHostileInput(say: (line: string) => void): Promise<string> {
  let requests = 0;
  let kinds = 0;
  for (const seed of SEEDS) {
    const weathered = await weatherAll({ seed, fillings: 5, mostMembers: Infinity }, say);
    for (const wrong of weathered.wrong.slice(0, 20)) say(wrong);
    if (weathered.wrong.length > 0)
      throw new Error(
        `seed ${String(seed)}: ${String(weathered.wrong.length)} answered wrongly, or something was written`,
      );
    requests += weathered.requests;
    kinds = weathered.kinds.size;
    say(`seed ${String(seed)}: ${String(weathered.requests)} requests`);
  }
  return `${String(requests)} requests of ${String(kinds)} kinds: each refused by a problem document, and no row written`;
}
