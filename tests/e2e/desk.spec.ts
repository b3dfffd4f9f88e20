/** A day of officials at the desk: real browsers, two nodes of the platform, a real PostgreSQL. */
import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import type pg from 'pg';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { connect } from '../../platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../../platform/database/for-tests.ts';
import { HEALTH, PASSWORD, plantOfficial, STREET } from '../../platform/desk/for-tests.ts';
import {
  acknowledged,
  call,
  clockForTests,
  DESK_TOKEN,
  payload,
  startTestPlatform,
  submission,
  submit,
  TERMINAL,
} from '../../platform/for-tests.ts';
import type { Platform } from '../../platform/server.ts';

let postgres: TestPostgres;
let nodes: readonly [Platform, Platform];
let pool: pg.Pool;
let serial = 0;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(180_000);
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  nodes = [await startTestPlatform(url), await startTestPlatform(url)];
  pool = connect(url);
  const nowMs = clockForTests.now();
  await plantOfficial(pool, { officialId: 'wang', roles: ['clerk'] }, nowMs);
  await plantOfficial(
    pool,
    { officialId: 'li', roles: ['clerk'], unitCode: HEALTH, unitName: '示例区卫生健康局' },
    nowMs,
  );
  await plantOfficial(
    pool,
    { officialId: 'zhou', roles: ['clerk', 'supervisor'], unitCode: STREET, unitName: '示例街道办事处' },
    nowMs,
  );
  await plantOfficial(pool, { officialId: 'zhao', roles: ['supervisor'] }, nowMs);
  await plantOfficial(pool, { officialId: 'qian', roles: ['auditor'] }, nowMs);
  await plantOfficial(pool, { officialId: 'sun', roles: ['administrator'], administersAll: true }, nowMs);
});

test.afterAll(async () => {
  test.setTimeout(120_000);
  await pool.end();
  for (const node of nodes) await node.close();
  await postgres.close();
});

async function newCase(
  itemSlug = 'elderly-allowance',
  identitySource: 'card' | 'none' = 'card',
): Promise<string> {
  serial += 1;
  const content = payload(
    itemSlug === 'consultation'
      ? {
          about: 'medins',
          question: '医保怎么报销？要带哪些东西？',
          replyBy: 'phone',
          callName: '张建国',
          mobile: '13800005678',
        }
      : {
          applicantName: '张建国',
          applicantId: '999901194503120014',
          mobile: '13800005678',
          liveAlone: '1',
          signature: {
            width: 300,
            height: 100,
            strokes: [
              [
                [20, 80],
                [60, 20],
                [100, 80],
                [140, 20],
              ],
            ],
          },
        },
  );
  const answer = await submit(nodes[0], serial, { ...submission({ ...content, identitySource }), itemSlug });
  expect(answer.status).toBe(200);
  return acknowledged(answer).caseNo;
}

/** The desk of an office: a computer with a mouse. */
async function deskPage(browser: Browser, node = nodes[0]): Promise<Page> {
  const context = await browser.newContext({
    baseURL: node.url,
    viewport: { width: 1280, height: 800 },
    hasTouch: false,
    locale: 'zh-CN',
  });
  return context.newPage();
}

async function signIn(page: Page, officialId: string, password = PASSWORD): Promise<void> {
  await page.goto('/desk/sign-in');
  await page.getByLabel('工号').fill(officialId);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录' }).click();
}

/** Nothing that axe finds, one first heading, nothing wider than the window, and no script at all. */
async function checkDeskPage(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes: at }) => `${id}: ${at.map(({ html }) => html).join(' ')}`)).toEqual([]);
  await expect(page.locator('h1')).toHaveCount(1);
  expect(await page.locator('script').count()).toBe(0);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
}

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

test('@upright a clerk works a case from received to closed, with the keys alone where she signs in', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const caseNo = await newCase();
  const page = await deskPage(browser);
  await page.goto('/desk');
  await checkDeskPage(page);
  await page.getByLabel('工号').focus();
  await page.keyboard.type('wang');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('办件');
  await checkDeskPage(page);
  await page.getByRole('link', { name: caseNo }).click();
  await checkDeskPage(page);
  await expect(page.locator('main')).toContainText('张*国');
  await expect(page.locator('main')).not.toContainText('张建国');
  await press(page, '显示全部信息');
  await expect(page.locator('main')).toContainText('张建国');
  await expect(page.getByAltText('申请人签名')).toHaveJSProperty('complete', true);
  expect(
    await page.getByAltText('申请人签名').evaluate((image: HTMLImageElement) => image.naturalWidth),
  ).toBe(300);
  await checkDeskPage(page);
  await page.getByRole('link', { name: '受理', exact: true }).click();
  await checkDeskPage(page);
  await press(page, '确认，受理');
  await expect(page.getByRole('status')).toHaveText('已办：受理。');
  await page.getByRole('link', { name: '办结', exact: true }).click();
  await checkDeskPage(page);
  await press(page, '下一步：核对');
  await expect(page.getByRole('alert')).toBeFocused();
  await checkDeskPage(page);
  await page.getByRole('alert').getByRole('link', { name: '请选择结果。' }).click();
  await page.getByLabel('准予（已办妥）').check();
  await page.getByLabel('给申请人的话（中文）').fill('津贴从十二月起发放。');
  await press(page, '下一步：核对');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请核对：办结');
  await checkDeskPage(page);
  await press(page, '返回修改');
  await expect(page.getByLabel('给申请人的话（中文）')).toHaveValue('津贴从十二月起发放。');
  await press(page, '下一步：核对');
  await press(page, '确认，办结');
  await expect(page.locator('main')).toContainText('津贴从十二月起发放。');
  await page.getByRole('link', { name: '登记送达' }).click();
  await page.getByLabel('本人领取').check();
  await checkDeskPage(page);
  await press(page, '下一步：核对');
  await press(page, '确认，登记送达');
  await expect(page.locator('.acts')).toContainText('现在没有可以办的');
  await press(page, '退出登录');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('登录办事工作台');
  await page.goBack();
  await expect(page.getByRole('button', { name: '登录' })).toBeVisible();
  await page.context().close();
});

test('@upright a correction is asked for, and a stale page and another unit are told so', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const caseNo = await newCase();
  const [one, two] = [await deskPage(browser), await deskPage(browser, nodes[1])];
  await signIn(one, 'wang');
  await signIn(two, 'zhou');
  await one.goto(`/desk/cases/${caseNo}/acts/refuse`);
  await one.getByLabel('理由（中文）').fill('年龄不到八十岁，依据第三条。');
  await two.goto(`/desk/cases/${caseNo}/acts/correct`);
  await checkDeskPage(two);
  await two.getByLabel('居民户口簿', { exact: true }).check();
  await two.getByLabel('居民户口簿的理由').selectOption({ label: '看不清，请重拍' });
  await two.getByLabel('手机号码', { exact: true }).check();
  await press(two, '下一步：核对');
  await expect(two.getByRole('alert')).toContainText('手机号码：请选择或填写理由。');
  await checkDeskPage(two);
  await two.getByLabel('手机号码的理由').selectOption({ label: '联系不上，请核对' });
  await press(two, '下一步：核对');
  await checkDeskPage(two);
  await press(two, '确认，要求补正');
  await expect(two.getByRole('status')).toHaveText('已办：要求补正。');
  await press(one, '下一步：核对');
  await expect(one.getByRole('heading', { level: 1 })).toHaveText('您填写时，这个办件有了变化');
  await expect(one.locator('main')).toContainText('看不清，请重拍');
  await expect(one.locator('main')).toContainText('年龄不到八十岁，依据第三条。');
  await checkDeskPage(one);
  const other = await deskPage(browser);
  await signIn(other, 'li');
  await other.goto(`/desk/cases/${caseNo}/acts/accept`);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('这个办件不归本单位办');
  await checkDeskPage(other);
  for (const page of [one, two, other]) await page.context().close();
});

test('@upright a question is replied to, with what was written kept when the session has ended on another node', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const caseNo = await newCase('consultation', 'none');
  const page = await deskPage(browser);
  await signIn(page, 'zhou');
  await page.getByRole('link', { name: '咨询投诉建议' }).click();
  await checkDeskPage(page);
  await page.getByRole('link', { name: caseNo }).click();
  await page.getByRole('link', { name: '答复', exact: true }).click();
  await checkDeskPage(page);
  const words = '您问的医保报销，请带医保卡、发票和病历，到街道窗口办理。';
  await page.getByLabel('答复内容').fill(words);
  const elsewhere = await deskPage(browser, nodes[1]);
  await signIn(elsewhere, 'zhou');
  await elsewhere.goto('/desk/account');
  await checkDeskPage(elsewhere);
  await press(elsewhere, '在所有电脑上退出登录');
  await press(page, '下一步：核对');
  await expect(page.getByRole('status')).toContainText('您刚才填写的内容还在');
  await checkDeskPage(page);
  await page.getByLabel('工号').fill('zhou');
  await page.getByLabel('密码').fill(PASSWORD);
  await press(page, '登录');
  await press(page, '接着办理');
  await expect(page.getByLabel('答复内容')).toHaveValue(words);
  await press(page, '下一步：核对');
  await press(page, '确认，答复');
  await expect(page.locator('main')).toContainText(words);
  await checkDeskPage(page);
  for (const one of [page, elsewhere]) await one.context().close();
});

test('@upright a wrong password is said, five of them lock, and her own computer stays open to the clerk', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const own = await deskPage(browser);
  await signIn(own, 'wang');
  await press(own, '退出登录');
  const stranger = await deskPage(browser);
  for (let n = 0; n < 5; n += 1) {
    await signIn(stranger, 'wang', 'not the password at all');
    await expect(stranger.getByRole('alert')).toContainText('工号或密码不对');
  }
  await checkDeskPage(stranger);
  await signIn(stranger, 'wang');
  await expect(stranger.getByRole('alert')).toContainText('错的次数太多');
  await signIn(own, 'wang');
  await expect(own.getByRole('button', { name: '退出登录' })).toBeVisible();
  for (const page of [own, stranger]) await page.context().close();
});

test('@upright an administrator adds a colleague, who chooses a password; the auditor sees who did what', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const administrator = await deskPage(browser);
  await signIn(administrator, 'sun');
  await checkDeskPage(administrator);
  await press(administrator, '新增');
  await expect(administrator.getByRole('alert')).toContainText('请填写姓名');
  await checkDeskPage(administrator);
  await administrator.getByLabel('工号').fill('wu');
  await administrator.getByLabel('姓名').fill('吴新来');
  await administrator.getByLabel('单位', { exact: true }).fill('示例街道办事处');
  await administrator.getByLabel('单位代码').fill(STREET);
  await administrator.getByLabel('经办').check();
  await administrator.getByRole('button', { name: '新增', exact: true }).click();
  const given = await administrator.locator('.secret').innerText();
  await checkDeskPage(administrator);
  const colleague = await deskPage(browser);
  await signIn(colleague, 'wu', given);
  await expect(colleague.getByRole('heading', { level: 1 })).toHaveText('修改密码');
  await checkDeskPage(colleague);
  await colleague.getByLabel('现在的密码').fill(given);
  await colleague.getByLabel('新密码', { exact: true }).fill('小区门口的石榴树开花了呢我很高兴');
  await colleague.getByLabel('再输入一次新密码').fill('小区门口的石榴树开花了呢我很高兴');
  await press(colleague, '修改密码');
  await expect(colleague.getByRole('status')).toContainText('密码已修改');
  for (const part of ['指南纠错', '评价', '办件']) {
    await colleague.getByRole('link', { name: part, exact: true }).click();
    await checkDeskPage(colleague);
  }
  await press(colleague, 'English');
  await expect(colleague.getByRole('heading', { level: 1 })).toHaveText('Cases');
  await checkDeskPage(colleague);
  const auditor = await deskPage(browser);
  await signIn(auditor, 'qian');
  await auditor.getByLabel('工号').fill('wu');
  await press(auditor, '查询');
  await expect(auditor.locator('tbody')).toContainText('修改密码');
  await checkDeskPage(auditor);
  const download = auditor.waitForEvent('download');
  await auditor.getByRole('link', { name: '导出 CSV' }).click();
  expect((await download).suggestedFilename()).toBe('desk-audit.csv');
  await auditor.goto('/desk/officials');
  await expect(auditor.getByRole('heading', { level: 1 })).toHaveText('您的角色不能看这一页');
  await checkDeskPage(auditor);
  for (const page of [administrator, colleague, auditor]) await page.context().close();
});

/** A case that is over and was rated badly by somebody who can be called; and one whose promised day is over. */
async function aBadWeek(): Promise<{ readonly entryNo: string; readonly callBackNo: string }> {
  const caseNo = await newCase();
  const send = async (path: string, by: typeof DESK_TOKEN | typeof TERMINAL, body: object) => {
    const answer = await call(`${nodes[0].url}/v1/${path}`, { method: 'POST', by, body });
    expect(answer.status, path).toBe(200);
  };
  await send(`cases/${caseNo}/refusal`, DESK_TOKEN, { reason: { zh: '不符合', en: 'Not so' } });
  await send('ratings', TERMINAL, {
    ratingId: randomUUID(),
    caseNo,
    rating: { level: 'dissatisfied', reasons: [], words: '为一张清单跑了三趟' },
    ratedAt: new Date(clockForTests.now()).toISOString(),
  });
  const late = await newCase();
  await pool.query(`UPDATE case_record SET status = '05', decide_by = '2026-11-16' WHERE case_no = $1`, [
    late,
  ]);
  await pool.query(
    `INSERT INTO case_alert (alert_no, cursor, application_id, level, rule, since, raised_at)
     SELECT v.no, c.cursor, c.application_id, v.level, v.rule, v.since::date, now() FROM case_record c,
       (VALUES ('DB1', 'yellow', 'promise-over', '2026-11-17'), ('DB2', 'red', 'unhandled', '2026-11-18')) v (no, level, rule, since)
     WHERE c.case_no = $1`,
    [late],
  );
  const { rows } = await pool.query<{ entry_no: string; call_back_no: string }>(
    'SELECT entry_no, call_back_no FROM rating_ledger JOIN call_back USING (case_no) WHERE case_no = $1',
    [caseNo],
  );
  return { entryNo: rows[0]?.entry_no ?? '', callBackNo: rows[0]?.call_back_no ?? '' };
}

/** Also in English, as it stands; where the pictures go is said by whoever wants them. */
async function lookAt(page: Page, name: string): Promise<void> {
  await checkDeskPage(page);
  const dir = process.env['YIZHAN_SCREENSHOTS'];
  if (dir !== undefined) await page.screenshot({ path: `${dir}/${name}.png`, fullPage: true });
}

test('@upright a supervisor sees what is overdue, and brings a bad rating to its end with the resident called', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const { entryNo, callBackNo } = await aBadWeek();
  const page = await deskPage(browser);
  await signIn(page, 'zhao');
  await page.getByRole('link', { name: '预警', exact: true }).click();
  await expect(page.locator('tbody')).toContainText('红牌');
  await lookAt(page, 'alerts-zh');
  await press(page, 'English');
  await lookAt(page, 'alerts-en');
  await page.getByRole('link', { name: 'Bad ratings', exact: true }).click();
  await lookAt(page, 'ledger-en');
  await page.getByRole('link', { name: entryNo }).click();
  await lookAt(page, 'entry-en');
  await page.getByRole('link', { name: 'Verify' }).click();
  await lookAt(page, 'verify-en');
  await press(page, 'Next: check');
  await expect(page.getByRole('alert')).toBeFocused();
  await lookAt(page, 'verify-wrong-en');
  await page.goto(`/desk/ledger/${entryNo}/acts/verify`);
  await press(page, '中文');
  await lookAt(page, 'verify-zh');
  await page.getByLabel('属实', { exact: true }).check();
  await page.getByLabel('核实情况').fill('窗口没有一次告知');
  await press(page, '下一步：核对');
  await lookAt(page, 'verify-check-zh');
  await press(page, '确认，核实');
  await expect(page.getByRole('status')).toHaveText('已办：核实。');
  await lookAt(page, 'entry-zh');
  await page.getByRole('link', { name: '整改或解释' }).click();
  await lookAt(page, 'answer-zh');
  await page.getByLabel('整改', { exact: true }).check();
  await page.getByLabel('处理情况').fill('清单贴在窗口');
  await press(page, '下一步：核对');
  await press(page, '确认，整改或解释');
  await page.getByRole('link', { name: '回访', exact: true }).click();
  await lookAt(page, 'call-backs-zh');
  await page.getByRole('link', { name: callBackNo }).click();
  await lookAt(page, 'call-back-zh');
  await page.getByRole('link', { name: '记下一次通话' }).click();
  await lookAt(page, 'call-zh');
  await page.getByLabel('接通了', { exact: true }).check();
  await page.getByLabel('居民怎么说').fill('这回满意了');
  await press(page, '下一步：核对');
  await lookAt(page, 'call-check-zh');
  await press(page, '确认，记下一次通话');
  await expect(page.locator('main')).toContainText('这回满意了');
  await page.goto(`/desk/ledger/${entryNo}`);
  await page.getByRole('link', { name: '办结差评' }).click();
  await lookAt(page, 'close-zh');
  await press(page, '确认，办结差评');
  await expect(page.locator('.acts')).toContainText('现在没有可以办的');
  await page.getByRole('link', { name: '差评台账', exact: true }).click();
  await page.getByLabel('看哪些').selectOption({ label: '已办结的' });
  await press(page, '筛选');
  await expect(page.locator('tbody')).toContainText(entryNo);
  await page.context().close();
});
