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
