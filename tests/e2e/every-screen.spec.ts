import type { Page } from '@playwright/test';
import { test } from './fixtures.ts';
import {
  atStep,
  consentToAll,
  fillElderlyAllowance,
  fillFertilityRegistration,
  layCard,
  openItem,
  touch,
} from './journey.ts';
import { checkAppearancesClosely, everyAppearance } from './modes.ts';

/** Every page of both journeys in every language and every combination of modes: minutes, so not in each run. */
test.skip(process.env['YIZHAN_EVERY_SCREEN'] !== '1', 'npm run prove -- screens');

const journeys = [
  { slug: 'elderly-allowance', person: 'zhang-jianguo', fill: fillElderlyAllowance },
  { slug: 'fertility-registration', person: 'li-xiumei', fill: fillFertilityRegistration },
] as const;

for (const { slug, person, fill } of journeys) {
  test(`${slug}: sizes, gaps, colours, words and reach hold on every page`, async ({ page, station }) => {
    test.setTimeout(30 * 60_000);
    const look = (name: string) => checkAppearancesClosely(page, name, everyAppearance);
    await page.goto(station.resident);
    await atStep(page, 'home');
    await page.locator(`[data-item="${slug}"]`).waitFor();
    await look('home');
    for (const panel of ['modes', 'help']) {
      await touch(page, panel);
      await look(panel);
      await touch(page, `${panel}-close`);
    }
    await openItem(page, slug);
    await page.getByTestId('start').waitFor();
    await look('guide');
    await touch(page, 'start');
    await atStep(page, 'consent');
    await look('consent');
    await consentToAll(page);
    await look('card');
    await layCard(page, station, person);
    await page.getByTestId('card-name').waitFor();
    await look('card that was read');
    await station.hand.api.reader.takeCard();
    await touch(page, 'next');
    await fill(page, look);
    await look('check answers');
    await leaveAndComeBack(page, look);
    await touch(page, 'submit');
    await atStep(page, 'received');
    await page.locator('[data-testid="print"][data-state="printed"]').waitFor();
    await look('received');
    await touch(page, 'finish');
    await atStep(page, 'goodbye');
  });
}

async function leaveAndComeBack(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await touch(page, 'exit');
  await look('leave');
  await touch(page, 'leave-no');
}
