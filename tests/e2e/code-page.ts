import type { Page } from '@playwright/test';
import { expect, type Station } from './fixtures.ts';
import { consentToAll, openItem, stepOf, touch } from './journey.ts';

/** As long as a device takes to be found again. */
export const soon = { timeout: 20_000 };

/** The card page, with a scanner that is ready. */
export async function toCodePage(page: Page, station: Station): Promise<void> {
  await page.goto(station.resident);
  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await consentToAll(page);
  await expect(stepOf(page)).toHaveAttribute('data-code', 'ready');
}
