import { playNodes } from '../../tests/support/nodes/play.ts';

const SEEDS = [1, 2, 3];

/** The same as tests/integration/nodes-killed.test.ts, longer. */
export async function proveNodes(say: (line: string) => void, part: string | null): Promise<string> {
  const seeds = part === null ? SEEDS : part.split(',').map(Number);
  const all = { acknowledged: 0, misfortunes: 0 };
  for (const seed of seeds) {
    const played = await playNodes({ seed, terminals: 8, kills: 40, databaseEnds: 4, quietMs: 2500 });
    if (played.wrong.length > 0) throw new Error(`seed ${seed}: ${played.wrong.slice(0, 20).join('; ')}`);
    say(
      `seed ${seed}: ${played.acknowledged} applications and corrections, ${played.attachments} attachments, ${played.acts} acts of offices, ${played.entries} entries told to departments (${played.repeats} of them again), ${played.misfortunes} misfortunes, ${played.unanswered} tries without an answer`,
    );
    all.acknowledged += played.acknowledged;
    all.misfortunes += played.misfortunes;
  }
  return `${all.acknowledged} applications over ${all.misfortunes} ends of nodes and database, and an upgrade a seed: the books agree`;
}
