import { zoneAtMidday } from '../../scripts/demo/zone-at-midday.ts';
import { checkPage } from './page-checks.ts';
import { expect, test } from './fixtures.ts';
import { atStep, toFirstQuestion, touch } from './journey.ts';

// Numbers and bookings are of a local day: an hour ago is to be today whenever this runs.
test.use({ stationOptions: ['--time-zone', zoneAtMidday(Date.now())] });

test('a number is taken from touch to slip, and from a guide it says what to bring @upright', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await touch(page, 'take-number');
  await atStep(page, 'take-number');
  await checkPage(page, 'lines');
  await touch(page, 'line-B');
  await atStep(page, 'number-class');
  await checkPage(page, 'class of a number');
  await touch(page, 'class-ordinary');
  await atStep(page, 'number');
  await expect(page.getByTestId('number')).toHaveText('B001');
  await expect(page.getByTestId('slip')).toHaveAttribute('data-slip', 'printed');
  await checkPage(page, 'number');
  await expect.poll(async () => JSON.stringify(await station.lastReceipt())).toContain('B001');
  await touch(page, 'finish');
  await atStep(page, 'home');

  await page.locator('[data-item="elderly-allowance"]').tap();
  await touch(page, 'queue-offer');
  await touch(page, 'class-care');
  await expect(page.getByTestId('number')).toHaveText('C001');
  await expect(page.getByRole('listitem').first()).toBeVisible();
  await touch(page, 'give-up');
  await atStep(page, 'home');
});

test('who has booked checks in, comes back with the number, and is told what is no number and no booking @upright', async ({
  page,
  station,
}) => {
  const type = async (keys: string) => {
    for (const key of keys) await page.locator(`[data-key="${key}"]`).tap();
  };
  await page.goto(station.resident);
  await touch(page, 'take-number');
  await touch(page, 'check-in');
  await atStep(page, 'check-in');
  await checkPage(page, 'check-in');
  await type('20260009');
  await touch(page, 'find-booking');
  await expect(page.getByTestId('call-fault')).toHaveAttribute('data-fault', 'queue.booking-unknown');
  await page.locator('[data-key="backspace"]').tap();
  // An hour late (scripts/demo/bookings.ts).
  await type('3');
  await touch(page, 'find-booking');
  await expect(page.getByTestId('booking')).toHaveAttribute('data-stands', 'late');
  await checkPage(page, 'a booking');
  await touch(page, 'check-in-this');
  await atStep(page, 'number');
  const number = await page.getByTestId('number').innerText();
  expect(number).toMatch(/^A\d{3}$/);
  await expect(page.getByTestId('slip')).toHaveAttribute('data-slip', 'printed');
  await touch(page, 'finish');

  // Checked in again, it is the same number.
  await touch(page, 'take-number');
  await touch(page, 'check-in');
  await type('20260003');
  await touch(page, 'find-booking');
  await expect(page.getByTestId('number')).toHaveText(number);
  await touch(page, 'finish');

  await touch(page, 'take-number');
  await touch(page, 'come-back');
  await atStep(page, 'come-back');
  await checkPage(page, 'come back');
  await touch(page, 'letter-A');
  await type('888');
  await touch(page, 'return');
  await expect(page.getByTestId('call-fault')).toHaveAttribute('data-fault', 'queue.ticket-unknown');
  for (let digit = 0; digit < 3; digit += 1) await page.locator('[data-key="backspace"]').tap();
  await type(number.slice(1));
  await touch(page, 'return');
  await atStep(page, 'number');
  await expect(page.getByTestId('number')).toHaveText(number);
  await expect(page.getByTestId('give-up')).toBeHidden();
  await touch(page, 'finish');
});

test('whoever is stuck in a form hands it to the window with a number, and the screen is the next one’s @upright', async ({
  page,
  station,
}) => {
  await toFirstQuestion(page, station);
  await touch(page, 'help');
  await touch(page, 'to-window');
  await atStep(page, 'to-window');
  await checkPage(page, 'to the window');
  await touch(page, 'stay-here');
  await atStep(page, 'question');
  await touch(page, 'exit');
  await touch(page, 'to-window');
  await touch(page, 'hand-over');
  await atStep(page, 'number');
  await expect(page.getByTestId('number')).toHaveText(/^C\d{3}$/);
  await expect(page.getByTestId('card-left')).not.toHaveAttribute('data-owner', 'others');
  await station.hand.api.reader.takeCard();
  await touch(page, 'finish');
  await atStep(page, 'home');
  await page.reload();
  await atStep(page, 'home');
});
