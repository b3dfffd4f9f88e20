import type { Page } from '@playwright/test';
import { expect, test, type Station } from './fixtures.ts';
import { atQuestion, atStep, drawSignature, stepOf, toPlainStart, touch, type, typeWord } from './journey.ts';
import { expectNothingLeft, found, heapOf } from './nothing-left.ts';
import { askByCard, atProgress, deskActs, submittedCase, type SubmittedCase } from './progress-steps.ts';

/**
 * Nothing is anywhere of who asked how a case goes, corrected it, or rated it. As in leaves-nothing.spec.ts, no whole
 * planted value is handed to a locator.
 */
// The recorder of a trace keeps the page's texts in the page.
test.use({ trace: 'off' });

const NEW_MOBILE = '13900001234';
const reason = { zh: '您的旧号码打不通，换一个', en: 'Your old number rings out' };
const result = { zh: '准予，每月叁佰元发到尾号八四', en: 'Granted, 300 a month' };
const DOCUMENT_NO = '示民津〔2026〕8817号';
/** A text's keys give words; together they are nobody else's. */
const rating = { words: ['谢谢', '椅子'], typed: ['xiexie', 'yizi'] } as const;
const of = {
  person: ['张建国', '999901194503120014', '19450312'],
  correction: [reason.zh, reason.en, NEW_MOBILE, '139****1234'],
  closing: [result.zh, result.en, DOCUMENT_NO, rating.words.join('')],
};

test(
  'who asks by card and number, corrects and rates, leaves nothing',
  { tag: '@upright' },
  async ({ page, station }) => {
    test.setTimeout(180_000);
    const one = await submittedCase(station);
    await deskActs(station, one.caseNo, 'corrections', {
      entries: [{ target: { of: 'page', pageId: 'mobile' }, reason }],
      workdays: 10,
    });
    // Not the numbers of the case, which are attributes of elements: the tool keeps previews of the elements it looked at.
    const parts = [...of.person, ...of.correction, ...of.closing];
    const whole = ['张建国', '999901194503120014', NEW_MOBILE, reason.zh, rating.words.join('')];

    await page.goto(station.resident);
    await newestByCard(page, station);
    expect(found(await heapOf(page), [reason.zh, one.caseNo])).toEqual([reason.zh, one.caseNo]);
    await touch(page, 'correct');
    await atQuestion(page, 'mobile');
    await type(page, NEW_MOBILE);
    await touch(page, 'next');
    await drawSignature(page);
    await touch(page, 'next');
    await atStep(page, 'review');
    expect(found(await heapOf(page), ['139****1234'])).toEqual(['139****1234']);
    await touch(page, 'submit');
    await atStep(page, 'received');
    await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged');
    await touch(page, 'finish');
    await atStep(page, 'goodbye');
    await expectNothingLeft(page, station, { parts, whole });

    await deskActs(station, one.caseNo, 'acceptance', {});
    const text = result;
    await deskActs(station, one.caseNo, 'result', { outcome: '1', text, documentNo: DOCUMENT_NO });
    await toPlainStart(page);
    await newestByCard(page, station);
    expect(found(await heapOf(page), [result.zh, DOCUMENT_NO])).toEqual([result.zh, DOCUMENT_NO]);
    await rate(page);
    // And once more by its number, so that what is typed there is typed.
    await touch(page, 'back');
    await askByNumber(page, one);
    await touch(page, 'finish');
    await atStep(page, 'goodbye');
    await expectNothingLeft(page, station, { parts, whole });
  },
);

/** To the page of the case that came last. */
async function newestByCard(page: Page, station: Station): Promise<void> {
  await touch(page, 'progress');
  await atProgress(page, 'ways');
  await touch(page, 'by-card');
  await askByCard(page, station);
  if ((await stepOf(page).getAttribute('data-page')) === 'list') await page.getByTestId('case').first().tap();
  await atProgress(page, 'case');
}

async function rate(page: Page): Promise<void> {
  await touch(page, 'rate');
  await atStep(page, 'rate');
  await page.locator('[data-option="satisfied"]').tap();
  await touch(page, 'write-words');
  for (const [at, word] of rating.words.entries()) await typeWord(page, rating.typed[at] ?? '', word);
  expect(found(await heapOf(page), rating.words)).toEqual([...rating.words]);
  await touch(page, 'words-done');
  await touch(page, 'next');
  await page.getByTestId('rated').waitFor();
}

async function askByNumber(page: Page, { receiptNo, queryCode }: SubmittedCase): Promise<void> {
  const byNumber = page.getByTestId('by-number');
  // Back from a case to the list, where there is one, and from there to the ways.
  await expect(page.locator('main[data-page="list"], main[data-page="ways"]')).toBeVisible();
  if (!(await byNumber.isVisible())) await touch(page, 'back');
  await byNumber.tap();
  await atProgress(page, 'number');
  await type(page, receiptNo);
  await expect(page.locator('#query-code')).toBeFocused();
  await type(page, queryCode);
  await touch(page, 'ask');
  await atProgress(page, 'case');
}
