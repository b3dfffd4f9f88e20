import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { desk, letIn, STAFF_PIN, technician } from './console.ts';
import { expect, test } from './fixtures.ts';
import { type } from './journey.ts';
import { layoutOffences } from './layout.ts';
import { checkLayout, checkPage } from './page-checks.ts';
import { openScreen } from '../support/screen-client.ts';

// A station of its own: it does not outlive this file.
test.use({ stationOptions: ['--camera'] });

/** Five touches in the two lower corners of the panel, the left one first. */
async function gesture(page: Page, touches = 5): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  for (let count = 0; count < touches; count += 1)
    await page.touchscreen.tap(count % 2 === 0 ? 8 : width - 8, height - 8);
}

async function signInAtKiosk(page: Page, pin: string): Promise<void> {
  await page.getByLabel('工号').tap();
  if ((await page.getByLabel('工号').inputValue()) === '') await type(page, 't01');
  await page.getByLabel('密码').tap();
  await type(page, pin);
  await page.getByRole('button', { name: '登录', exact: true }).tap();
}

async function open(page: Page, tab: string): Promise<void> {
  await page.locator(`[data-tab="${tab}"]`).click();
  await page.getByTestId(`panel-${tab}`).waitFor();
  await picture(page, `${placeOf(page)}-${tab}`);
  // A desk has a mouse, and is read from an arm's length.
  if (placeOf(page) === 'lan') return;
  await checkPage(page, tab);
  await lying(page, async () => {
    await checkLayout(page, `${tab}, lying`);
    await picture(page, `lying-${tab}`);
  });
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['YIZHAN_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The same panel, as it hangs across. */
async function lying(page: Page, look: () => Promise<void>): Promise<void> {
  const upright = page.viewportSize() ?? { width: 1080, height: 1920 };
  await page.setViewportSize({ width: upright.height, height: upright.width });
  await look();
  await page.setViewportSize(upright);
}

const placeOf = (page: Page): string => ((page.viewportSize()?.width ?? 0) === 1366 ? 'lan' : 'kiosk');

const act = (page: Page, name: string) => page.locator(`[data-act="${name}"]`);
const said = (page: Page) => page.locator('footer').getByRole('status');

test(
  'a technician at the kiosk and at a window: a sign-in and no more, each panel, out of service, and the end of a terminal',
  { tag: '@upright' },
  async ({ page, station, browser, guard }) => {
    test.setTimeout(240_000);
    const terminalFolder = join(station.ready.dataDir, 'terminal');
    await technician(station, { verb: 'add', staffId: 't01', role: 'technician', pin: STAFF_PIN });
    await technician(station, { verb: 'add', staffId: 's01', role: 'staff', pin: STAFF_PIN });

    await test.step('four touches are nothing; five open a sign-in and no more, and a wrong PIN opens nothing', async () => {
      await page.goto(station.resident);
      await page.locator('main[data-step="home"]').waitFor();
      await gesture(page, 4);
      await page.touchscreen.tap(500, 400);
      await expect(page).toHaveURL(/\/$/);
      await page.goto(station.resident);
      await page.locator('main[data-step="home"]').waitFor();
      await gesture(page);
      await page.getByLabel('工号').waitFor();
      await expect(page.locator('nav.tabs')).toHaveCount(0);
      await page.getByLabel('工号').tap();
      await lying(page, async () => {
        await expect(page.locator('[data-layout="staff"]')).toBeVisible();
        // All of it above the keys.
        const enter = page.getByRole('button', { name: '登录', exact: true });
        for (const one of [page.getByLabel('密码'), enter, page.getByTestId('other-way')])
          await expect(one).toBeInViewport({ ratio: 0.9 });
        await checkLayout(page, 'sign-in, lying');
        await picture(page, 'lying-sign-in');
      });
      await signInAtKiosk(page, '314159');
      const why = page.locator('form.sign-in').getByRole('alert');
      await expect(why).toContainText('工号或密码不对');
      await expect(why).toContainText('核对工号');
      await expect(page.locator('nav.tabs')).toHaveCount(0);
      await signInAtKiosk(page, STAFF_PIN);
      await page.getByTestId('panel-devices').waitFor();
    });

    await test.step('every panel at the kiosk; a device asked anew, the store checked, crosses touched', async () => {
      const printer = page.locator('[data-device="printer"]');
      await expect(printer.getByTestId('device-state')).toHaveText('正常');
      await printer.locator('[data-act="identify"]').tap();
      await expect(said(page)).toHaveText('已重新识别');
      await expect(printer.getByTestId('device-state')).toHaveText('正常');
      await printer.locator('[data-act="open"]').tap();
      await expect(printer.getByTestId('history')).toContainText('正常');
      await printer.locator('[data-act="trace"]').tap();
      await expect(printer.getByTestId('trace').locator('code').first()).toHaveText(/^[<>] /);
      await open(page, 'devices');
      await open(page, 'work');
      await open(page, 'machine');
      await act(page, 'check-store').tap();
      await expect(page.getByTestId('store-check')).toContainText('完好');
      await act(page, 'check-network').tap();
      await expect(page.locator('[data-step-of-line="http"]')).toContainText('毫秒');
      await open(page, 'machine');
      await open(page, 'trust');
      await expect(page.locator('[data-dated="door-certificate"]')).toContainText('正常');
      await open(page, 'log');
      await expect(page.getByTestId('panel-log')).toContainText('自助机上存不了文件');
      await open(page, 'calibrate');
      await act(page, 'crosses').tap();
      for (let count = 1; count <= 4; count += 1) {
        await expect(page.getByTestId('crosses')).toContainText(`第 ${count} 个`);
        const cross = await page.locator('.cross').boundingBox();
        if (cross === null) throw new Error('there is no cross');
        await page.touchscreen.tap(cross.x, cross.y);
      }
      await expect(page.getByTestId('touch-result')).toContainText('合格');
      await act(page, 'wider').tap();
      await expect(page.getByTestId('measured')).toContainText('量得');
      await open(page, 'calibrate');
    });

    await test.step('out of service: the next resident is told where to go, and can begin nothing', async () => {
      await open(page, 'service');
      await act(page, 'service').tap();
      await expect(page.getByTestId('service-state')).toHaveText('已暂停服务');
      await lying(page, async () => {
        // The keys take the place where the field was.
        await page.locator('#terminal-id').tap();
        await expect(page.locator('[data-layout="staff"]')).toBeVisible();
        await expect(page.locator('#terminal-id')).toBeInViewport({ ratio: 0.9 });
      });
      await page.getByRole('button', { name: '退出登录' }).tap();
      const out = page.locator('main[data-step="out-of-service"]');
      await expect(out).toContainText('本机暂停使用');
      await expect(out).toContainText('电话');
      expect(await layoutOffences(page)).toEqual([]);
      await picture(page, 'kiosk-out-of-service');
      await expect(page.locator('main[data-step="home"]')).toBeHidden();
    });

    const window = await desk(browser, station);
    const lan = window.page;
    await letIn(lan, station, 'window-1');
    await test.step('at a window’s computer: a burn-in, the log taken along, and every panel', async () => {
      await lan.getByLabel('工号').fill('t01');
      await lan.getByLabel('密码').fill(STAFF_PIN);
      await lan.keyboard.press('Enter');
      await lan.getByTestId('to-technician').click();
      const reader = lan.locator('[data-device="card-reader"]');
      await reader.locator('[data-act="open"]').click();
      await reader.locator('[data-act="burn-in"]').click();
      // Not "不合格", which has it in it.
      await expect(reader.getByTestId('burn-in').locator('.tone')).toHaveText('合格');
      await reader.locator('[data-act="stop-burn-in"]').click();
      await expect(reader.getByTestId('burn-in')).toContainText('提前结束');
      await expect(reader.getByTestId('device-state')).toHaveText('正常');
      for (const tab of ['devices', 'work', 'machine', 'trust', 'calibrate', 'service', 'log'])
        await open(lan, tab);
      await lan.locator('[data-level="debug"]').click();
      await expect(lan.getByTestId('level-until')).toContainText('自动恢复');
      const download = lan.waitForEvent('download');
      await act(lan, 'download').click();
      expect((await download).suggestedFilename()).toMatch(/^yizhan-log-demo-01-.*\.jsonl$/);
    });

    await test.step('a decommission is refused while something is left, and is done by two when nothing is', async () => {
      await lan.locator('[data-tab="service"]').click();
      const decommission = act(lan, 'decommission');
      await lan.locator('#terminal-id').fill('demo-02');
      await expect(decommission).toBeDisabled();
      await station.hand.api.line.setCut({ cut: true });
      const screen = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
      const reported = { slug: 'elderly-allowance', error: 'phone' } as const;
      expect((await screen.api.catalogue.reportError(reported)).ok).toBe(true);
      // Of a cut that nobody has noticed yet nobody notices the end.
      for await (const { platform } of await screen.api.station.watch()) if (platform === 'offline') break;
      screen.close();
      await expect(lan.locator('[data-left="guideReports"]')).toContainText('1');
      await expect(lan.locator('#terminal-id')).toHaveCount(0);
      await station.hand.api.line.setCut({ cut: false });
      await lan.locator('#terminal-id').waitFor();
      await act(lan, 'service').click();
      await expect(lan.getByTestId('service-state')).toHaveText('正在服务');
      await expect(lan.locator('#terminal-id')).toHaveCount(0);
      await expect(lan.getByTestId('panel-service')).toContainText('先暂停服务');
      await act(lan, 'service').click();
      await lan.locator('#terminal-id').fill('demo-01');
      await decommission.click();
      await expect(lan.locator('footer').getByRole('alert')).toContainText('另一位有权限的同事');
      const second = lan.locator('form.second');
      await expect(second).toBeInViewport({ ratio: 1 });
      await expect(second).toContainText('t01 要：让这台终端永久退役（demo-01）');
      await second.getByLabel('您本人的工号').fill('t01');
      await second.getByLabel('密码').fill(STAFF_PIN);
      await act(lan, 'second-yes').click();
      await expect(lan.locator('footer').getByRole('alert')).toContainText('换一位同事');
      await second.getByLabel('您本人的工号').fill('s01');
      await second.getByLabel('密码').fill(STAFF_PIN);
      await picture(lan, 'lan-second-person');
      await act(lan, 'second-yes').click();
      await expect(lan.getByTestId('second-confirmed')).toContainText(
        's01 已确认。请 t01 在五分钟内再按一次。',
      );
      guard.expectMessage(/WebSocket|ERR_CONNECTION_REFUSED/);
      await decommission.click();
      await expect
        .poll(() => existsSync(join(terminalFolder, 'decommissioned', 'audit-demo-01.jsonl')))
        .toBe(true);
      await expect.poll(() => readdirSync(terminalFolder)).toEqual(['decommissioned']);
    });
    expect(
      window.offences.filter((offence) => !/WebSocket|ERR_CONNECTION|Failed to load/.test(offence)),
    ).toEqual([]);
    await lan.context().close();
  },
);
