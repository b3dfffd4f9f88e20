import { readFileSync } from 'node:fs';
import { decodeStrokes } from '../../renderer/keyboard/strokes/stroke-format.ts';
import { expect, test } from './fixtures.ts';
import { atQuestion, atStep, consentToAll, openItem, touch, typeWord } from './journey.ts';
import { checkPage } from './page-checks.ts';
import type { Page } from '@playwright/test';

const strokesOf = new Map(
  decodeStrokes(
    readFileSync(new URL('../../renderer/keyboard/data/strokes.txt', import.meta.url), 'utf8'),
  ).map(({ text, strokes }) => [text, strokes]),
);

test('a name is written by hand, by strokes and by pinyin, and the way is remembered', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await openItem(page, 'fertility-registration');
  await touch(page, 'start');
  await consentToAll(page);
  await touch(page, 'type-identity');
  await atQuestion(page, 'applicantName');
  const field = page.locator('#answer');

  await chooseWay(page, 'handwriting');
  await checkPage(page, 'handwriting');
  await writeByHand(page, '李');
  await expect(field).toHaveValue('李');

  await chooseWay(page, 'strokes');
  for (const { kind } of strokesOf.get('文') ?? []) await page.locator(`[data-key="stroke-${kind}"]`).tap();
  await checkPage(page, 'strokes');
  await takeCandidate(page, '文');
  await expect(field).toHaveValue('李文');

  await chooseWay(page, 'pinyin');
  await typeWord(page, 'mei', '梅');
  await expect(field).toHaveValue('李文梅');

  await page.locator('[data-key="backspace"]').tap();
  await expect(field).toHaveValue('李文');

  // In the next visit nothing is known of this one.
  await chooseWay(page, 'handwriting');
  await touch(page, 'exit');
  await touch(page, 'leave-yes');
  await atStep(page, 'goodbye');
  await touch(page, 'home');
  await openItem(page, 'fertility-registration');
  await touch(page, 'start');
  await consentToAll(page);
  await touch(page, 'type-identity');
  await expect(page.locator('.keyboard')).toHaveAttribute('data-layout', 'pinyin');
});

async function chooseWay(page: Page, layout: string): Promise<void> {
  await page.locator(`button[data-layout="${layout}"]`).tap();
  await expect(page.locator('.keyboard')).toHaveAttribute('data-layout', layout);
}

async function takeCandidate(page: Page, text: string): Promise<void> {
  await page
    .getByTestId('candidate')
    .filter({ hasText: new RegExp(`^${text}$`) })
    .first()
    .tap();
}

/** Along the middle lines of the character, in the square in the middle of the field. */
async function writeByHand(page: Page, character: string): Promise<void> {
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
