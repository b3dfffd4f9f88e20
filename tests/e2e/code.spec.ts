/** A resident code on a telephone in place of the card, by touch. */
import type { Page } from '@playwright/test';
import { expect, test, type Station } from './fixtures.ts';
import { atStep, consentToAll, fillElderlyAllowance, noLook, openItem, stepOf, touch } from './journey.ts';
import { checkPage } from './page-checks.ts';

const soon = { timeout: 20_000 };

async function toCardPage(page: Page, station: Station): Promise<void> {
  await page.goto(station.resident);
  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await consentToAll(page);
  await expect(stepOf(page)).toHaveAttribute('data-code', 'ready');
}

test('a code that is held to the scanner fills the form, and the platform has the case', async ({
  page,
  benchPage,
  station,
}) => {
  test.setTimeout(180_000);
  await toCardPage(page, station);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请放身份证，或出示居民码');
  await checkPage(page, 'card or code');
  await benchPage.getByRole('button', { name: '张建国的码' }).tap();
  // A page behind another one is hardly drawn, and takes no touch.
  await page.bringToFront();
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
  await toCardPage(page, station);
  await station.hand.api.line.setCut({ cut: true });
  await expect(page.getByTestId('code-needs-line')).toContainText('请放身份证，或到窗口办理', soon);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请放身份证');
  await checkPage(page, 'card while the line is cut');
  await station.hand.api.scanner.showCode({ code: 'zhang-jianguo' });
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await expect(page.getByTestId('card-name')).toHaveText('张*国');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('读好了，请取回身份证');
});

for (const [code, fault] of [
  ['used', 'code.used'],
  ['expired', 'code.expired'],
  ['unknown', 'code.unknown'],
] as const) {
  test(`a code that is ${code} gets its own sentence, and the next one counts`, async ({ page, station }) => {
    await toCardPage(page, station);
    await station.hand.api.scanner.showCode({ code });
    await expect(page.getByTestId('code-fault')).toHaveAttribute('data-fault', fault);
    await checkPage(page, `a code that is ${code}`);
    await station.hand.api.scanner.showCode({ code: 'zhang-jianguo' });
    await expect(page.getByTestId('card-name')).toHaveText('张*国');
  });
}

for (const [fault, code] of [
  ['garbage', 'code.garbled'],
  ['half-frame', 'code.garbled'],
  ['too-long', 'code.garbled'],
] as const) {
  test(`a scanner that sends ${fault} asks for the code again, and reads it then`, async ({
    page,
    station,
  }) => {
    await toCardPage(page, station);
    await station.hand.api.scanner.setFault({ fault });
    await station.hand.api.scanner.showCode({ code: 'zhang-jianguo' });
    await expect(page.getByTestId('code-fault')).toHaveAttribute('data-fault', code, soon);
    await station.hand.api.scanner.setFault({ fault: 'none' });
    await expect(page.getByTestId('card-name')).toHaveText('张*国', { timeout: 40_000 });
  });
}

test('a scanner that is unplugged takes its offer away and brings it back; the card works throughout', async ({
  page,
  station,
}) => {
  await toCardPage(page, station);
  await station.hand.api.scanner.setPlugged({ plugged: false });
  await expect(stepOf(page)).toHaveAttribute('data-code', 'unavailable');
  await expect(page.getByTestId('device-banner')).toContainText('扫码口断开了');
  await expect(page.getByTestId('ways')).toHaveCount(0);
  await station.hand.api.scanner.setPlugged({ plugged: true });
  await expect(stepOf(page)).toHaveAttribute('data-code', 'ready', soon);
  await station.hand.api.reader.setPlugged({ plugged: false });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请出示居民码');
  await checkPage(page, 'code while the reader is lost');
  await station.hand.api.scanner.showCode({ code: 'zhang-jianguo' });
  await expect(page.getByTestId('card-name')).toHaveText('张*国', soon);
});
