import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { askTerminal } from '../../electron/door/control/ask-terminal.ts';
import type { ControlRequest, ControlState } from '../../electron/door/control/control-protocol.ts';
import type { Station } from './fixtures.ts';
import { watchPage } from './watch-page.ts';

/** Nobody's PIN but the tests'. */
export const STAFF_PIN = '271828';

/** The technician's command, at the terminal of this station. */
export async function technician(station: Station, request: ControlRequest): Promise<ControlState> {
  const answer = await askTerminal(join(station.ready.dataDir, 'terminal'), request);
  if (!answer?.ok) throw new Error(answer?.fault.code ?? 'nobody answers');
  return answer.value;
}

/** A browser of the station, let in as this window. Its page stands at the sign-in. */
export async function letIn(page: Page, station: Station, as: string): Promise<void> {
  await page.goto(station.ready.door ?? '');
  const code = (await page.locator('.code').innerText()).replaceAll(' ', '');
  await technician(station, { verb: 'admit', code, as });
  await page.getByLabel('工号').waitFor();
}

export async function signIn(page: Page, staffId: string): Promise<void> {
  await page.getByLabel('工号').fill(staffId);
  await page.getByLabel('密码').fill(STAFF_PIN);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '退出登录' }).waitFor();
}

/** A window's own computer: it trusts the station's authority, which a test's browser cannot be taught. */
export async function desk(
  browser: Browser,
  station: Station,
): Promise<{ page: Page; offences: readonly string[] }> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
  });
  const page = await context.newPage();
  const offences = watchPage(page);
  await page.goto(station.ready.door ?? '');
  return { page, offences };
}

/** The mark is held down until the page of staff is there. */
export async function openStaffPage(page: Page): Promise<void> {
  const mark = await page.getByTestId('staff-corner').boundingBox();
  if (!mark) throw new Error('the page has no mark');
  await page.mouse.move(mark.x + mark.width / 2, mark.y + mark.height / 2);
  await page.mouse.down();
  await page.clock.runFor(4_500);
  await page.getByLabel('工号').waitFor();
  await page.mouse.up();
}
