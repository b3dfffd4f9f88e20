import type { Browser, Page } from '@playwright/test';
import { benchHand, type BenchHand } from '../../../tests/support/bench-client.ts';
import { openScreen, type TerminalClient } from '../../../tests/support/screen-client.ts';
import {
  newStationFolder,
  removeStationFolder,
  startStation,
} from '../../../tests/support/station-process.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { launchBareBrowser } from '../screen/bare-page.ts';
import { buildPages } from '../screen/build-pages.ts';
import { journeyByApi, journeyByTouch } from '../screen/journeys.ts';
import { launchBrowser, openKioskPage, type Holding } from '../screen/kiosk-browser.ts';
import { watchThePage } from '../screen/watching.ts';
import { quantile, spreadOf } from '../statistics.ts';

/** A domestic board of the slow kind beside this machine. */
const SLOWER = 6;
const STARTS = 5;
const JOURNEYS_BY_TOUCH = 2;
const JOURNEYS = { ordinary: 60, full: 500 } as const;
/** What is loaded once and kept, and the list of what many did here: the first journeys do not count. */
const WARM_UP_JOURNEYS = 30;
const LIMITS = { scriptKb: 150, readyMs: 1_500, touchMs: 100, candidatesMs: 100, growthKb: 10 } as const;
const AT_MOST = { is: 'at most', ratio: 1 } as const;
/** A message of the station may stand on the page at one look and not at the other. */
const HARDLY_MORE = { is: 'at most', ratio: 1.02 } as const;
const BYTES_PER_KB = 1_000;

export const group: BenchGroup = {
  about:
    `the resident’s page in a browser of the demo station, ${SLOWER} times slower than this machine (its Workers are not): ` +
    'start, touches, candidates; and what it holds after many residents',
  measure: async (tools) => {
    buildPages();
    const dataDir = newStationFolder();
    const station = await startStation(dataDir, []);
    const browser = await launchBrowser();
    try {
      const { resident, bench } = station.ready;
      if (resident === null) throw new Error('the station runs in Electron, which has no address');
      const hand = await benchHand(bench);
      const screen = await openScreen({ url: new URL(resident).origin, resident });
      try {
        return [
          ...(await measureStart(browser, resident, tools)),
          ...(await measureTouches(browser, resident, hand, tools)),
          ...(await measureGrowth(browser, resident, screen.api, tools)),
        ];
      } finally {
        screen.close();
        hand.close();
      }
    } finally {
      await browser.close();
      await station.stop('SIGTERM');
      removeStationFolder(dataDir);
    }
  },
};

async function measureStart(browser: Browser, resident: string, { say }: BenchTools): Promise<Figure[]> {
  const readyMs: number[] = [];
  const bare = await launchBareBrowser();
  try {
    for (let start = 0; start < STARTS; start += 1) {
      readyMs.push(
        await bare.numberAt(
          resident,
          SLOWER,
          `(${watchThePage.toString()})()`,
          'window.watchedByBench.readyMs',
        ),
      );
    }
  } finally {
    await bare.close();
  }
  const kiosk = await openKioskPage(browser, watchThePage);
  await kiosk.page.goto(resident);
  await kiosk.page.locator('[data-item]').first().waitFor();
  const scriptKb = kiosk.scriptBytes() / BYTES_PER_KB;
  await kiosk.close();
  say(`ready after ${readyMs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  const ready = spreadOf(readyMs);
  return [
    {
      name: 'script until the start page stands, gzip',
      unit: 'kB',
      ours: scriptKb,
      spread: spreadOf([scriptKb]),
      beside: { name: 'limit', value: LIMITS.scriptKb },
      goal: AT_MOST,
    },
    {
      name: 'start page painted with its items, slowed down',
      unit: 'ms',
      ours: ready.median,
      spread: ready,
      beside: { name: 'limit', value: LIMITS.readyMs },
      goal: AT_MOST,
    },
  ];
}

async function measureTouches(
  browser: Browser,
  resident: string,
  hand: BenchHand,
  { say }: BenchTools,
): Promise<Figure[]> {
  const kiosk = await openKioskPage(browser, watchThePage);
  try {
    await kiosk.page.goto(resident);
    // Once at full speed: a browser compiles what it meets for the first time, each morning.
    await journeyByTouch(kiosk.page, hand);
    await kiosk.page.evaluate(() => {
      window.watchedByBench.candidatesMs.length = 0;
    });
    const before = await touchesSoFar(kiosk.page);
    await kiosk.slowDown(SLOWER);
    for (let count = 0; count < JOURNEYS_BY_TOUCH; count += 1) await journeyByTouch(kiosk.page, hand);
    const touchesMs = (await touchesSoFar(kiosk.page)).slice(before.length);
    const candidatesMs = await kiosk.page.evaluate(() => window.watchedByBench.candidatesMs);
    say(`${touchesMs.length} touches of 16 ms and more, ${candidatesMs.length} keys with candidates`);
    const limit = (value: number) => ({ name: 'limit', value });
    const touches = spreadOf(touchesMs);
    const candidates = spreadOf(candidatesMs);
    return [
      {
        name: 'touch → painted, p75 of those that took 16 ms and more, slowed down',
        unit: 'ms',
        ours: quantile(touchesMs, 0.75),
        spread: touches,
        beside: limit(LIMITS.touchMs),
        goal: AT_MOST,
      },
      {
        name: 'key → candidates painted, p95, slowed down',
        unit: 'ms',
        ours: quantile(candidatesMs, 0.95),
        spread: candidates,
        beside: limit(LIMITS.candidatesMs),
        goal: AT_MOST,
      },
    ];
  } finally {
    await kiosk.close();
  }
}

function touchesSoFar(page: Page): Promise<number[]> {
  return page.evaluate(() => window.watchedByBench.touchesMs);
}

async function measureGrowth(
  browser: Browser,
  resident: string,
  api: TerminalClient,
  { full, say }: BenchTools,
): Promise<Figure[]> {
  const journeys = full ? JOURNEYS.full : JOURNEYS.ordinary;
  const kiosk = await openKioskPage(browser, () => undefined);
  try {
    await kiosk.page.goto(resident);
    await kiosk.page.locator('[data-item]').first().waitFor();
    for (let count = 0; count < WARM_UP_JOURNEYS; count += 1) await journeyByApi(kiosk.page, api);
    const first = await kiosk.holds();
    const held: Holding[] = [first];
    const LOOKS = 10;
    for (let count = 1; count <= journeys; count += 1) {
      await journeyByApi(kiosk.page, api);
      if (count % (journeys / LOOKS) !== 0) continue;
      const now = await kiosk.holds();
      held.push(now);
      say(`${count} journeys: ${(now.heapBytes / BYTES_PER_KB).toFixed(0)} kB, ${now.nodes} nodes`);
    }
    const last = held.at(-1) ?? first;
    const growth = spreadOf(
      held.slice(1).map((now, index) => {
        const before = held[index] ?? first;
        return ((now.heapBytes - before.heapBytes) / BYTES_PER_KB / journeys) * LOOKS;
      }),
    );
    const counted = (name: string, of: (holding: Holding) => number): Figure => ({
      name: `${name} behind ${journeys} residents`,
      unit: 'count',
      ours: of(last),
      spread: spreadOf(held.map(of)),
      beside: { name: 'before them', value: of(first) },
      goal: HARDLY_MORE,
    });
    return [
      {
        name: `heap’s growth a resident, over ${journeys}`,
        unit: 'kB',
        ours: (last.heapBytes - first.heapBytes) / BYTES_PER_KB / journeys,
        spread: growth,
        beside: { name: 'limit', value: LIMITS.growthKb },
        goal: AT_MOST,
      },
      counted('DOM nodes', ({ nodes }) => nodes),
      counted('listeners', ({ listeners }) => listeners),
    ];
  } finally {
    await kiosk.close();
  }
}
