import AxeBuilder from '@axe-core/playwright';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { zoneAtMidday } from '../../scripts/demo/zone-at-midday.ts';
import { copiedAudit } from '../support/copied-audit.ts';
import { openScreen } from '../support/screen-client.ts';
import { desk, letIn, signIn, STAFF_PIN, technician } from './console.ts';
import { expect, test } from './fixtures.ts';
import { withoutRefusals } from './watch-page.ts';

// A station of its own: its numbers, and who signed out, are counted.
test.use({ stationOptions: ['--camera', '--time-zone', zoneAtMidday(Date.now())] });

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

test('a clerk leaves while the terminal restarts, and the next one settles who is there before anything else @upright', async ({
  browser,
  station,
}) => {
  test.setTimeout(120_000);
  for (const staffId of ['li-01', 'wu-02'])
    await technician(station, { verb: 'add', staffId, role: 'staff', pin: STAFF_PIN });
  const screen = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
  for (const ticketId of [crypto.randomUUID(), crypto.randomUUID()]) {
    const ticket = { ticketId, line: 'A', slug: null, ticketClass: 'ordinary', language: 'zh' } as const;
    expect((await screen.api.queue.take(ticket)).ok).toBe(true);
  }
  screen.close();
  const { page, offences } = await desk(browser, station);
  await letIn(page, station, 'window-1');
  const current = page.getByTestId('current');
  const start = page.getByRole('button', { name: '开始办理' });
  const verb = (name: string) => page.locator(`[data-verb=${name}]`);
  const audited = () => copiedAudit(join(station.ready.dataDir, 'terminal'));
  const signedOut = () =>
    audited()
      .filter(({ event }) => event === 'access.signed-out')
      .map(({ disposition }) => disposition);

  await test.step('she signs out of a terminal that is not there: the page is nobody’s at once, and it hears of it later', async () => {
    await signIn(page, 'li-01');
    await start.click();
    await verb('next').click();
    await expect(current).toHaveText('A001');
    process.kill(station.ready.pids.terminal ?? 0, 'SIGKILL');
    await page.getByRole('button', { name: '退出登录' }).click();
    await expect(page.getByLabel('工号')).toBeVisible();
    await expect.poll(signedOut, { timeout: 60_000 }).toEqual(['signed-out']);
    await expect(page.getByLabel('工号')).toBeVisible();
  });

  await test.step('the next one finishes who is there, and brings nobody to a window in another name', async () => {
    await signIn(page, 'wu-02');
    await expect(page.getByText('这个窗口是 li-01 打开的')).toBeVisible();
    await expect(current).toHaveText('A001');
    for (const name of ['next', 'walk-in', 'pause-window', 'open-window'])
      await expect(verb(name)).toBeDisabled();
    await page.locator('.row', { hasText: 'A002' }).click();
    await expect(page.getByRole('button', { name: '改优先' })).toBeVisible();
    await expect(page.getByRole('button', { name: '叫这一号' })).toHaveCount(0);
    await expectAccessible(page);
    await verb('serve').click();
    await verb('finish').click();
    // A slip of the finger is taken back also where nobody else may be called yet.
    await verb('undo').click();
    await expect(current).toHaveText('A001');
    await verb('finish').click();
  });

  await test.step('then the window is closed for who left it, and hers', async () => {
    await expect(page.getByText('这个窗口还开在 li-01 名下')).toBeVisible();
    await expectAccessible(page);
    await start.click();
    await expect(page.locator('footer').getByRole('status')).toHaveText('窗口已打开');
    await verb('next').click();
    await expect(current).toHaveText('A002');
    const windows = audited().filter(({ event }) => /^queue\.(open|close)-window$/.test(event));
    expect(windows.map(({ event, detail }) => `${event} ${detail ?? ''}`)).toEqual([
      'queue.open-window window 1 by li-01',
      'queue.close-window window 1 by wu-02',
      'queue.open-window window 1 by wu-02',
    ]);
  });
  // What a browser says by itself of a terminal that is away.
  expect(withoutRefusals(offences).filter((one) => !/WebSocket|net::ERR_/.test(one))).toEqual([]);
  await page.context().close();
});
