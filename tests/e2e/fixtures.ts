import { test as base, expect, type Page } from '@playwright/test';
import { z } from 'zod';
import type { RenderedReceipt } from '../../contract/bench-api.ts';
import type { StationReady } from '../../scripts/demo/ready-line.ts';
import { benchHand, type BenchHand } from '../support/bench-client.ts';
import { platformCases } from '../support/platform-cases.ts';
import { openScreen } from '../support/screen-client.ts';
import { newStationFolder, removeStationFolder, startStation } from '../support/station-process.ts';
import { watchPage } from './watch-page.ts';

/** The demo station as the README's command brings it up, and what a test may ask it. */
export interface Station {
  readonly ready: StationReady;
  readonly resident: string;
  readonly hand: BenchHand;
  /** The newest slip that the printer has cut. */
  lastReceipt(): Promise<RenderedReceipt | undefined>;
  cases(): ReturnType<typeof platformCases>;
  /** What the platform was told is wrong in guides. */
  guideErrors(): Promise<z.infer<typeof guideErrorsSchema>['errors']>;
  submissionOf(caseNo: string): Promise<z.infer<typeof submissionSchema>>;
}

/** What a test provokes on purpose; any other offence of its page fails it. */
export interface Guard {
  expectMessage(pattern: RegExp): void;
}

interface TestFixtures {
  readonly guard: Guard;
  /** The device bench's page, under the same watch. */
  readonly benchPage: Page;
}

const submissionSchema = z.looseObject({
  receiptNo: z.string(),
  language: z.string(),
  payload: z.looseObject({ answers: z.record(z.string(), z.unknown()), identitySource: z.string() }),
});

const guideErrorsSchema = z.object({
  errors: z.array(z.object({ slug: z.string(), error: z.string(), count: z.number() })),
});

interface WorkerFixtures {
  /** Further options of `npm start`; a file that sets them has a station of its own. */
  readonly stationOptions: readonly string[];
  readonly station: Station;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  stationOptions: [[], { option: true, scope: 'worker' }],

  station: [
    async ({ stationOptions }, use) => {
      const dataDir = newStationFolder();
      const running = await startStation(dataDir, stationOptions);
      const hand = await benchHand(running.ready.bench);
      await use(stationOf(running.ready, hand));
      hand.close();
      await running.stop('SIGTERM');
      removeStationFolder(dataDir);
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  /** Every test begins with a station at rest, and its page may offend in nothing. */
  guard: [
    async ({ page, station }, use) => {
      const expected: RegExp[] = [];
      const offences = watchPage(page);
      await station.hand.reset();
      await untilQuiet(station);
      await use({ expectMessage: (pattern) => expected.push(pattern) });
      expect(offences.filter((offence) => !expected.some((pattern) => pattern.test(offence)))).toEqual([]);
    },
    { auto: true },
  ],

  benchPage: async ({ browser, station }, use) => {
    // In a window of its own: of two pages in one window the browser draws only the one in front.
    const context = await browser.newContext();
    const page = await context.newPage();
    const offences = watchPage(page);
    await page.goto(station.ready.bench);
    await use(page);
    await context.close();
    expect(offences).toEqual([]);
  },
});

export { expect };

function stationOf(ready: StationReady, hand: BenchHand): Station {
  if (ready.resident === null) throw new Error('the station runs in Electron, which has no address');
  const { url, deskToken } = ready.platformApi;
  const ofDesk = async (path: string): Promise<unknown> => {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${deskToken}` } });
    return answer.json();
  };
  return {
    ready,
    resident: ready.resident,
    hand,
    // Newest first, as the bench shows them.
    lastReceipt: async () => (await hand.state()).receipts.find((receipt) => receipt.complete),
    cases: () => platformCases(ready.platformApi),
    guideErrors: async () => guideErrorsSchema.parse(await ofDesk('/v1/catalogue/guide-errors')).errors,
    submissionOf: async (caseNo) => submissionSchema.parse(await ofDesk(`/v1/cases/${caseNo}`)),
  };
}

/** Nobody at the screen, the items loaded, the devices ready, the platform there, nothing left to send. */
async function untilQuiet({ resident }: Station): Promise<void> {
  const screen = await openScreen({ url: new URL(resident).origin, resident });
  await screen.api.visit.end({ reason: 'left' });
  for await (const snapshot of await screen.api.station.watch()) {
    const areReady = snapshot.devices.every((device) => device.status.state === 'ready');
    const isFresh = snapshot.platform === 'online' && snapshot.catalogue === 'fresh';
    if (areReady && isFresh && snapshot.outbox.waiting === 0) break;
  }
  screen.close();
}
