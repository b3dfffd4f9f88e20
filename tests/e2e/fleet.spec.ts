/** What somebody at the kiosk sees of an order from afar, and what whoever ordered it sees at the desk. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { connect } from '../../platform/database/connect.ts';
import { startTestPostgres } from '../../platform/database/for-tests.ts';
import { plantOfficial, PASSWORD, STREET } from '../../platform/desk/for-tests.ts';
import { heartbeat } from '../../platform/fleet/for-tests.ts';
import { BY_HAND } from '../../platform/fleet/releases/tend.ts';
import { keepHeartbeat } from '../../platform/fleet/heartbeats.ts';
import { clockForTests, startTestPlatform } from '../../platform/for-tests.ts';
import { plantTerminals, testTerminal } from '../../platform/identity/for-tests.ts';
import { expect, test } from './fixtures.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
/** Two heartbeats of the demo. */
const HEARD_WITHIN_MS = 30_000;

test('@upright out of service, the kiosk says where to go and whom to call; back in service, it begins as always', async ({
  page,
  station,
}) => {
  const operator = (...argv: readonly string[]) =>
    run(process.execPath, [join(root, 'platform/cli.ts'), 'command', ...argv, '--terminal', 'demo-01'], {
      env: { ...process.env, YIZHAN_PLATFORM_DATA: join(station.ready.dataDir, 'platform') },
    });
  await page.goto(station.resident);
  await expect(page.getByTestId('find')).toBeVisible();
  await operator('service-on');
  const title = page.getByRole('heading', { name: '本机暂停使用' });
  await expect(title).toBeVisible({ timeout: HEARD_WITHIN_MS });
  await expect(page.getByTestId('find')).toBeHidden();
  await expect(page.getByText('1 号窗口').first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  if (process.env['YIZHAN_LOOK'] !== undefined)
    await page.screenshot({ path: join(process.env['YIZHAN_LOOK'], 'out-of-service.png') });
  await operator('service-off');
  await expect(page.getByTestId('find')).toBeVisible({ timeout: HEARD_WITHIN_MS });
});

test('@upright the desk shows what needs a visit first, and what to do', async ({ browser }) => {
  const postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  const platform = await startTestPlatform(url);
  const pool = connect(url);
  const nowMs = clockForTests.now();
  const since = new Date(nowMs).toISOString();
  const printer = { device: 'printer', kind: 'receipt-printer' as const, code: 'paper-out', since };
  const states = [
    heartbeat(nowMs, { diskFreeMiB: 600 }),
    heartbeat(nowMs, { troubles: [printer], oldestUnsentSeconds: 300 }),
    heartbeat(nowMs, { oldestUnsentSeconds: 7500 }),
    heartbeat(nowMs),
  ];
  const terminals = states.map((_state, n) => testTerminal(`S-0${String(n + 1)}`, '999901001'));
  await plantTerminals(url, terminals);
  for (const [n, terminal] of terminals.entries())
    await keepHeartbeat(pool, { ...terminal, report: states[n] ?? heartbeat(nowMs) }, nowMs);
  // All have the program by now but the one that is in order, to which it comes by hand.
  await pool.query(
    `WITH release AS (
       INSERT INTO fleet_release (kind, version, manifest_sha256, back_version, back_sha256, canaries, percents, healthy_minutes,
         patience_minutes, most_bad_percent, state, cohort_since, begun_at)
       VALUES ('program', '1.2.0', repeat('0', 64), '1.0.0', repeat('1', 64), '{}', '{100}', 30, 240, 10, 'complete', $1, $1)
       RETURNING release_id)
     INSERT INTO fleet_rollout (release_id, terminal_id, cohort, offered_at, crashes_before, failed)
     SELECT release_id, 'S-04', 0, $1, 0, $2 FROM release`,
    [since, BY_HAND],
  );
  await plantOfficial(
    pool,
    { officialId: 'zhou', roles: ['supervisor'], unitCode: STREET, unitName: '示例街道办事处' },
    nowMs,
  );
  const context = await browser.newContext({ baseURL: platform.url, viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  await page.goto('/desk/sign-in');
  await page.getByLabel('工号').fill('zhou');
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('link', { name: '终端', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('终端情况');
  const order = page.locator('tbody tr strong');
  // Those that were enrolled and never heard first; the one in order is not listed.
  await expect(order).toHaveText(['T-01', 'T-02', 'T-03', 'S-02', 'S-03', 'S-01']);
  // Of a thousand nobody counts the rows.
  await expect(
    page.getByText('共 7 台终端：联系不上 3 台、缺纸 1 台、办件没有送出 1 台、磁盘快满 1 台、正常 1 台。'),
  ).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  if (process.env['YIZHAN_LOOK'] !== undefined)
    await page.screenshot({ path: join(process.env['YIZHAN_LOOK'], 'desk-fleet.png'), fullPage: true });
  await page.goto('/desk/fleet?view=all');
  await expect(page.getByRole('row', { name: 'S-04' })).toContainText('派技术人员到现场装程序 1.2.0');
  if (process.env['YIZHAN_LOOK'] !== undefined)
    await page.screenshot({ path: join(process.env['YIZHAN_LOOK'], 'desk-fleet-all.png'), fullPage: true });
  await context.close();
  await pool.end();
  await platform.close();
  await postgres.close();
});
