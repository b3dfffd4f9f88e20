/** How a case goes, by its number and by the card, and a correction at the screen. */
import { expect, test } from './fixtures.ts';
import { atQuestion, atStep, drawSignature, touch, type } from './journey.ts';
import { checkAppearances, type Appearance } from './modes.ts';
import { checkPage } from './page-checks.ts';
import { atProgress, deskActs, submittedCase, toCaseByCard, twoThingsWrong } from './progress-steps.ts';

const tightest: readonly Appearance[] = [{ language: 'ug', mode: 'elder contrast seated' }];

test('@upright a case is found by its number and by the card, and corrected with the card', async ({
  page,
  station,
}) => {
  test.setTimeout(180_000);
  const { receiptNo, queryCode, caseNo } = await submittedCase(station);
  await deskActs(station, caseNo, 'corrections', twoThingsWrong);
  await page.goto(station.resident);
  await atStep(page, 'home');
  await touch(page, 'progress');
  await atProgress(page, 'ways');
  await checkPage(page, 'ways to ask');
  await touch(page, 'by-number');
  await atProgress(page, 'number');
  const wrongDigit = String((Number(receiptNo.at(-1)) + 1) % 10);
  await type(page, receiptNo.slice(0, -1) + wrongDigit);
  await expect(page.getByTestId('number-says')).toContainText('编号里有一位不对');
  await page.locator('[data-key="backspace"]:visible').tap();
  await type(page, receiptNo.slice(-1));
  await expect(page.getByTestId('number-says')).toContainText('编号对了');
  await checkAppearances(page, 'number and code', tightest);
  // The number was right: the code's field has the keyboard by now.
  await type(page, queryCode);
  await touch(page, 'ask');
  await atProgress(page, 'case');
  await expect(page.getByTestId('case-state')).toHaveText('要补正');
  await expect(page.getByTestId('hidden-words')).toContainText('放身份证');
  await expect(page.getByTestId('correct')).toHaveCount(0);
  expect(await page.content()).not.toMatch(/打不通|张/);

  await touch(page, 'back');
  await touch(page, 'by-card');
  await toCaseByCard(page, station, caseNo);
  await expect(page.getByTestId('correction-entry')).toHaveCount(2);
  await checkPage(page, 'a case to be corrected');
  await checkAppearances(page, 'a case to be corrected', tightest);
  await touch(page, 'print-progress');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'printed');
  await touch(page, 'correct');
  await atQuestion(page, 'mobile');
  await expect(page.getByTestId('correction-reason')).toContainText('打不通');
  await type(page, '13900001234');
  await touch(page, 'next');
  await drawSignature(page);
  await touch(page, 'next');
  await atStep(page, 'review');
  await expect(page.getByTestId('corrections')).toContainText('看不清');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByTestId('receipt-no')).toHaveAttribute('data-number', receiptNo);
  await expect(page.getByTestId('forwarding')).toContainText(caseNo);
  const { payload } = await station.submissionOf(caseNo);
  expect(payload.answers).toMatchObject({ mobile: '13900001234', applicantName: '张建国' });
  await touch(page, 'finish');
  await atStep(page, 'goodbye');
});

test('@upright what the state alone does not say is said: a special procedure, another unit, more days', async ({
  page,
  station,
}) => {
  test.setTimeout(180_000);
  const { receiptNo, queryCode, caseNo } = await submittedCase(station);
  const text = { zh: '要到家里看一看', en: 'A visit is needed' };
  await deskActs(station, caseNo, 'acceptance', {});
  await deskActs(station, caseNo, 'hand-over', { unit: '示例区公安分局' });
  await deskActs(station, caseNo, 'extension', { days: 5, text });
  await deskActs(station, caseNo, 'special-procedures', { reason: 'home-visit', text, workdays: 5 });
  await page.goto(station.resident);
  await atStep(page, 'home');
  await touch(page, 'progress');
  await atProgress(page, 'ways');
  await touch(page, 'by-number');
  await atProgress(page, 'number');
  await type(page, receiptNo);
  await type(page, queryCode);
  await touch(page, 'ask');
  await atProgress(page, 'case');
  await expect(page.getByTestId('case-state')).toHaveText('暂停办理');
  await expect(page.getByTestId('special')).toContainText('入户调查');
  await expect(page.getByTestId('next')).toContainText('不算在办理天数里');
  // No promise: the office expects it, and no clock runs.
  await expect(page.getByTestId('by')).toContainText('预计');
  await expect(page.getByTestId('by')).not.toContainText('最迟');
  await expect(page.getByTestId('event')).toContainText(['部门已收到', '已受理', '转给', '延长', '暂停办理']);
  await checkPage(page, 'a case in a special procedure');
  await checkAppearances(page, 'a case in a special procedure', tightest);
  expect(await page.content()).not.toMatch(/要到家里|张/);
});
