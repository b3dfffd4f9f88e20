import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import {
  atQuestion,
  atStep,
  choose,
  consentToAll,
  fillDigits,
  layCard,
  openItem,
  skip,
  toCardPage,
  toFirstQuestion,
  touch,
  type,
} from './journey.ts';
import { checkAppearances, checkAppearancesClosely, representative } from './modes.ts';

const root = (page: Page) => page.locator('html');

test('a mode or a language is switched in the middle of a page: nothing typed is lost, and all end with the visit', async ({
  page,
  station,
}) => {
  await toFirstQuestion(page, station);
  await type(page, '138');
  await touch(page, 'modes');
  await atStep(page, 'modes');
  for (const mode of ['elder', 'contrast', 'seated']) await touch(page, `mode-${mode}`);
  await expect(page.getByTestId('mode-elder')).toHaveAttribute('aria-pressed', 'true');
  await expect(root(page)).toHaveAttribute('data-mode', 'elder contrast seated');
  await touch(page, 'mode-contrast');
  await expect(root(page)).toHaveAttribute('data-mode', 'elder seated');
  await touch(page, 'modes-close');
  await touch(page, 'language-ug');
  await expect(root(page)).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('#answer')).toHaveValue('138');
  await type(page, '00005678');
  await expect(page.locator('#answer')).toHaveValue('13800005678');

  await touch(page, 'exit');
  await touch(page, 'leave-yes');
  await atStep(page, 'goodbye');
  // Whoever leaves still reads in the own language; the next one finds the station as it always is.
  await expect(root(page)).toHaveAttribute('lang', 'ug');
  await touch(page, 'home');
  await atStep(page, 'home');
  await expect(root(page)).toHaveAttribute('data-mode', '');
  await expect(root(page)).toHaveAttribute('lang', 'zh-CN');
  await expect(root(page)).toHaveAttribute('dir', 'ltr');
});

test('sizes, gaps, colours, words and reach hold on pages of each kind, in every mode and language', async ({
  page,
  station,
}) => {
  test.setTimeout(120_000);
  const look = (name: string) => checkAppearances(page, name, representative);
  const lookClosely = (name: string) => checkAppearancesClosely(page, name, representative);
  await page.goto(station.resident);
  await atStep(page, 'home');
  await page.locator('[data-item]').first().waitFor();
  await lookClosely('home');
  await touch(page, 'modes');
  await lookClosely('modes');
  await touch(page, 'modes-close');
  await openItem(page, 'elderly-allowance');
  await page.getByTestId('start').waitFor();
  await look('guide');
  await touch(page, 'start');
  await consentToAll(page);
  await look('card');
  await layCard(page, station, 'zhang-jianguo');
  await page.getByTestId('card-name').waitFor();
  await station.hand.api.reader.takeCard();
  await touch(page, 'next');
  await atQuestion(page, 'mobile');
  await touch(page, 'next');
  await page.getByTestId('error-summary').waitFor();
  await lookClosely('mistake');
  await fillDigits(page, 'mobile', '13800005678');
  await choose(page, 'byProxy', '0');
  await atQuestion(page, 'homeAddress');
  await look('address');
  await touch(page, 'use-card-address');
  await choose(page, 'liveAlone', 'alone');
  await atQuestion(page, 'contactName');
  await look('name with its keyboard');
  await skip(page, 'contactName');
});

test('a seated resident answers the idle warning where the hand reaches @upright', async ({
  page,
  station,
}) => {
  await page.clock.install();
  await toCardPage(page, station);
  await touch(page, 'modes');
  await touch(page, 'mode-seated');
  await touch(page, 'modes-close');
  await page.clock.fastForward('01:31');
  await expect(page.getByTestId('idle')).toBeVisible();
  for (const answer of ['idle-stay', 'idle-leave']) {
    const box = await page.getByTestId(answer).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual((page.viewportSize()?.height ?? 0) * 0.4);
  }
  // Nobody answers: what this one chose is gone with the rest.
  await page.clock.runFor(31_000);
  await atStep(page, 'home');
  await expect(root(page)).toHaveAttribute('data-mode', '');
});
