import { expect, test } from './fixtures.ts';
import { atQuestion, atStep, consentToAll, openItem, touch, type, typeWord } from './journey.ts';

test('letters that are not characters yet are not lost by going on', async ({ page, station }) => {
  await page.goto(station.resident);
  await openItem(page, 'fertility-registration');
  await touch(page, 'start');
  await consentToAll(page);
  await touch(page, 'type-identity');
  await atStep(page, 'question');
  await atQuestion(page, 'applicantName');

  await type(page, 'li');
  await touch(page, 'next');
  await expect(page.getByTestId('must-choose')).toBeVisible();
  await atQuestion(page, 'applicantName');

  await typeWord(page, 'xiumei', '李秀梅');
  await expect(page.getByTestId('must-choose')).toHaveCount(0);
  await touch(page, 'next');
  await expect(page.locator('main[data-page="applicantName"]')).toHaveCount(0);
});
