import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { LeafAnswer } from '../../contract/answers.ts';
import { itemAnswers, zhang } from '../fixtures/items/answers.ts';
import { stepNow } from '../support/robot-resident.ts';
import { openScreen, type TerminalClient } from '../support/screen-client.ts';
import { tolerance } from './coarse-picture.ts';
import { comparing, type Compare } from './compare.ts';
import { expect, test } from './fixtures.ts';
import { agreeToAll, atStep, openItem, touch, type } from './journey.ts';
import { atProgress, deskActs } from './progress-steps.ts';
import { systemFonts } from './system-fonts.ts';

/**
 * The key pages held against the pictures in pictures/ (docs/decisions/0029). After a change that was meant,
 * `npm test -- e2e compared --update-snapshots` takes them anew: look at each page before they are kept.
 */

/** Adopted, not linked: the page's policy lets nobody else's styles in. */
const steadyStyle = readFileSync(new URL('steady.css', import.meta.url), 'utf8');

test('the key pages look as they are kept', async ({ page, station }, info) => {
  test.setTimeout(120_000);
  const { compare, differing } = comparing(page, info);
  const screen = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
  const { api } = screen;

  await page.goto(station.resident);
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
  }, steadyStyle);
  await page.locator('[data-item="elderly-allowance"]').waitFor();
  await page.locator('[data-chain]').first().waitFor();
  await compare('start');
  await expectOwnFonts(page);
  await test.step('a page that is another one is seen', () => expectChangesAreSeen(page, differing));
  await switchMode(page, 'elder');
  await compare('start-elder');
  await switchMode(page, 'elder');
  await switchMode(page, 'contrast');
  await compare('start-contrast');
  await switchMode(page, 'contrast');
  await switchMode(page, 'seated');
  await compare('start-seated');
  await switchMode(page, 'seated');
  await touch(page, 'language-en');
  await compare('start-english');
  await expectOwnFonts(page);
  await touch(page, 'language-zh');

  await openItem(page, 'elderly-allowance');
  await page.getByTestId('start').waitFor();
  await compare('guide');
  await expectOwnFonts(page);
  await touch(page, 'start');
  await atStep(page, 'consent');
  await compare('consent');
  await agreeToAll(page);
  await compare('card');
  await fillIn(page, api, compare);
  await compare('check');
  await expectOwnFonts(page);
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'printed');
  await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged');
  await compare('received');

  const { receiptNo, queryCode, caseNo } = await received(api);
  await api.visit.end({ reason: 'finished' });
  await deskActs(station, caseNo, 'acceptance', {});
  const text = { zh: '准予发放高龄津贴。', en: 'Granted.' };
  await deskActs(station, caseNo, 'result', { outcome: '1', text, documentNo: null });
  await api.progress.begin({ language: 'zh', requestId: crypto.randomUUID() });
  await atProgress(page, 'ways');
  await compare('progress');
  await api.progress.byNumber();
  await api.progress.ask({ receiptNo, queryCode });
  await atProgress(page, 'case');
  await compare('progress-case');
  await expectOwnFonts(page);
  await touch(page, 'rate');
  await atStep(page, 'rate');
  await compare('rating');
  screen.close();
});

/** Each of them is another page, and none may be missed: two millimetres, a colour that is nearly the same, smaller letters. */
const planted = [
  ['[data-testid="find"]', 'translate: 0 8px'],
  ['[data-testid="modes"]', 'translate: 0 8px'],
  ['[data-testid="help"]', 'translate: 0 8px'],
  ['[data-testid="find"]', 'border-radius: 0'],
  ['main h1', 'opacity: 0.6'],
  [':root', '--accent: #0d4a3f'],
  [':root', '--text: calc(var(--mm) * 6.6)'],
] as const;

/** Whatever is held against a picture may not be blind. */
async function expectChangesAreSeen(page: Page, differing: (name: string) => Promise<number>): Promise<void> {
  const dress = (selector: string, style: string) =>
    page
      .locator(selector)
      .first()
      // A browser's own style: whatever a selector finds here is an HTML element.
      .evaluate((element, to) => void ((element as HTMLElement).style.cssText = to), style);
  for (const [selector, style] of planted) {
    const before = await page.locator(selector).first().getAttribute('style');
    await dress(selector, `${before ?? ''}; ${style}`);
    expect.soft(await differing('start'), `${selector} with ${style}`).toBeGreaterThan(tolerance.cells);
    await dress(selector, before ?? '');
  }
}

/** A text in a font of the system looks different on each machine: no picture would hold. */
async function expectOwnFonts(page: Page): Promise<void> {
  expect.soft(await systemFonts(page), 'texts in a font that does not come with the station').toEqual([]);
}

async function switchMode(page: Page, mode: string): Promise<void> {
  await touch(page, 'modes');
  await touch(page, `mode-${mode}`);
  await touch(page, 'modes-close');
  await atStep(page, 'home');
}

const applicant = { applicantName: zhang.name, applicantIdType: '111', applicantId: zhang.number };
const pictured: Readonly<Record<string, string>> = {
  mobile: 'digits',
  liveAlone: 'question',
  signature: 'signature',
};

/** Over the API, as it goes quickest; the screen follows. The name is begun on the keys. */
async function fillIn(page: Page, api: TerminalClient, compare: Compare): Promise<void> {
  await api.visit.typeIdentity();
  const answers = { ...itemAnswers['elderly-allowance']?.answers, ...applicant };
  for (let step = await stepNow(api); step.kind === 'question'; step = await stepNow(api)) {
    const { pageId } = step.page;
    if (pageId === 'applicantName') {
      await type(page, 'zhang');
      await page.locator('[aria-busy="false"]').getByTestId('candidate').first().waitFor();
      await compare('keyboard');
    }
    const picture = pictured[pageId];
    if (picture !== undefined) {
      await page.locator(`main[data-page="${pageId}"]`).waitFor();
      await compare(picture);
    }
    // Leaves and no list of people: the allowance asks for none.
    const value = (answers as Record<string, LeafAnswer | null>)[pageId] ?? null;
    await api.visit.answer({ pageId, value, confirmedOdd: true });
  }
  await atStep(page, 'review');
}

async function received(api: TerminalClient) {
  const step = await stepNow(api);
  if (step.kind !== 'received' || step.received.forwarding.state !== 'acknowledged')
    throw new Error(`the visit is at ${step.kind}`);
  return { ...step.received, caseNo: step.received.forwarding.caseNo };
}
