import AxeBuilder from '@axe-core/playwright';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { doorCookies } from '../../electron/door/lan/cookies.ts';
import { copiedAudit } from '../support/copied-audit.ts';
import { openScreen } from '../support/screen-client.ts';
import { desk, openStaffPage, STAFF_PIN, technician } from './console.ts';
import { expect, test, type Station } from './fixtures.ts';
import { type } from './journey.ts';
import { layoutOffences } from './layout.ts';
import { withoutRefusals } from './watch-page.ts';

// A station of its own: nobody else's number waits in its queue.
test.use({ stationOptions: ['--camera'] });

async function signInAtKiosk(page: Page, staffId: string): Promise<void> {
  await page.getByLabel('工号').tap();
  await type(page, staffId);
  await page.getByLabel('密码').tap();
  await type(page, STAFF_PIN);
  await page.getByRole('button', { name: '登录', exact: true }).tap();
  await page.getByRole('button', { name: '退出登录' }).waitFor();
}

async function takeNumbers(station: Station, lines: string): Promise<void> {
  const screen = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
  for (const line of lines) {
    const ticketId = crypto.randomUUID();
    const ticket = { ticketId, line, slug: null, ticketClass: 'ordinary', language: 'zh' } as const;
    expect((await screen.api.queue.take(ticket)).ok).toBe(true);
  }
  screen.close();
}

/** What is said at the bottom of a console. */
const said = (page: Page) => page.locator('footer').getByRole('status');
const current = (page: Page) => page.getByTestId('current');
const verb = (page: Page, name: string) => page.locator(`[data-verb=${name}]`);

/** So soon after the last call a touch is taken for a slip of the finger, and a call may be repeated only after a while. */
async function untilSaid(page: Page, act: () => Promise<void>, words: string): Promise<void> {
  await expect(async () => {
    await act();
    await expect(said(page)).toHaveText(words, { timeout: 700 });
  }).toPass();
}

test(
  'a day at two windows: let in by touch, every verb by keys and by mouse, help, the line cut, and the books agree',
  { tag: '@upright' },
  async ({ page, station, browser }) => {
    test.setTimeout(120_000);
    for (const [staffId, role] of [
      ['s01', 'staff'],
      ['s02', 'staff'],
      ['t01', 'technician'],
    ] as const)
      await technician(station, { verb: 'add', staffId, role, pin: STAFF_PIN });
    await takeNumbers(station, 'AAA');
    const [keys, mouse] = [await desk(browser, station), await desk(browser, station)];

    await test.step('a technician at the kiosk lets both computers in, by their six digits', async () => {
      await page.clock.install();
      await page.goto(station.resident);
      await openStaffPage(page);
      expect(await layoutOffences(page)).toEqual([]);
      await signInAtKiosk(page, 't01');
      await page.getByRole('button', { name: '电脑', exact: true }).tap();
      for (const [one, name] of [
        [keys.page, 'window-1'],
        [mouse.page, 'window-2'],
      ] as const) {
        const digits = (await one.locator('.code').innerText()).replaceAll(' ', '');
        await page.locator(`[data-code="${digits}"]`).tap();
        // Itself it lets in nobody as.
        await expect(page.locator('[data-admit-as="terminal-01"]')).toHaveCount(0);
        await expect(page.locator('[data-admit-as="terminal-09"]')).toBeVisible();
        expect(await layoutOffences(page)).toEqual([]);
        await page.locator(`[data-admit-as="${name}"]`).tap();
        await expect(said(page)).toContainText('已放行');
      }
      expect(await layoutOffences(page)).toEqual([]);
      await page.getByRole('button', { name: '退出登录' }).tap();
      await expect(page.locator('main[data-step="home"]')).toBeVisible();
    });

    await station.hand.api.line.setCut({ cut: true });

    await test.step('both clerks sign in, one after a wrong PIN, and open their windows', async () => {
      const { keyboard } = keys.page;
      await keys.page.getByLabel('工号').waitFor();
      await keyboard.type('s01');
      await keyboard.press('Tab');
      await keyboard.type('314159');
      await keyboard.press('Enter');
      await expect(keys.page.getByRole('alert').last()).toContainText('核对工号');
      await keyboard.type(STAFF_PIN);
      await keyboard.press('Enter');
      const start = keys.page.getByRole('button', { name: '开始办理' });
      await start.waitFor();
      await start.press('Enter');
      await expect(said(keys.page)).toHaveText('窗口已打开');
      await mouse.page.getByLabel('工号').fill('s02');
      await mouse.page.getByLabel('密码').fill(STAFF_PIN);
      await mouse.page.getByRole('button', { name: '登录', exact: true }).click();
      await mouse.page.getByRole('button', { name: '开始办理' }).click();
      await expect(said(mouse.page)).toHaveText('窗口已打开');
    });

    await test.step('by the mouse: somebody is called, called again, and does not come', async () => {
      await verb(mouse.page, 'next').click();
      await expect(current(mouse.page)).toHaveText('A001');
    });

    await test.step('by the keys: next, come, hold, taken back, transfer, walk-in, pause', async () => {
      const { keyboard } = keys.page;
      await keyboard.press('Space');
      await expect(said(keys.page)).toHaveText('请 A002 到本窗口');
      await expect(current(keys.page)).toHaveText('A002');
      await keyboard.press('s');
      await expect(said(keys.page)).toHaveText('A002 开始办理');
      await keyboard.press('h');
      await keyboard.press('2');
      await expect(said(keys.page)).toHaveText('A002 已暂放');
      await keyboard.press('u');
      await expect(said(keys.page)).toHaveText('上一步已撤销');
      await expect(current(keys.page)).toHaveText('A002');
      await keyboard.press('t');
      await keyboard.press('2');
      await keyboard.press('1');
      await expect(said(keys.page)).toHaveText('A002 已转办');
      await keyboard.press('w');
      await keyboard.press('1');
      await expect(said(keys.page)).toHaveText('开始办理 A004');
      await keyboard.press('h');
      await keyboard.press('1');
      await expect(said(keys.page)).toHaveText('A004 已暂放');
      // Found, opened and gone on with, without a hand on the mouse.
      await keyboard.press('/');
      await keyboard.type('A004');
      for (const key of ['Tab', 'Enter', 'Tab', 'Tab', 'Enter']) await keyboard.press(key);
      await expect(said(keys.page)).toHaveText('A004 接着办');
      await keyboard.press('Escape');
      await keyboard.press('f');
      await expect(said(keys.page)).toHaveText('A004 办结');
      await keyboard.press('p');
      await expect(said(keys.page)).toHaveText('窗口已暂停');
      await keyboard.press('p');
      await expect(said(keys.page)).toHaveText('窗口继续办理');
    });

    await test.step('somebody at the kiosk calls: seen at both, answered by one, and the kiosk says so', async () => {
      await page.getByTestId('help').tap();
      await page.getByTestId('help-call').tap();
      for (const { page: one } of [keys, mouse]) await one.getByTestId('help-come').waitFor();
      await keys.page.keyboard.press('g');
      await expect(page.getByTestId('helper')).toContainText('1 号窗口，工号 s01');
      await expect(mouse.page.getByTestId('help-calls')).toContainText('1 号窗口（工号 s01）去了');
      // Neither screen forgets it.
      await Promise.all([page.reload(), mouse.page.reload()]);
      await expect(page.getByTestId('help-notice')).toContainText('正在过来');
      await expect(mouse.page.getByTestId('help-calls')).toContainText('去了');
      await keys.page.keyboard.press('g');
      await expect(said(keys.page)).toHaveText('这次呼叫已处理');
      await expect(page.getByTestId('help-notice')).toHaveText('');
      await expect(mouse.page.getByTestId('help-calls')).toHaveText('');
    });

    await test.step('by the mouse: again, not there, out of order, to a person, back in the line', async () => {
      const again = () => verb(mouse.page, 'recall').click({ timeout: 500 });
      await untilSaid(mouse.page, again, '再次呼叫 A001');
      const missed = () => verb(mouse.page, 'no-show').click({ timeout: 500 });
      await untilSaid(mouse.page, missed, 'A001 没有来，已过号');
      const row = (number: string) => mouse.page.locator('.row', { hasText: number });
      await row('A003').click();
      await mouse.page.getByRole('button', { name: '叫这一号' }).click();
      await expect(current(mouse.page)).toHaveText('A003');
      await verb(mouse.page, 'serve').click();
      await verb(mouse.page, 'transfer').click();
      await mouse.page.getByRole('button', { name: '要专人办理' }).click();
      await mouse.page.getByRole('button', { name: '1 号窗口，工号 s01' }).click();
      await expect(said(mouse.page)).toHaveText('A003 已转办');
      await mouse.page.getByRole('button', { name: /暂放和过号/ }).click();
      await row('A001').click();
      await mouse.page.getByRole('button', { name: '回来了' }).click();
      await expect(said(mouse.page)).toHaveText('A001 回来了，重新排队');
      const { violations } = await new AxeBuilder({ page: mouse.page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    });

    await test.step('the hall is emptied, and both windows close', async () => {
      const { keyboard } = keys.page;
      for (let left = 3; left > 0; left -= 1) {
        await expect(async () => {
          await keyboard.press('Space');
          await expect(said(keys.page)).toHaveText(/到本窗口/, { timeout: 700 });
        }).toPass();
        await keyboard.press('s');
        await expect(said(keys.page)).toHaveText(/开始办理/);
        await keyboard.press('f');
        await expect(said(keys.page)).toHaveText(/办结/);
      }
      await expect(keys.page.getByText('没有人等候')).toBeVisible();
      await verb(mouse.page, 'close-window').click();
      await expect(said(mouse.page)).toHaveText('窗口已关闭');
      await mouse.page.getByRole('button', { name: '退出登录' }).click();
      await mouse.page.getByLabel('工号').waitFor();
    });

    await test.step('a clerk who turns away from the kiosk is signed out, and the page is the resident’s', async () => {
      await openStaffPage(page);
      await signInAtKiosk(page, 's02');
      await page.clock.runFor(95_000);
      await expect(page.getByText('秒后自动退出')).toBeVisible();
      await page.clock.runFor(30_000);
      await expect(page.locator('main[data-step="home"]')).toBeVisible();
    });

    await test.step('a session that is copied to another computer is over at both', async () => {
      const cookies = await keys.page.context().cookies();
      await mouse.page.context().addCookies(cookies.filter(({ name }) => name === doorCookies.session));
      await mouse.page.reload();
      for (const { page: one } of [keys, mouse]) await one.getByLabel('工号').waitFor();
      await keys.page.getByLabel('工号').fill('s01');
      await keys.page.getByLabel('密码').fill(STAFF_PIN);
      await keys.page.keyboard.press('Enter');
    });

    await test.step('the books agree', async () => {
      await keys.page.getByRole('button', { name: '今日数据' }).click();
      const cells = keys.page.getByRole('row', { name: /1 号窗口/ }).getByRole('cell');
      await expect(cells.first()).toHaveText('4');
      const rows = copiedAudit(join(station.ready.dataDir, 'terminal'));
      const count = (event: string): number => rows.filter((row) => row.event === event).length;
      const verbs = Object.fromEntries(
        [...new Set(rows.map(({ event }) => event).filter((event) => event.startsWith('queue.')))]
          .sort()
          .map((event) => [event.slice('queue.'.length), count(event)]),
      );
      expect(verbs).toEqual({
        take: 3,
        'open-window': 2,
        next: 5,
        serve: 5,
        hold: 2,
        undo: 1,
        transfer: 2,
        'walk-in': 1,
        resume: 1,
        finish: 4,
        'pause-window': 1,
        'resume-window': 1,
        recall: 1,
        'no-show': 1,
        call: 1,
        return: 1,
        'close-window': 1,
      });
      expect(
        rows.filter(({ event }) => event.startsWith('help.')).map(({ event, detail }) => [event, detail]),
      ).toEqual([
        ['help.called', 'kiosk 01, start'],
        ['help.answered', 'window 1, s01'],
        ['help.done', 'window 1, s01'],
      ]);
      expect(count('access.sign-in-refused')).toBe(1);
      expect(
        rows.filter(({ event }) => event === 'access.signed-out').map(({ disposition }) => disposition),
      ).toEqual(['signed-out', 'signed-out', 'signed-out', 'stolen']);
      expect(JSON.stringify(rows)).not.toContain(STAFF_PIN);
    });

    // Whoever is shut out has nothing left.
    await technician(station, { verb: 'shut-out', browser: 'window-1' });
    await expect(keys.page.locator('.code')).toBeVisible();
    // What a browser says of a page that it may not have yet.
    expect(withoutRefusals([...keys.offences, ...mouse.offences])).toEqual([]);
    for (const { page: one } of [keys, mouse]) await one.context().close();
  },
);
