import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import {
  atStep,
  consentToAll,
  fillElderlyAllowance,
  noLook,
  openItem,
  toCardPage,
  touch,
} from './journey.ts';
import { checkPage } from './page-checks.ts';

/** The driver waits ten seconds before it says that a card was left. */
const UNTIL_SAID_MS = 20_000;

const alarm = (page: Page) => page.getByTestId('card-left');

test('a card that lies there when its owner goes is an alarm to both, opens nobody else’s visit, and ends it @upright', async ({
  page,
  station,
}, info) => {
  test.setTimeout(120_000);
  const look = async (name: string): Promise<void> => {
    await checkPage(page, name);
    await page.screenshot({ path: info.outputPath(`${name}.png`), animations: 'disabled' });
  };
  await toCardPage(page, station);
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await page.getByTestId('card-name').waitFor();
  await expect(alarm(page)).toHaveText('');
  await expect(alarm(page)).toHaveAttribute('data-owner', 'own', { timeout: UNTIL_SAID_MS });
  await expect(alarm(page)).toHaveText('请取回您的身份证');
  await look('card-left-while-read');

  await touch(page, 'exit');
  await touch(page, 'leave-yes');
  await atStep(page, 'goodbye');
  await expect(alarm(page)).toHaveText('请取回您的身份证');
  await look('card-left-goodbye');

  await touch(page, 'home');
  await atStep(page, 'home');
  await expect(alarm(page)).toHaveText('有人遗留了身份证，请交给工作人员');
  await look('card-left-home');

  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await atStep(page, 'consent');
  await expect(alarm(page)).toHaveAttribute('data-owner', 'others');
  await look('card-left-consent');
  await consentToAll(page);
  await expect(alarm(page)).toHaveAttribute('data-owner', 'perhaps-own');
  await look('card-left-next-visit');
  await touch(page, 'language-en');
  await expect(alarm(page)).toContainText('Please give it to staff');
  await look('card-left-english');
  await touch(page, 'language-zh');
  // A reader that would take it has had several seconds by now.
  await expect(page.locator('[data-reader="looking"]')).toBeVisible();
  await expect(page.getByTestId('card-name')).toHaveCount(0);

  await station.hand.api.reader.takeCard();
  await expect(alarm(page)).toHaveText('');
  await station.hand.api.reader.placeCard({ person: 'li-xiumei' });
  await expect(page.getByTestId('card-name')).toHaveText('李*梅');
});

test('a card that is still there when the application is received is said beside the number @upright', async ({
  page,
  station,
}, info) => {
  test.setTimeout(120_000);
  await toCardPage(page, station);
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await fillElderlyAllowance(page, noLook);
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(alarm(page)).toHaveAttribute('data-owner', 'own', { timeout: UNTIL_SAID_MS });
  await checkPage(page, 'received, with a card that was left');
  await page.screenshot({ path: info.outputPath('card-left-received.png'), animations: 'disabled' });
  await station.hand.api.reader.takeCard();
  await expect(alarm(page)).toHaveText('');
});
