import AxeBuilder from '@axe-core/playwright';
import { join } from 'node:path';
import { askTerminal } from '../../electron/host/control/ask-terminal.ts';
import type { ControlRequest } from '../../electron/host/control/control-protocol.ts';
import { expect, test } from './fixtures.ts';

const PIN = '271828';

/** A window's own computer: it trusts the station's authority, which a test's browser cannot be taught. */
test.use({
  ignoreHTTPSErrors: true,
  viewport: { width: 1366, height: 768 },
  // A station of its own: nobody else's number waits in its queue.
  stationOptions: ['--camera'],
});

test(
  'a window is let in, its clerk signs in and works a short day by the keyboard',
  { tag: '@upright' },
  async ({ page, station, guard }) => {
    // What a browser says of a page that it may not have yet.
    guard.expectMessage(/401/);
    const dataDir = join(station.ready.dataDir, 'terminal');
    const technician = async (request: ControlRequest) => {
      const answer = await askTerminal(dataDir, request);
      if (!answer?.ok) throw new Error(answer?.fault.code ?? 'nobody answers');
      return answer.value;
    };
    await technician({ verb: 'add', staffId: 's01', role: 'staff', pin: PIN });

    await page.goto(station.ready.door ?? '');
    const code = (await page.locator('.code').innerText()).replaceAll(' ', '');
    await technician({ verb: 'admit', code, as: 'window-1' });

    // The page goes on by itself.
    await page.getByLabel('工号').fill('s01');
    await page.getByLabel('密码').fill('314159');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('核对工号');
    await page.getByLabel('密码').fill(PIN);
    await page.keyboard.press('Enter');

    await page.getByRole('button', { name: '开始办理' }).click();
    const current = page.getByTestId('current');
    const said = page.getByRole('status');
    await expect(said).toHaveText('窗口已打开');
    await expect(page.locator('[data-verb=next]')).toBeVisible();

    // Somebody without a number; by digits, as each question is answered.
    await page.keyboard.press('w');
    await page.keyboard.press('1');
    await expect(current).toHaveText('A001');
    await expect(said).toHaveText('开始办理 A001');
    await page.keyboard.press('h');
    await page.keyboard.press('2');
    await expect(said).toHaveText('A001 已暂放');
    await page.keyboard.press('u');
    await expect(current).toHaveText('A001');
    await page.keyboard.press('t');
    await page.keyboard.press('2');
    await page.keyboard.press('1');
    await expect(said).toHaveText('A001 已转办');
    // It waits in its new line, which this window serves too.
    // So soon after the last call a key is taken for a slip of the finger.
    await expect(async () => {
      await page.keyboard.press('Space');
      await expect(current).toHaveText('A001', { timeout: 1_000 });
    }).toPass();
    await expect(said).toHaveText('请 A001 到本窗口');
    await page.keyboard.press('s');
    await expect(said).toHaveText('A001 开始办理');
    await page.keyboard.press('f');
    await expect(said).toHaveText('A001 办结');
    await expect(page.getByText('现在没有人')).toBeVisible();

    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);

    await page.keyboard.press('p');
    await expect(page.getByText('暂停中')).toBeVisible();
    await page.keyboard.press('p');
    await page.getByRole('button', { name: '今日数据' }).click();
    await expect(page.getByRole('row', { name: /1 号窗口/ })).toContainText('1');

    // A reload finds everything as it was; a browser that is shut out has nothing left.
    await page.reload();
    await expect(page.getByText('办理中')).toBeVisible();
    await technician({ verb: 'shut-out', browser: 'window-1' });
    await expect(page.locator('.code')).toBeVisible();
  },
);
