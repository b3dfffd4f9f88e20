import { fillCases } from '#platform/evaluation/for-tests.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { DESK_TOKEN, startTestPlatform } from '#platform/for-tests.ts';
import type { Platform } from '#platform/server.ts';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { watchPage } from './watch-page.ts';

/** The evaluation as an office sees it: on its screen, in the other language, on paper, and by ear. */

let postgres: TestPostgres;
let platform: Platform;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  platform = await startTestPlatform(url);
  const pool = connect(url, 1);
  await fillCases(pool, 1500, '2026-11-22');
  await pool.end();
});

test.afterAll(async () => {
  await platform.close();
  await postgres.close();
});

const period = 'from=2025-11-23&until=2026-11-22';
const isWiderThanItsPlace = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

for (const [language, query] of [
  ['Chinese', ''],
  ['English', '&lang=en'],
] as const) {
  test(`the evaluation in ${language} is heard as it is seen, and fits a screen and a sheet @upright`, async ({
    page,
  }) => {
    const offences = watchPage(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${platform.url}/evaluation?token=${DESK_TOKEN}&${period}${query}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120) ?? ''}`)).toEqual([]);
    // Each chart says its numbers as a table.
    const charts = page.locator('figure');
    await expect(charts).toHaveCount(4);
    for (const chart of await charts.all()) {
      await expect(chart.locator('svg')).toHaveAttribute('aria-hidden', 'true');
      expect(await chart.getByRole('row').count()).toBeGreaterThan(2);
    }
    expect(await isWiderThanItsPlace(page)).toBe(false);
    // A4 across without its margins, at 96 dots an inch.
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 1032, height: 703 });
    expect(await isWiderThanItsPlace(page)).toBe(false);
    await expect(page.getByRole('navigation')).toBeHidden();
    expect(offences).toEqual([]);
  });
}

test('a period is chosen by a link, and the table is saved by one @upright', async ({ page }) => {
  await page.goto(`${platform.url}/evaluation?token=${DESK_TOKEN}&${period}`);
  await page.getByRole('link', { name: '近 30 天' }).click();
  await expect(page.getByRole('link', { name: '近 30 天' })).toHaveAttribute('aria-current', 'page');
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: '存为表格' }).click();
  expect((await saved).suggestedFilename()).toBe('evaluation-2026-10-24-2026-11-22.csv');
});
