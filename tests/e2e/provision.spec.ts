import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { loadConfig } from '../../kiosk-config/load.ts';
import { freePort } from '../support/cut-line.ts';
import {
  NEW_TERMINAL,
  startFirstStartStation,
  type FirstStartProcess,
  type FirstStartStation,
} from '../support/first-start.ts';
import { checkLayout, checkPage } from './page-checks.ts';
import { withSheetCamera } from './sheet-camera.ts';
import { watchPage } from './watch-page.ts';

/** 47 minutes ahead, as a board that was set by hand in another place. */
const CLOCK_OFF_MS = 47 * 60_000;
/** Where somebody wants to see the pages: a folder. */
const shots = process.env['YIZHAN_SHOTS'];

let station: FirstStartStation;
let running: FirstStartProcess;
let port = 0;

test.use({ launchOptions: withSheetCamera, actionTimeout: 15_000 });
test.beforeAll(async () => {
  station = await startFirstStartStation();
  port = await freePort();
});
test.afterAll(async () => {
  running.child.kill('SIGTERM');
  await running.ended;
  await station.close();
});

async function start(): Promise<string> {
  running = station.start('--port', String(port));
  const first = (await running.first) as { provisioning: { screen: string } };
  return first.provisioning.screen;
}

const UPRIGHT = { width: 1080, height: 1920 };
const LYING = { width: 1920, height: 1080 };

/** A technician in gloves: he touches what is written on the glass, and nothing else. */
function technician(page: Page) {
  const picture = async (name: string): Promise<void> => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
  };
  const touch = (name: string): Promise<void> => page.locator(`[data-do="${name}"]`).tap();
  const verdict = page.locator('main [data-verdict]');
  return {
    touch,
    verdict,
    /** The next page is there: both may have a button of one name. */
    next: async () => {
      const current = page.locator('[data-step][aria-current]');
      const before = await current.getAttribute('data-step');
      await touch('next');
      await expect(current).not.toHaveAttribute('data-step', before ?? '');
    },
    /** What is wrong, in words: the page names it before he has to ask. */
    reads: async (sentence: string | RegExp, where: Locator = verdict) => {
      await expect(where.filter({ hasText: sentence })).toBeVisible({ timeout: 30_000 });
    },
    type: async (text: string) => {
      for (const key of text) await page.locator(`main [data-key="${key}"]`).tap();
    },
    device: (id: string): Locator => page.locator(`[data-device="${id}"]`),
    identify: async (id: string) => {
      await page.locator(`[data-device="${id}"] [data-do="identify"]`).tap();
    },
    green: async (id: string) => {
      await expect(page.locator(`[data-device="${id}"] [data-verdict="green"]`)).toBeVisible({
        timeout: 30_000,
      });
    },
    shot: (name: string) => picture(`upright-${name}`),
    /** The same page on a panel that lies, where little fits: what he needs for the next touch is in sight without a search. */
    lying: async (name: string, ...inSight: readonly Locator[]) => {
      await page.setViewportSize(LYING);
      await checkLayout(page, `${name}, lying`);
      for (const one of inSight) await expect(one).toBeInViewport({ ratio: 0.9 });
      await picture(`lying-${name}`);
      await page.setViewportSize(UPRIGHT);
    },
  };
}

test(
  'a technician takes a bare configuration to a green report, and every fault on the way is named',
  { tag: '@upright' },
  async ({ page }) => {
    // Two starts of the terminal, a platform on a database of its own and six devices, on a machine with two cores.
    test.setTimeout(240_000);
    const offences = watchPage(page);
    const { touch, next, reads, type, device, identify, green, verdict, shot, lying } = technician(page);
    station.setClock(CLOCK_OFF_MS);
    await page.goto(await start());

    await test.step('a dead platform: nobody can say the time, and the network says where it ends', async () => {
      await reads('连不上平台，不能确认本机时间对不对');
      await shot('01-clock-unknown');
      await next();
      await reads('平台没有应答');
      await expect(page.locator('[data-stage="route"]')).toHaveClass('good');
      await expect(page.locator('[data-stage="platform"]')).toHaveClass('bad');
      await shot('02-network-dead');
      await lying('02-network-dead', verdict, page.locator('[data-stage="platform"]'));
      station.platformLine.set('whole');
      await touch('check');
      await expect(verdict).toHaveAttribute('data-verdict', 'green');
      await shot('03-network-good');
    });

    await test.step('a wrong clock: it says by how much', async () => {
      await touch('back');
      await reads('本机时间和平台差得太多');
      await expect(page.getByTestId('difference')).toContainText(/平台的时间比本机慢 4[67] 分 \d+ 秒/);
      await shot('04-clock-differs');
      station.setClock(0);
      await touch('check');
      await expect(verdict).toHaveAttribute('data-verdict', 'green');
      await shot('05-clock-good');
    });

    await test.step('the screen, by a card that is held to it', async () => {
      await page.locator('[data-step="screen"]').tap();
      await page.locator('[data-slider="width"]').fill('345');
      await page.locator('[data-slider="height"]').fill('160');
      await touch('keep');
      await reads('宽和高对不上');
      await lying('06-screen-odd', page.locator('.outline'), verdict, page.locator('[data-do="keep"]'));
      await shot('06-screen-odd');
      await page.locator('[data-slider="height"]').fill('218');
      await touch('keep');
      await reads('整块屏幕：宽 268 毫米，高 475 毫米');
      await shot('07-screen-good');
    });

    await test.step('enrolment, by a code that is mistyped first', async () => {
      await next();
      await type('99990100101');
      await shot('08-number');
      await touch('numbers');
      // Both pads have digits: a key that is touched while the page turns is the other pad's.
      await expect(page.getByTestId('code')).toBeVisible();
      const wrong = station.enrolmentCode.startsWith('0') ? '1' : '0';
      await type(wrong + station.enrolmentCode.slice(1));
      await touch('enrol');
      await reads('注册码输错了');
      await shot('09-code-wrong');
      await lying('09-code-wrong', verdict, page.getByTestId('code'), page.locator('[data-do="enrol"]'));
      await page.locator('main [data-key="clear"]').tap();
      await type(station.enrolmentCode);
      await touch('enrol');
      await reads(`平台已经认得这台终端：${NEW_TERMINAL.id}`);
    });

    await test.step('crossed cables: each port is asked who is there, and the two change places', async () => {
      await next();
      await shot('10-devices');
      await lying('10-devices', ...(await page.locator('[data-device]').all()));
      await identify('card-reader');
      await reads('端口接错了：这个端口上是另一个设备', device('card-reader'));
      await shot('11-crossed');
      await lying('11-crossed', device('card-reader'));
      await checkPage(page, 'crossed cables');
      await device('card-reader').locator('[data-do="exchange"]').tap();
      await identify('card-reader');
      await expect(page.locator('[data-asks="card"]')).toBeVisible({ timeout: 30_000 });
      await shot('12-card');
      station.placeCard();
      await green('card-reader');
      station.reader.takeCard();
    });

    await test.step('left in the middle, and taken up again where it was', async () => {
      running.child.kill('SIGKILL');
      await running.ended;
      await expect(page.locator('.alert')).toBeVisible();
      await start();
      await expect(page.locator('.alert')).toBeHidden({ timeout: 30_000 });
      await green('card-reader');
    });

    await test.step('the printer says its port on paper', async () => {
      await identify('printer');
      await expect(page.locator('[data-asks="print-seen"]')).toBeVisible({ timeout: 30_000 });
      await shot('13-printed');
      expect(JSON.stringify(station.printer.receipts().at(-1)?.rendered)).toContain('printer');
      await touch('seen');
      await green('printer');
    });

    await test.step('a wrong port: nothing is there, and the right one is typed', async () => {
      await identify('scanner');
      await reads('这个端口上没有设备', device('scanner'));
      await shot('14-wrong-port');
      await device('scanner').locator('[data-do="bind"]').tap();
      await type(`127.0.0.1:${String(station.scannerPort)}`);
      await shot('15-port');
      await lying('15-port', page.locator('[data-channel]').first(), page.locator('[data-do="use"]'));
      await touch('use');
      await identify('scanner');
      await expect(page.locator('[data-asks="code"]')).toBeVisible({ timeout: 30_000 });
      station.scanner.showCode('YIZHAN');
      await green('scanner');
    });

    await test.step('two displays over each other’s window: what he sees says so, and they change places', async () => {
      // On a panel that lies, few of the devices fit.
      await page.setViewportSize(LYING);
      await identify('display-1');
      await expect(page.locator('[data-asks="display-seen"]')).toBeVisible({ timeout: 30_000 });
      await shot('16-display');
      expect(station.litWindow()).toBe('2');
      await page.locator('[data-window="2"]').tap();
      await reads('两块窗口屏装反了', device('display-1'));
      await expect(device('display-1')).toBeInViewport({ ratio: 0.9 });
      await page.setViewportSize(UPRIGHT);
      await shot('17-swapped');
      await device('display-1').locator('[data-do="exchange"]').tap();
      for (const window of ['1', '2']) {
        await identify(`display-${window}`);
        await expect(page.locator('[data-asks="display-seen"]')).toBeVisible({ timeout: 30_000 });
        await page.locator(`[data-window="${station.litWindow() ?? ''}"]`).tap();
        await green(`display-${window}`);
      }
      await lying('17-devices-good', ...(await page.locator('[data-device]').all()));
    });

    await test.step('the tests', async () => {
      await next();
      await touch('test');
      await expect(page.locator('[data-do="good"]')).toBeVisible({ timeout: 30_000 });
      await shot('18-test-page');
      await touch('good');
      await next();
      await touch('test');
      await expect(page.locator('[data-do="stop"]')).toBeVisible({ timeout: 30_000 });
      station.placeCard();
      await expect(verdict).toHaveAttribute('data-verdict', 'green', { timeout: 30_000 });
      await next();
      await touch('test');
      await expect(page.locator('[data-do="good"]')).toBeVisible({ timeout: 30_000 });
      await touch('good');
      await next();
      await touch('test');
      await expect(page.locator('video')).toBeVisible();
      await shot('19-camera');
      await lying('19-camera', page.locator('video'), page.locator('[data-do="good"]'));
      await touch('good');
      await next();
      await shot('20-sound');
      // The disk takes nothing for a while.
      const inTheWay = join(station.dataDir, 'terminal', 'provisioning.json.new');
      mkdirSync(inTheWay);
      const notKept = page.locator('[data-not-kept]');
      await touch('test');
      await touch('bad');
      await reads('刚才做的没有存下来', notKept);
      await shot('20-not-kept');
      await lying('20-not-kept', notKept, verdict);
      rmdirSync(inTheWay);
      await touch('back');
      await expect(notKept).toBeHidden();
      await next();
      await reads('做了，结果不好');
    });

    await test.step('a red line leads back to its page, and then the report is green, printed and sent', async () => {
      await next();
      await touch('report');
      await expect(page.getByTestId('whole')).toHaveAttribute('data-red', '1', { timeout: 30_000 });
      await expect(page.getByText('已打印')).toBeVisible({ timeout: 30_000 });
      await shot('21-red');
      await expect(page.locator('[data-step="sound"]')).toHaveText(/10 !.*不合格/);
      await lying('21-red', page.getByTestId('whole'), page.locator('[data-line="sound"] button'));
      await checkPage(page, 'a red report');
      await page.locator('[data-line="sound"] button').tap();
      await touch('test');
      await touch('good');
      await next();
      // What was printed and sent was the red one.
      await expect(page.locator('[data-do="report"]')).toBeVisible();
      await expect(page.getByTestId('whole')).toHaveCount(0);
      await touch('report');
      await expect(page.getByTestId('whole')).toHaveAttribute('data-red', '0', { timeout: 30_000 });
      await expect(page.getByText('已打印')).toBeVisible({ timeout: 30_000 });
      await expect(page.getByText('已发给平台')).toBeVisible();
      await shot('22-green');
      expect((await station.readiness())?.[0]).toMatch(/technician {2}green$/);
    });

    await test.step('the terminal starts with what was written, and a resident’s start page comes', async () => {
      await touch('finish');
      await expect(page.getByTestId('find')).toBeVisible({ timeout: 60_000 });
      await shot('23-resident');
      const loaded = loadConfig(station.config);
      expect(loaded.ok && loaded.value.terminal).toEqual(NEW_TERMINAL);
      expect(loaded.ok && loaded.value.screen).toEqual({ widthMm: 268, heightMm: 475 });
      expect(readFileSync(station.config, 'utf8')).not.toContain(station.enrolmentCode);
    });
    expect(offences.filter((offence) => !/WebSocket|ERR_|Failed to load/.test(offence))).toEqual([]);
  },
);
