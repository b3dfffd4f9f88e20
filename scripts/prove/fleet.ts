import { startTestPostgres } from '#platform/database/for-tests.ts';
import { playFleet } from '../../tests/support/fleet/play-fleet.ts';
import { seeded } from '../../tests/support/seeded.ts';

const TERMINALS = 1_000;
const DEFAULT_SEED = 1;

/** The simulated fleet of the integration test, a thousand terminals strong. `part`: another seed. */
export async function proveFleet(say: (line: string) => void, part: string | null): Promise<string> {
  const seed = part === null ? DEFAULT_SEED : Number(part);
  if (!Number.isInteger(seed)) throw new Error(`"${String(part)}" is no seed`);
  const postgres = await startTestPostgres();
  try {
    const played = await playFleet({
      databaseUrl: await postgres.createDatabase(),
      terminals: TERMINALS,
      percents: [5, 20, 50, 100],
      random: seeded(seed),
      say,
    });
    const { heartbeats, perSecond, median, p99, hotPercent, wrong } = played;
    say(
      `${String(heartbeats)} heartbeats, ${String(perSecond)} a second; median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ${String(hotPercent)} % of the updates touched no index`,
    );
    if (wrong.length > 0) throw new Error(wrong.slice(0, 10).join('; '));
    return `${String(TERMINALS)} terminals heard; the bad version reached ${String(played.toldBad)} of ${String(played.firstCohort)} of the first cohort and nobody else, and all were back after ${String(played.minutesBad)} minutes; the good one reached all in ${String(played.minutesGood)}`;
  } finally {
    await postgres.close();
  }
}
