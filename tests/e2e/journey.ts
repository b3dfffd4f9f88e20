import { expect, type Locator, type Page } from '@playwright/test';
import type { Station } from './fixtures.ts';

/** What a resident does with a finger. Every helper touches, and none reaches behind the screen. */

export const stepOf = (page: Page) => page.locator('main[data-step]:visible');

export async function atStep(page: Page, step: string): Promise<void> {
  await expect(stepOf(page)).toHaveAttribute('data-step', step);
}

export async function atQuestion(page: Page, pageId: string): Promise<void> {
  await expect(stepOf(page)).toHaveAttribute('data-page', pageId);
}

export async function touch(page: Page, testId: string): Promise<void> {
  await page.getByTestId(testId).filter({ visible: true }).tap();
}

/** The page as the resident has it: where it is, and everything typed, chosen or written on it. */
export async function formOf(page: Page) {
  const canvas = page.locator('main canvas');
  return {
    step: await stepOf(page).getAttribute('data-step'),
    pageId: await stepOf(page).getAttribute('data-page'),
    values: await page.locator('main input, main textarea').evaluateAll((inputs) =>
      inputs.map((input) => {
        if (input instanceof HTMLTextAreaElement) return input.value;
        return input instanceof HTMLInputElement ? `${input.value} ${input.checked}` : '';
      }),
    ),
    ink: (await canvas.count()) > 0 ? await canvas.evaluate(inkOf) : 0,
    heading: await page.locator('main h1:visible').first().textContent(),
  };
}

/** How many dots of a drawing are not blank. */
function inkOf(canvas: Element): number {
  if (!(canvas instanceof HTMLCanvasElement)) return 0;
  const dots = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
  let ink = 0;
  // Four bytes a dot; the last one says how much it covers.
  for (let at = 3; dots && at < dots.length; at += 4) if ((dots[at] ?? 0) > 0) ink += 1;
  return ink;
}

export async function openItem(page: Page, slug: string): Promise<void> {
  await atStep(page, 'home');
  await page.locator(`[data-item="${slug}"]`).tap();
  await atStep(page, 'guide');
}

/** From the start page to the card page of the old-age allowance. */
export async function toCardPage(page: Page, station: Station): Promise<void> {
  await page.goto(station.resident);
  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await consentToAll(page);
}

/** And on, with the card of 张建国, to its first question: his telephone number. */
export async function toFirstQuestion(page: Page, station: Station): Promise<void> {
  await toCardPage(page, station);
  await layCard(page, station, 'zhang-jianguo');
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await atQuestion(page, 'mobile');
}

export async function consentToAll(page: Page): Promise<void> {
  await agreeToAll(page);
  await atStep(page, 'card');
}

/** Goes on to whatever the item asks first. */
export async function agreeToAll(page: Page): Promise<void> {
  await atStep(page, 'consent');
  for (const box of await page.locator('[data-consent]').all()) await box.tap();
  await touch(page, 'next');
}

/** Types on the keys of the screen. */
export async function type(page: Page, keys: string): Promise<void> {
  for (const key of keys) await page.locator(`[data-key="${key}"]:visible`).tap();
}

/** Types pinyin and takes the candidate that reads `word`. */
export async function typeWord(page: Page, pinyin: string, word: string): Promise<void> {
  await type(page, pinyin);
  await candidateOf(page, word).tap();
}

/** Among those for all that was typed: an earlier letter's is another word the next instant, in the same place. */
export function candidateOf(page: Page, word: string): Locator {
  const settled = page.locator('[aria-busy="false"]').getByTestId('candidate');
  return settled.filter({ hasText: new RegExp(`^\\s*${word}\\s*$`) }).first();
}

export async function choose(page: Page, pageId: string, value: string): Promise<void> {
  await atQuestion(page, pageId);
  await page.locator(`[data-option="${value}"]`).tap();
  await touch(page, 'next');
}

export async function fillDigits(page: Page, pageId: string, digits: string): Promise<void> {
  await atQuestion(page, pageId);
  await type(page, digits);
  await touch(page, 'next');
}

export async function fillDate(
  page: Page,
  pageId: string,
  parts: { year: string; month: string; day: string },
): Promise<void> {
  await atQuestion(page, pageId);
  for (const part of ['year', 'month', 'day'] as const) {
    await page.locator(`[data-part="${part}"]`).tap();
    await type(page, parts[part]);
  }
  await touch(page, 'next');
}

export async function fillName(page: Page, pageId: string, pinyin: string, name: string): Promise<void> {
  await atQuestion(page, pageId);
  await typeWord(page, pinyin, name);
  await touch(page, 'next');
}

export async function skip(page: Page, pageId: string): Promise<void> {
  await atQuestion(page, pageId);
  await touch(page, 'next');
}

export async function sign(page: Page): Promise<void> {
  await drawSignature(page);
  await touch(page, 'next');
}

/** Two strokes across the box, by the finger. */
export async function drawSignature(page: Page): Promise<void> {
  await atQuestion(page, 'signature');
  await scribble(page);
}

export async function scribble(page: Page): Promise<void> {
  const box = await page.locator('canvas').boundingBox();
  if (!box) throw new Error('there is no signature box');
  for (const offset of [0.3, 0.6]) {
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * offset);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * (offset + 0.2), { steps: 8 });
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * offset, { steps: 8 });
    await page.mouse.up();
  }
}

/** Looks at a page before it is left. */
export type Look = (name: string) => Promise<void>;
export const noLook: Look = () => Promise.resolve();

/** From the first question to the check page of the old-age allowance; `look` sees every page of it. */
export async function fillElderlyAllowance(page: Page, look: Look): Promise<void> {
  const at = lookAt(page, look);
  await at('mobile');
  await fillDigits(page, 'mobile', '13800005678');
  await at('byProxy');
  await choose(page, 'byProxy', '0');
  await at('homeAddress');
  await touch(page, 'use-card-address');
  await at('liveAlone');
  await choose(page, 'liveAlone', 'alone');
  await at('contactName');
  await fillName(page, 'contactName', 'lixiumei', '李秀梅');
  await at('contactMobile');
  await fillDigits(page, 'contactMobile', '13900001234');
  await at('bankName');
  await choose(page, 'bankName', 'social');
  await at('bankAccountName');
  await skip(page, 'bankAccountName');
  await at('bankAccount');
  await fillDigits(page, 'bankAccount', '6222020000000000005');
  await page.getByTestId('odd-yes').waitFor();
  await look('bankAccount that is odd');
  await touch(page, 'odd-yes');
  await at('signature');
  await sign(page);
  await atStep(page, 'review');
}

export async function fillFertilityRegistration(page: Page, look: Look): Promise<void> {
  const at = lookAt(page, look);
  await at('mobile');
  await fillDigits(page, 'mobile', '13800001122');
  await at('byProxy');
  await choose(page, 'byProxy', '0');
  await at('partnerName');
  await fillName(page, 'partnerName', 'wanglei', '王磊');
  await at('partnerId');
  await fillDigits(page, 'partnerId', '999901199002140036');
  await at('marital');
  await choose(page, 'marital', '20');
  await at('marriageDate');
  await fillDate(page, 'marriageDate', { year: '2020', month: '5', day: '20' });
  await at('stage');
  await choose(page, 'stage', 'post');
  await at('order');
  await choose(page, 'order', '1');
  await at('birthDate');
  await fillDate(page, 'birthDate', { year: '2026', month: '9', day: '1' });
  await atQuestion(page, 'children');
  await touch(page, 'add-entry');
  await at('children.0.childName');
  await fillName(page, 'children.0.childName', 'wangxiao', '王晓');
  await at('children.0.childBirth');
  await fillDate(page, 'children.0.childBirth', { year: '2026', month: '9', day: '1' });
  await at('children.0.childSex');
  await choose(page, 'children.0.childSex', '2');
  await at('children');
  // Asked once, and whoever changes the mind keeps the person.
  await touch(page, 'remove');
  await look('children, asked before one is removed');
  await touch(page, 'remove-no');
  await touch(page, 'next');
  await atQuestion(page, 'homeAddress');
  await page.locator('[data-option="和平社区"]').tap();
  await page.locator('button[data-layout="digits"]').tap();
  await look('homeAddress');
  await type(page, '301');
  await touch(page, 'next');
  await at('signature');
  await sign(page);
  await atStep(page, 'review');
}

function lookAt(page: Page, look: Look): (pageId: string) => Promise<void> {
  return async (pageId) => {
    await atQuestion(page, pageId);
    await look(pageId);
  };
}

/**
 * Lays a card on the reader, and obeys a screen that takes it for one that an earlier visit left there: the
 * visits of tests follow each other more quickly than a reader can know that its field was empty.
 */
export async function layCard(page: Page, station: Station, person: string): Promise<void> {
  const { reader } = station.hand.api;
  const left = page.locator('[data-testid="card-left"][data-owner]');
  const answer = page.getByTestId('card-name').or(page.getByTestId('card-fault')).or(left);
  await reader.placeCard({ person });
  await expect(answer.first()).toBeVisible({ timeout: 20_000 });
  if (!(await left.isVisible())) return;
  await reader.takeCard();
  await expect(left).toHaveCount(0, { timeout: 20_000 });
  await reader.placeCard({ person });
}

/** From the farewell to the start page, which the next resident finds as the first one did. */
export async function toPlainStart(page: Page): Promise<void> {
  const home = page.getByTestId('home');
  await home.or(page.locator('main[data-step="home"]')).first().waitFor();
  // The farewell goes by itself after eight seconds, perhaps from under the finger.
  if (await home.isVisible()) await home.tap({ timeout: 3_000 }).catch(() => undefined);
  await atStep(page, 'home');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('html')).toHaveAttribute('data-mode', '');
}
