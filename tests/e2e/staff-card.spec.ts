import { join } from 'node:path';
import { copiedAudit } from '../support/copied-audit.ts';
import { openStaffPage, STAFF_PIN, technician } from './console.ts';
import { expect, test } from './fixtures.ts';
import { type } from './journey.ts';
import { layoutOffences } from './layout.ts';

test(
  'a clerk registers a card by the PIN; the next time it says who it is, and a resident’s card says nothing',
  { tag: '@upright' },
  async ({ page, station }) => {
    const { reader } = station.hand.api;
    await technician(station, { verb: 'add', staffId: 's41', role: 'staff', pin: STAFF_PIN });
    await page.clock.install();
    await page.goto(station.resident);
    await openStaffPage(page);
    const atSignIn = page.getByTestId('card-sign-in');
    await expect(atSignIn).toContainText('身份证放在读卡器上');
    await page.screenshot({ path: test.info().outputPath('sign-in.png') });
    expect(await layoutOffences(page)).toEqual([]);
    await reader.placeCard({ person: 'li-xiumei' });
    await expect(atSignIn).toContainText('这张卡没有登记过');
    await reader.takeCard();

    await page.getByLabel('工号').tap();
    await type(page, 's41');
    await page.getByLabel('密码').tap();
    await type(page, STAFF_PIN);
    await page.getByRole('button', { name: '登录', exact: true }).tap();
    await page.getByRole('button', { name: '我的账号' }).tap();
    await expect(page.getByTestId('own-card')).toContainText('还没有登记卡');
    await page.getByLabel('密码').tap();
    await type(page, STAFF_PIN);
    await page.screenshot({ path: test.info().outputPath('account.png') });
    expect(await layoutOffences(page)).toEqual([]);
    await page.getByRole('button', { name: '登记一张卡' }).tap();
    await expect(page.getByTestId('card-to-register')).toContainText('放在读卡器上');
    await reader.placeCard({ person: 'zhang-jianguo' });
    await expect(page.getByTestId('own-card')).toContainText('已登记一张卡');
    await reader.takeCard();
    await page.getByRole('button', { name: '退出登录' }).tap();

    await openStaffPage(page);
    await expect(atSignIn).toBeVisible();
    await reader.placeCard({ person: 'zhang-jianguo' });
    await expect(atSignIn).toContainText('已认出 s41 的卡');
    await type(page, STAFF_PIN);
    await page.screenshot({ path: test.info().outputPath('known.png') });
    expect(await layoutOffences(page)).toEqual([]);
    await page.getByRole('button', { name: '登录', exact: true }).tap();
    await expect(page.getByRole('button', { name: '退出登录' })).toBeVisible();

    const acts = copiedAudit(join(station.ready.dataDir, 'terminal'))
      .filter(({ event }) => event.startsWith('access.card'))
      .map(({ event, disposition }) => `${event} ${disposition}`);
    expect(acts).toEqual(['access.card-refused unknown', 'access.card-registered success']);
  },
);
