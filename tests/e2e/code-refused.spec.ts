/** Codes that are refused, and scanners in trouble. What is said is the same upright and lying. */
import { soon, toCodePage } from './code-page.ts';
import { expect, test } from './fixtures.ts';
import { stepOf } from './journey.ts';
import { checkPage } from './page-checks.ts';

for (const [code, fault] of [
  ['used', 'code.used'],
  ['expired', 'code.expired'],
  ['unknown', 'code.unknown'],
] as const) {
  test(`a code that is ${code} gets its own sentence, and the next one counts`, async ({ page, station }) => {
    await toCodePage(page, station);
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
    await toCodePage(page, station);
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
  await toCodePage(page, station);
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
