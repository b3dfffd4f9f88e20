import { expect, test } from './fixtures.ts';
import { atQuestion, atStep, consentToAll, openItem, touch, typeWord } from './journey.ts';
import { checkPage } from './page-checks.ts';
import { chooseWay, strokesOf, takeCandidate, writeByHand } from './writing.ts';

test('a name is written by hand, by strokes and by pinyin, and the way is remembered @upright', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await openItem(page, 'fertility-registration');
  await touch(page, 'start');
  await consentToAll(page);
  await touch(page, 'type-identity');
  await atQuestion(page, 'applicantName');
  const field = page.locator('#answer');

  await chooseWay(page, 'handwriting');
  await checkPage(page, 'handwriting');
  await writeByHand(page, '李');
  await expect(field).toHaveValue('李');

  await chooseWay(page, 'strokes');
  for (const { kind } of strokesOf.get('文') ?? []) await page.locator(`[data-key="stroke-${kind}"]`).tap();
  await checkPage(page, 'strokes');
  await takeCandidate(page, '文');
  await expect(field).toHaveValue('李文');

  await chooseWay(page, 'pinyin');
  await typeWord(page, 'mei', '梅');
  await expect(field).toHaveValue('李文梅');

  await page.locator('[data-key="backspace"]').tap();
  await expect(field).toHaveValue('李文');

  // In the next visit nothing is known of this one.
  await chooseWay(page, 'handwriting');
  await touch(page, 'exit');
  await touch(page, 'leave-yes');
  await atStep(page, 'goodbye');
  await touch(page, 'home');
  await openItem(page, 'fertility-registration');
  await touch(page, 'start');
  await consentToAll(page);
  await touch(page, 'type-identity');
  await expect(page.locator('.keyboard')).toHaveAttribute('data-layout', 'pinyin');
});
