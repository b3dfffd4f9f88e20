import { test as base, expect, type Page } from '@playwright/test';
import type { StationReady } from '../../scripts/demo/ready-line.ts';
import { benchHand, type BenchHand } from '../support/bench-client.ts';
import { platformCases } from '../support/platform-cases.ts';
import { newStationFolder, removeStationFolder, startStation } from '../support/station-process.ts';
import { watchPage } from './watch-page.ts';

export interface Station {
  readonly ready: StationReady;
  platformCases(): ReturnType<typeof platformCases>;
}

interface TestFixtures {
  /** A hand at the device bench; everything is put right again after the test. */
  readonly bench: BenchHand;
  /** The resident's screen, entered by its token; the test fails if the page misbehaves. */
  readonly page: Page;
  /** The device bench's page, under the same watch. */
  readonly benchPage: Page;
}

interface WorkerFixtures {
  /** One demo station per worker, brought up by the README's command. */
  readonly station: Station;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  station: [
    // Playwright wants a destructured first parameter, even of nothing.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const dataDir = newStationFolder();
      const running = await startStation(dataDir, []);
      await use({ ready: running.ready, platformCases: () => platformCases(running.ready.platformApi) });
      await running.stop('SIGTERM');
      removeStationFolder(dataDir);
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  bench: async ({ station }, use) => {
    const hand = await benchHand(station.ready.bench);
    await use(hand);
    await hand.reset();
    hand.close();
  },
  page: async ({ page, station }, use) => {
    const offences = watchPage(page);
    await page.goto(station.ready.resident ?? 'about:blank');
    await use(page);
    expect(offences).toEqual([]);
  },
  benchPage: async ({ context, station }, use) => {
    const page = await context.newPage();
    const offences = watchPage(page);
    await page.goto(station.ready.bench);
    await use(page);
    expect(offences).toEqual([]);
  },
});
export { expect };
