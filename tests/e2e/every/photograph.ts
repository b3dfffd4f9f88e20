import { expect, type Page } from '@playwright/test';
import { touch, type Look } from '../journey.ts';

/** A camera that has just opened sees badly, and a starved machine blurs: whoever holds a sheet tries again. */
const TRIES = 3;

/** From the page of a paper until its first page is kept. */
export async function photographPage(page: Page, look: Look): Promise<void> {
  await touch(page, 'start-camera');
  const keep = page.getByTestId('keep');
  for (let count = 0; count < TRIES; count += 1) {
    await page.locator('[data-hint="good"]').waitFor({ timeout: 30_000 });
    if (count === 0) await look('what the camera sees');
    await touch(page, 'shoot');
    const again = page.getByTestId('again');
    await expect(again).toBeVisible({ timeout: 30_000 });
    if (await keep.isVisible()) break;
    await look('what is wrong with the picture');
    await again.tap();
  }
  await look('the picture');
  await keep.tap();
  await expect(page.getByTestId('photo')).toHaveCount(1);
  await look('the page that is kept');
  await touch(page, 'next');
}
