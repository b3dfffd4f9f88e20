import type { Page } from '@playwright/test';
import { submitOne } from '../support/robot-resident.ts';
import { openScreen } from '../support/screen-client.ts';
import { expect, test, type Station } from './fixtures.ts';
import { atStep, consentToAll, fillElderlyAllowance, layCard, noLook, openItem, touch } from './journey.ts';

/** Between the first resident and the last one, whose hands are on the screen: eighteen by the API that it uses. */
const BETWEEN = 18;

test(
  'applications are received while the line is cut, and the platform gets each once when it is back',
  { tag: '@upright' },
  async ({ page, station }) => {
    test.setTimeout(300_000);
    const before = await station.cases();
    await page.goto(station.resident);
    // The first one loses its line in mid-journey; the others never had one.
    const numbers = [await applyByTouch(page, station, () => station.hand.api.line.setCut({ cut: true }))];
    await touch(page, 'finish');
    await touch(page, 'home');

    const screen = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
    for (let count = 0; count < BETWEEN; count += 1) {
      numbers.push(await submitOne(screen.api, () => undefined));
    }
    await screen.api.visit.end({ reason: 'finished' });
    screen.close();
    numbers.push(await applyByTouch(page, station, () => Promise.resolve()));

    expect(new Set(numbers).size).toBe(BETWEEN + 2);
    expect(await station.cases()).toHaveLength(before.length);

    await station.hand.api.line.setCut({ cut: false });
    await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged', {
      timeout: 60_000,
    });
    await expect(page.getByTestId('device-banner')).toHaveText('');
    await expect
      .poll(async () => (await station.cases()).length, { timeout: 60_000 })
      .toBe(before.length + numbers.length);
    const cases = (await station.cases()).slice(before.length);
    expect(cases.map((entry) => entry.receiptNo).toSorted()).toEqual(numbers.toSorted());
    expect(new Set(cases.map((entry) => entry.applicationId)).size).toBe(numbers.length);
  },
);

/** Gives the number that the screen shows once the application was received. */
async function applyByTouch(
  page: Page,
  station: Station,
  beforeTheForm: () => Promise<unknown>,
): Promise<string> {
  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await consentToAll(page);
  await station.hand.api.reader.takeCard();
  await layCard(page, station, 'zhang-jianguo');
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await beforeTheForm();
  await fillElderlyAllowance(page, noLook);
  await expect(page.getByTestId('device-banner')).toContainText('申请先存在本站');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('本站已收到您的申请');
  // The truth: received here, and not passed on yet.
  await expect(page.getByTestId('forwarding')).not.toHaveAttribute('data-state', 'acknowledged');
  return (await page.getByTestId('receipt-no').getAttribute('data-number')) ?? '';
}
