import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { decodeStrokes } from '../../renderer/keyboard/strokes/stroke-format.ts';

/** Characters written with a finger or with the five strokes, as a resident who knows no pinyin does. */

export const strokesOf = new Map(
  decodeStrokes(
    readFileSync(new URL('../../renderer/keyboard/data/strokes.txt', import.meta.url), 'utf8'),
  ).map(({ text, strokes }) => [text, strokes]),
);

export async function chooseWay(page: Page, layout: string): Promise<void> {
  await page.locator(`button[data-layout="${layout}"]`).tap();
  await expect(page.locator('.keyboard')).toHaveAttribute('data-layout', layout);
}

export async function takeCandidate(page: Page, text: string): Promise<void> {
  await page
    .getByTestId('candidate')
    .filter({ hasText: new RegExp(`^${text}$`) })
    .first()
    .tap();
}

/** Along the middle lines of the character, in the square in the middle of the field. */
export async function writeByHand(page: Page, character: string): Promise<void> {
  const box = await page.getByTestId('writing-field').boundingBox();
  const strokes = strokesOf.get(character);
  if (box === null || strokes === undefined) throw new Error(`${character} cannot be written here`);
  const scale = (box.height * 0.9) / 64;
  const left = box.x + (box.width - 64 * scale) / 2;
  const top = box.y + (box.height - 64 * scale) / 2;
  for (const { points } of strokes) {
    const [first, ...rest] = points.map(({ x, y }) => ({ x: left + x * scale, y: top + y * scale }));
    if (first === undefined) continue;
    await page.mouse.move(first.x, first.y);
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(point.x, point.y, { steps: 2 });
    await page.mouse.up();
  }
  await takeCandidate(page, character);
}
