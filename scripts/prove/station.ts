import { judgeBooks, playStation } from '../../tests/support/station-day.ts';
import { startQueueStation } from '../../tests/support/queue-station.ts';
import { takeOverStation } from '../../tests/support/station-taken-over.ts';

const SEEDS = [1, 2, 3];
const WINDOWS = 10;
const TAKEN_OVER = 'taken-over';

/** The same as tests/integration/real-station.test.ts, of the size of a real station. */
export async function proveStation(say: (line: string) => void, part: string | null): Promise<string> {
  if (part === null || part === TAKEN_OVER) {
    const wrong = await takeOverStation();
    if (wrong.length > 0) throw new Error(`taken over: ${wrong.join('; ')}`);
    say('a member took over from a hub that died, and the old hub came back: the books agree');
    if (part === TAKEN_OVER) return 'the hub was replaced';
  }
  const seeds = part === null ? SEEDS : part.split(',').map(Number);
  const all = { slips: 0, kills: 0, cuts: 0 };
  for (const seed of seeds) {
    const station = await startQueueStation({ members: 4, windows: WINDOWS });
    try {
      const startMs = performance.now();
      const plan = {
        seed,
        tickets: 2_000,
        windows: WINDOWS,
        boards: 2,
        misfortuneEveryMs: 4_000,
        touchEveryMs: 300,
      };
      const played = await playStation(station, plan);
      const wrong = judgeBooks(station, played);
      if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.slice(0, 20).join('; ')}`);
      const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
      say(
        `seed ${seed}: ${played.slips.length} slips, ${played.unanswered} touches without an answer, ${played.kills} kills, ${played.cuts} cuts, ${played.callsSeen} numbers on the boards, ${seconds} s`,
      );
      all.slips += played.slips.length;
      all.kills += played.kills;
      all.cuts += played.cuts;
    } finally {
      await station.close();
    }
  }
  return `${all.slips} slips over ${all.kills} kills and ${all.cuts} cuts of the line: the books agree`;
}
