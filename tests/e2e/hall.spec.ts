import type { Page } from '@playwright/test';
import { control } from '../support/let-in.ts';
import { startQueueStation, type QueueStation } from '../support/queue-station.ts';
import { signIn, STAFF_PIN } from './console.ts';
import { expect, test } from './fixtures.ts';
import { layoutOffences } from './layout.ts';
import { watchPage, withoutRefusals } from './watch-page.ts';

/** Two terminals: a kiosk in the hall, and the hub at whose door the console is. */

let station: QueueStation;
test.beforeEach(async () => {
  station = await startQueueStation({ members: 1, windows: 2 });
});
test.afterEach(() => station.close());

/** The console of window 1, at the hub's door. */
async function atWindow(page: Page): Promise<void> {
  await page.goto(station.hub.host()?.lan?.url ?? '');
  const code = (await page.locator('.code').innerText()).replaceAll(' ', '');
  await control(station.hub, { verb: 'admit', code, as: 'window-1' });
  await control(station.hub, { verb: 'add', staffId: 's01', role: 'staff', pin: STAFF_PIN });
  await signIn(page, 's01');
}

test('a kiosk of the hall and a console at the hub hear each other, and say so when they do not @upright', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1366, height: 768 },
  });
  const desk = await context.newPage();
  const offences = watchPage(desk);
  await atWindow(desk);
  const [member] = station.members;
  await page.goto(member?.host()?.resident ?? '');
  const calls = desk.getByTestId('help-calls');

  await test.step('whoever calls at the kiosk is on the console, with the kiosk', async () => {
    await page.getByTestId('help').tap();
    await page.getByTestId('help-call').tap();
    await expect(calls.getByText('自助机 02 有人叫')).toBeVisible();
    await expect(page.getByRole('heading', { name: '已经叫了工作人员' })).toBeVisible();
  });

  await test.step('a line that is cut is said at both ends', async () => {
    member?.line?.set('refused');
    await expect(page.getByTestId('help-not-yet')).toBeVisible();
    await expect(desk.getByTestId('help-silent')).toBeVisible();
    expect(await layoutOffences(page)).toEqual([]);
  });

  await test.step('who said "I come" meanwhile is on the kiosk’s page when it is whole again', async () => {
    await desk.getByTestId('help-come').click();
    member?.line?.set('whole');
    await expect(page.getByTestId('helper')).toHaveText('1 号窗口，工号 s01');
    await expect(desk.getByTestId('help-silent')).toBeHidden();
    await desk.getByTestId('help-done').click();
    await expect(calls.getByRole('listitem')).toHaveCount(0);
    await expect(page.getByTestId('help-call')).toBeVisible();
  });

  await test.step('a form that lies at a kiosk which does not answer is said to, by its number', async () => {
    await desk.getByRole('button', { name: '开始办理' }).click();
    const ticket = { ticketId: crypto.randomUUID(), slug: null, ticketClass: 'ordinary' } as const;
    const { client } = await (await station.browser('window-2')).api();
    const taken = { verb: 'take', line: 'A', instead: null, handedAt: '02', ...ticket } as const;
    expect(await client.staff.queue.do(taken)).toMatchObject({ ok: true });
    await member?.kill();
    await desk.locator('[data-verb=next]').click();
    await expect(desk.getByTestId('handed-silent')).toContainText('02 号自助机');
    await desk.getByTestId('handed-again').click();
    await expect(desk.getByTestId('handed-silent')).toContainText('还是没有应答');
    // Nobody touches the console: it hears by itself that the kiosk is back, where nothing lies for this ticket.
    await member?.start();
    await expect(desk.getByTestId('handed-silent')).toBeHidden({ timeout: 30_000 });
  });
  // What a browser says of a page that it may not have yet.
  expect(withoutRefusals(offences)).toEqual([]);
  await context.close();
});
