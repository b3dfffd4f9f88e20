import { checkPage } from './page-checks.ts';
import { expect, test } from './fixtures.ts';
import { atStep, touch } from './journey.ts';

test('a number is taken from touch to slip, and from a guide it says what to bring @upright', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await touch(page, 'take-number');
  await atStep(page, 'take-number');
  await checkPage(page, 'lines');
  await touch(page, 'line-B');
  await atStep(page, 'number-class');
  await checkPage(page, 'class of a number');
  await touch(page, 'class-ordinary');
  await atStep(page, 'number');
  await expect(page.getByTestId('number')).toHaveText('B001');
  await expect(page.getByTestId('slip')).toHaveAttribute('data-slip', 'printed');
  await checkPage(page, 'number');
  await expect.poll(async () => JSON.stringify(await station.lastReceipt())).toContain('B001');
  await touch(page, 'finish');
  await atStep(page, 'home');

  await page.locator('[data-item="elderly-allowance"]').tap();
  await touch(page, 'queue-offer');
  await touch(page, 'class-care');
  await expect(page.getByTestId('number')).toHaveText('C001');
  await expect(page.getByRole('listitem').first()).toBeVisible();
  await touch(page, 'give-up');
  await atStep(page, 'home');
});
