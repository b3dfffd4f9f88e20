import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { consentToAll, atStep, layCard, scribble, stepOf, touch, type } from './journey.ts';
import { checkLayout, checkPage } from './page-checks.ts';

/** What 张建国 says, by the name of the question in its item. */
const choices: Readonly<Record<string, string>> = {
  byProxy: '0',
  liveAlone: 'alone',
  bankName: 'social',
  residentKind: 'local',
  pickup: 'station',
};
const digits: Readonly<Record<string, string>> = {
  mobile: '13800005678',
  bankAccount: '6222020000000000000',
};

/** Answers whatever is asked until the check page; the questions, without the step of the chain that asks. */
async function fillIn(page: Page): Promise<string[]> {
  const asked: string[] = [];
  for (;;) {
    const step = await stepOf(page).getAttribute('data-step');
    if (step === 'review') return asked;
    const pageId = (await stepOf(page).getAttribute('data-page')) ?? '';
    await checkLayout(page, `${step ?? ''} ${pageId}`);
    if (step === 'paper') {
      await page.locator('[data-way="staff"]').tap();
    } else {
      const question = pageId.replace(/^s\d+x/, '');
      asked.push(question);
      await answer(page, question);
    }
    await expect(page.locator(`main[data-step="${step ?? ''}"][data-page="${pageId}"]`)).toHaveCount(0);
  }
}

async function answer(page: Page, question: string): Promise<void> {
  const choice = choices[question];
  const typed = digits[question];
  if (question === 'homeAddress') {
    await touch(page, 'use-card-address');
    return;
  }
  if (question === 'signature') await scribble(page);
  else if (choice !== undefined) await page.locator(`[data-option="${choice}"]`).tap();
  else if (typed !== undefined) await type(page, typed);
  await touch(page, 'next');
}

test('two things on one form, each under its own number, and a third without the card again @upright', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await atStep(page, 'home');
  await page.locator('[data-chain="vulnerable"]').tap();
  await atStep(page, 'chain');
  await checkPage(page, 'chain');
  await touch(page, 'choose-steps');
  await atStep(page, 'choose-steps');
  for (const order of [1, 3]) await page.locator(`[data-choose="${String(order)}"]`).tap();
  await checkPage(page, 'choose-steps');
  await touch(page, 'start');
  await consentToAll(page);
  await layCard(page, station, 'zhang-jianguo');
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await expect(stepOf(page)).not.toHaveAttribute('data-step', 'card');
  const asked = await fillIn(page);
  expect(new Set(asked).size).toBe(asked.length);
  await checkLayout(page, 'review of a chain');
  await touch(page, 'submit');
  await atStep(page, 'received');
  const numbers = page.getByTestId('parts').locator('[data-number]');
  await expect(numbers).toHaveCount(2);
  await expect(page.getByTestId('parts').locator('[data-state="acknowledged"]')).toHaveCount(2);
  await checkPage(page, 'received');

  await touch(page, 'another');
  await atStep(page, 'home');
  await expect(page.getByTestId('for-whom')).toContainText('张*国');
  await checkLayout(page, 'home, inside a visit');
  await page.locator('[data-item="disability-two-subsidies"]').tap();
  await touch(page, 'start');
  await atStep(page, 'consent');
  for (const box of await page.locator('[data-consent]').all()) await box.tap();
  await touch(page, 'next');
  // Neither the card nor the telephone again.
  await expect(stepOf(page)).toHaveAttribute('data-page', 'disCat');
  await touch(page, 'exit');
  await touch(page, 'leave-yes');
  await atStep(page, 'goodbye');
});
