import { statSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { atStep, consentToAll, fillElderlyAllowance, layCard, openItem, touch } from './journey.ts';

/**
 * The pictures of the README: `YIZHAN_PICTURES=docs/images npm test -- e2e picture` renews them. In every
 * other run they are taken all the same, so that the README can always be illustrated.
 */
const folder = process.env['YIZHAN_PICTURES'];

test('the kiosk can be shown in pictures', async ({ page, station }, info) => {
  const take = async (name: string): Promise<void> => {
    const path = folder === undefined ? info.outputPath(`${name}.png`) : `${folder}/${name}.png`;
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path, animations: 'disabled' });
    expect(statSync(path).size).toBeGreaterThan(20_000);
  };
  await page.setViewportSize({ width: 540, height: 960 });
  await page.goto(station.resident);
  await page.locator('[data-item]').first().waitFor();
  await take('kiosk-home');
  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await consentToAll(page);
  await layCard(page, station, 'zhang-jianguo');
  await page.getByTestId('card-name').waitFor();
  await take('kiosk-card');
  await station.hand.api.reader.takeCard();
  await touch(page, 'next');
  await fillElderlyAllowance(page, async (name) => {
    if (name === 'contactName') await take('kiosk-typing');
  });
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'printed');
  await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged');
  await take('kiosk-received');
});
