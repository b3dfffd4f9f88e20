/** A resident code on a telephone in place of the card, by touch. */
import { soon, toCodePage } from './code-page.ts';
import { expect, test } from './fixtures.ts';
import { atStep, fillElderlyAllowance, layCard, noLook, touch } from './journey.ts';
import { checkPage } from './page-checks.ts';

test('a code that is held to the scanner fills the form, and the platform has the case @upright', async ({
  page,
  benchPage,
  station,
}) => {
  test.setTimeout(180_000);
  await toCodePage(page, station);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请放身份证，或出示居民码');
  await checkPage(page, 'card or code');
  await benchPage.getByRole('button', { name: '张建国的码' }).tap();
  await expect(page.getByTestId('card-name')).toHaveText('张*国');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('查到了，请收好手机');
  await checkPage(page, 'found by code');
  await touch(page, 'next');
  await fillElderlyAllowance(page, noLook);
  await expect(page.locator('[data-row="applicantName"]')).toContainText('居民码查到');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged');
  const receiptNo = await page.getByTestId('receipt-no').getAttribute('data-number');
  const stored = (await station.cases()).find((entry) => entry.receiptNo === receiptNo);
  const submission = await station.submissionOf(stored?.caseNo ?? '');
  expect(submission.payload.identitySource).toBe('code');
  expect(submission.payload.answers).toMatchObject({
    applicantName: '张建国',
    applicantId: '999901194503120014',
  });
});

test('while the line is cut the page says that codes need it, refuses one, and the card still works', async ({
  page,
  station,
}) => {
  await toCodePage(page, station);
  await station.hand.api.line.setCut({ cut: true });
  await expect(page.getByTestId('code-needs-line')).toContainText('请放身份证，或到窗口办理', soon);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请放身份证');
  await checkPage(page, 'card while the line is cut');
  await station.hand.api.scanner.showCode({ code: 'zhang-jianguo' });
  await layCard(page, station, 'zhang-jianguo');
  await expect(page.getByTestId('card-name')).toHaveText('张*国');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('读好了，请取回身份证');
});
