import { checkPage } from './page-checks.ts';
import { expect, test } from './fixtures.ts';
import { atStep, touch, type } from './journey.ts';

test('an item is found by its first letters, and the list is still there on the way back', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await touch(page, 'find');
  await atStep(page, 'find');
  await checkPage(page, 'find');
  await type(page, 'gljt');
  await page.locator('[data-item="elderly-allowance"]').waitFor();
  await checkPage(page, 'find with a list');
  await page.locator('[data-item="elderly-allowance"]').tap();
  await atStep(page, 'guide');
  await touch(page, 'back');
  await atStep(page, 'find');
  await touch(page, 'back');
  await atStep(page, 'home');
});

test('what is wrong in a guide is told by one touch, and reaches the platform’s desk @upright', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await page.locator('[data-item="elderly-allowance"]').tap();
  await touch(page, 'report-error');
  await checkPage(page, 'guide with its errors');
  await page.locator('[data-error="phone"]').tap();
  await expect(page.getByTestId('report-made')).toBeVisible();
  await expect
    .poll(() => station.guideErrors())
    .toMatchObject([{ slug: 'elderly-allowance', error: 'phone', count: 1 }]);
});
