import type { Page } from '@playwright/test';
import { expect, test, type Station } from './fixtures.ts';
import { agreeToAll, atQuestion, atStep, choose, openItem, touch, type, typeWord } from './journey.ts';
import { checkPage } from './page-checks.ts';
import { atProgress, deskActs } from './progress-steps.ts';

interface Slip {
  readonly receiptNo: string;
  readonly queryCode: string;
}

/** To the point enough for the platform, and not for the resident; and one that is. */
const FIRST = '椅子的建议站里下周三讨论，想知道结果可以问 6520031。';
const SECOND = '椅子周五装好，就在机器旁边，没看到就打 6520031。';

test('a suggestion of nobody who was asked who he is, its reply sent back once, and the second one rated @upright', async ({
  page,
  station,
}) => {
  const { slip, caseNo } = await suggest(page, station);
  const stored = await station.submissionOf(caseNo);
  expect(stored.payload.identitySource).toBe('none');
  expect(stored.payload.answers).toEqual({
    about: 'station',
    suggestionText: '椅子',
    replyBy: 'none',
  });

  await reply(station, caseNo, 1, FIRST);
  await lookUp(page, slip);
  await expect(page.getByTestId('reply')).toContainText(FIRST);
  await touch(page, 'refuse-reply');
  await checkPage(page, 'a reply, and why it does not do');
  await page.locator('[data-reason="off-point"]').tap();
  await expect(page.getByTestId('reply-refused')).toBeVisible();
  // What is to be answered anew is not rated now.
  await expect(page.getByTestId('rate')).toHaveCount(0);
  await touch(page, 'finish');
  await touch(page, 'home');
  await expect.poll(() => stateOf(station, caseNo)).toBe('reopened');

  await reply(station, caseNo, 2, SECOND);
  await lookUp(page, slip);
  await expect(page.getByTestId('reply')).toContainText(SECOND);
  await expect(page.getByTestId('refuse-reply')).toHaveCount(0);
  await touch(page, 'rate');
  await atStep(page, 'rate');
  // Nothing is chosen for anybody.
  await expect(page.locator('[data-option]:checked')).toHaveCount(0);
  await checkPage(page, 'the five levels');
  await page.locator('[data-option="dissatisfied"]').tap();
  await touch(page, 'next');
  await checkPage(page, 'the reasons');
  await page.locator('[data-option="209"]').tap();
  await touch(page, 'next');
  await expect(page.getByTestId('rated')).toBeVisible();
  await expect
    .poll(() => ofDesk(station, '/v1/ratings'))
    .toMatchObject({
      ratings: [{ itemSlug: 'suggestion', level: 'dissatisfied', reasons: ['209'], words: null }],
    });
});

async function suggest(page: Page, station: Station): Promise<{ slip: Slip; caseNo: string }> {
  await page.goto(station.resident);
  await openItem(page, 'suggestion');
  await page.getByTestId('start').waitFor();
  await touch(page, 'start');
  await agreeToAll(page);
  await choose(page, 'about', 'station');
  await atQuestion(page, 'suggestionText');
  await typeWord(page, 'yizi', '椅子');
  await checkPage(page, 'the words of a suggestion');
  await touch(page, 'next');
  await choose(page, 'replyBy', 'none');
  await atStep(page, 'review');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await checkPage(page, 'received, what was said');
  await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged');
  const receiptNo = (await page.getByTestId('receipt-no').getAttribute('data-number')) ?? '';
  const queryCode = (await page.getByTestId('query-code').textContent()) ?? '';
  await touch(page, 'finish');
  await touch(page, 'home');
  const own = (await station.cases()).find((one) => one.receiptNo === receiptNo);
  return { slip: { receiptNo, queryCode }, caseNo: own?.caseNo ?? '' };
}

async function lookUp(page: Page, { receiptNo, queryCode }: Slip): Promise<void> {
  await touch(page, 'progress');
  await atProgress(page, 'ways');
  await touch(page, 'by-number');
  await type(page, receiptNo);
  await expect(page.getByTestId('number-says')).toContainText('编号对了');
  await type(page, queryCode);
  await touch(page, 'ask');
  await atProgress(page, 'case');
}

function reply(station: Station, caseNo: string, ordinal: number, text: string): Promise<void> {
  const replyId = `00000000-0000-4000-8000-00000000000${ordinal}`;
  return deskActs(station, caseNo, 'replies', { replyId, unit: '示例街道便民服务中心', text });
}

async function ofDesk({ ready }: Station, path: string): Promise<unknown> {
  const { url, deskToken } = ready.platformApi;
  return (await fetch(url + path, { headers: { authorization: `Bearer ${deskToken}` } })).json();
}

async function stateOf(station: Station, caseNo: string): Promise<unknown> {
  const answer = await ofDesk(station, `/v1/cases/${caseNo}/interaction`);
  return typeof answer === 'object' && answer !== null && 'state' in answer ? answer.state : null;
}
