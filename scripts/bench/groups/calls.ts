import { setTimeout } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import type { BenchGroup } from '../group.ts';
import { openCallingStation, windows, type CallingStation } from '../queue/calling-station.ts';
import { watchTheBoard } from '../queue/watch-the-board.ts';
import { buildPages } from '../screen/build-pages.ts';
import { launchBrowser } from '../screen/kiosk-browser.ts';
import { quantile, spreadOf } from '../statistics.ts';

const LIMIT_MS = 300;
const AT_MOST = { is: 'at most', ratio: 1 } as const;
const WARM_UPS = 10;
/** A second apart: ten windows that serve for ten seconds each are ten times as busy as a hall is. */
const CALLS = { ordinary: 60, full: 500, everyMs: 1_000 } as const;
/** The board says one call after the other, nine seconds each: whoever is called meanwhile is said later. */
const VOICES = { ordinary: 12, full: 60, everyMs: 10_000 } as const;
/** What is called last has to arrive. */
const REST_MS = 3_000;
const BOARD = { width: 1920, height: 1080 } as const;

export const group: BenchGroup = {
  about:
    'ten windows call through the door of one terminal, the platform away: from the key to the board of a browser painted, to ten ' +
    'displays on one simulated line at 9600 baud, to the first sound by the audio clock',
  measure: async (tools) => {
    buildPages();
    const station = await openCallingStation(tools.clock);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: BOARD, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
      await page.addInitScript(watchTheBoard);
      await page.goto(station.board);
      await page.locator('.calls').waitFor();
      await callOften(station, WARM_UPS, CALLS.everyMs);
      const calls = await callOften(station, tools.full ? CALLS.full : CALLS.ordinary, CALLS.everyMs);
      tools.say(`${calls.length} calls, a second apart`);
      // What is still to be said is said before it is quiet.
      await setTimeout(VOICES.everyMs);
      await page.waitForFunction(() => document.querySelector('[data-testid="announced"]') === null, null, {
        timeout: 0,
      });
      const single = await callOften(station, tools.full ? VOICES.full : VOICES.ordinary, VOICES.everyMs);
      tools.say(`${single.length} calls, each by itself`);
      const { paintedMs, spokenMs } = await page.evaluate(() => window.boardByBench);
      const spoken = single.map(({ atMs }) => (spokenMs.find((ms) => ms > atMs) ?? Infinity) - atMs);
      return [
        ...figures(
          'the board painted',
          calls.map(({ number, atMs }) => (paintedMs[number] ?? Infinity) - atMs),
        ),
        ...figures(
          'the window’s display',
          calls.map(({ number, atMs }) => (station.shownMs.get(number) ?? Infinity) - atMs),
        ),
        ...figures('the first sound, nobody else being called', spoken),
      ];
    } finally {
      await browser.close();
      await station.close();
    }
  },
};

interface Made {
  readonly number: string;
  /** When the key was touched, in epoch milliseconds. */
  readonly atMs: number;
}

/** Each window in its turn finishes with whom it has, and calls the next. */
async function callOften(station: CallingStation, count: number, everyMs: number): Promise<Made[]> {
  const made: Made[] = [];
  for (let call = 0; call < count; call += 1) {
    const window = windows[call % windows.length] ?? '1';
    const last = await station.served(window);
    if (last !== null) {
      await station.at(window, { verb: 'serve', window, ticketId: last.ticketId });
      await station.at(window, { verb: 'finish', window, ticketId: last.ticketId });
    }
    await station.take('A');
    await setTimeout(everyMs);
    const atMs = performance.timeOrigin + performance.now();
    await station.at(window, { verb: 'next', window });
    const called = await station.served(window);
    if (called === null) throw new Error(`nobody was called at window ${window}`);
    made.push({ number: called.number, atMs });
  }
  await setTimeout(REST_MS);
  return made;
}

function figures(to: string, samples: readonly number[]): Figure[] {
  const spread = spreadOf(samples);
  const beside = { name: 'limit', value: LIMIT_MS };
  const p99 = quantile(samples, 0.99);
  return [
    { name: `call → ${to}, median`, unit: 'ms', ours: spread.median, spread, beside, goal: AT_MOST },
    { name: `call → ${to}, p99`, unit: 'ms', ours: p99, spread, beside, goal: AT_MOST },
  ];
}
