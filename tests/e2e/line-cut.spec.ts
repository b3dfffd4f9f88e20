import { expect, test } from './fixtures.ts';
import { atStep, consentToAll, fillElderlyAllowance, layCard, noLook, openItem, touch } from './journey.ts';

test('applications are received while the line is cut, and the platform gets each once when it is back', async ({
  page,
  station,
}, { project }) => {
  test.setTimeout(900_000);
  // How many is the same queue, however the panel hangs.
  const applications = project.name === 'portrait' ? 20 : 4;
  const before = await station.cases();
  await page.goto(station.resident);
  await page.locator('[data-item="elderly-allowance"]').waitFor();
  const numbers: string[] = [];
  for (let count = 0; count < applications; count += 1) {
    await openItem(page, 'elderly-allowance');
    await touch(page, 'start');
    await consentToAll(page);
    await station.hand.api.reader.takeCard();
    await layCard(page, station, 'zhang-jianguo');
    await page.getByTestId('card-name').waitFor();
    await touch(page, 'next');
    // The first one loses its line in mid-journey; the others never had one.
    if (count === 0) await station.hand.api.line.setCut({ cut: true });
    await fillElderlyAllowance(page, noLook);
    await expect(page.getByTestId('device-banner')).toContainText('申请先存在本站');
    await touch(page, 'submit');
    await atStep(page, 'received');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('本站已收到您的申请');
    // The truth: received here, and not passed on yet.
    await expect(page.getByTestId('forwarding')).not.toHaveAttribute('data-state', 'acknowledged');
    numbers.push((await page.getByTestId('receipt-no').getAttribute('data-number')) ?? '');
    if (count === applications - 1) break;
    await touch(page, 'finish');
    await touch(page, 'home');
  }
  expect(new Set(numbers).size).toBe(applications);
  expect(await station.cases()).toHaveLength(before.length);

  await station.hand.api.line.setCut({ cut: false });
  await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged', {
    timeout: 60_000,
  });
  await expect(page.getByTestId('device-banner')).toHaveText('');
  await expect
    .poll(async () => (await station.cases()).length, { timeout: 60_000 })
    .toBe(before.length + applications);
  const cases = (await station.cases()).slice(before.length);
  expect(cases.map((entry) => entry.receiptNo).toSorted()).toEqual(numbers.toSorted());
  expect(new Set(cases.map((entry) => entry.applicationId)).size).toBe(applications);
});
