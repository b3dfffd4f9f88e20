import { expect, type Page } from '@playwright/test';
import { submitOne } from '../../support/robot-resident.ts';
import { openScreen } from '../../support/screen-client.ts';
import type { Station } from '../fixtures.ts';
import {
  agreeToAll,
  atQuestion,
  atStep,
  drawSignature,
  layCard,
  stepOf,
  toPlainStart,
  touch,
  type,
  typeWord,
  type Look,
} from '../journey.ts';
import {
  askByCard,
  atProgress,
  deskActs,
  submittedCase,
  submittedSuggestion,
  twoThingsWrong,
  type SubmittedCase,
} from '../progress-steps.ts';
import { cutLine, dress, mendLine, type Way } from './ways.ts';

/** A resident who comes for something else than an application. */
export interface Scene {
  readonly page: Page;
  readonly station: Station;
  readonly way: Way;
  readonly look: Look;
}

export const scenes: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'a case is asked for by its number, and printed': asked,
  'a case is asked for by the card, and corrected': corrected,
  'a case that was not accepted': refused,
  'a case that is closed, and rated': rated,
  'a reply that is sent back': answered,
  'asking without a line': withoutLine,
  'what falls out, what is missing, and nobody there': mistaken,
};

const text = (zh: string, en: string) => ({ zh, en });

async function asked(scene: Scene): Promise<void> {
  const { page, station, look } = scene;
  const one = await submittedCase(station);
  await deskActs(station, one.caseNo, 'acceptance', {});
  await begin(scene);
  await askByNumber(scene, one, true);
  await look('a case that is accepted');
  await touch(page, 'print-progress');
  await page.locator('[data-testid="print"][data-state="printed"]').waitFor({ timeout: 30_000 });
  await look('a case, its slip printed');
  await finish(scene);
}

async function corrected(scene: Scene): Promise<void> {
  const { page, station, look } = scene;
  const one = await submittedCase(station);
  await deskActs(station, one.caseNo, 'corrections', twoThingsWrong);
  await begin(scene);
  await askByNumber(scene, one, false);
  await look('a case to be corrected, without the card');
  await touch(page, 'back');
  await byCard(scene, one.caseNo);
  await look('a case to be corrected');
  await touch(page, 'correct');
  await atQuestion(page, 'mobile');
  await look('a page to be corrected');
  await type(page, '13900001234');
  await touch(page, 'next');
  await page.locator('main canvas').waitFor();
  await look('to be signed again');
  await drawSignature(page);
  await touch(page, 'next');
  await atStep(page, 'review');
  await look('check what was corrected');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await page.locator('[data-testid="print"][data-state="printed"]').waitFor({ timeout: 30_000 });
  await look('a correction that is received');
  await finish(scene);
}

async function refused(scene: Scene): Promise<void> {
  const { station, look } = scene;
  const [other, one] = [await submittedCase(station), await submittedCase(station)];
  await deskActs(station, one.caseNo, 'refusal', {
    reason: text('户籍不在本街道，请到户籍地申请。', 'Registered elsewhere: please apply there.'),
  });
  await begin(scene);
  await byCard(scene, one.caseNo);
  await look('a case that was not accepted');
  await finish(scene);
  expect(other.caseNo).not.toBe(one.caseNo);
}

async function rated(scene: Scene): Promise<void> {
  const { page, station, look } = scene;
  const one = await submittedCase(station);
  await deskActs(station, one.caseNo, 'acceptance', {});
  await deskActs(station, one.caseNo, 'result', {
    outcome: '1',
    text: text('自2026年12月起每月发放高龄津贴300元。', 'CNY 300 a month from December 2026.'),
    documentNo: '示民津〔2026〕88号',
  });
  await begin(scene);
  await byCard(scene, one.caseNo);
  await look('a case that is closed');
  await touch(page, 'rate');
  await atStep(page, 'rate');
  await look('the five levels');
  await touch(page, 'next');
  await page.locator('main .alert').waitFor();
  await look('none of the five chosen');
  await page.locator('[data-option="very-dissatisfied"]').tap();
  await look('one of the five chosen');
  await touch(page, 'write-words');
  await typeWord(page, 'yizi', '椅子');
  await look('words about it');
  await touch(page, 'words-done');
  await touch(page, 'next');
  await page.locator('[data-option="112"]').waitFor();
  await look('the reasons');
  await page.locator('[data-option="112"]').tap();
  await touch(page, 'next');
  await page.getByTestId('rated').waitFor();
  await look('a case that is rated');
  await finish(scene);
}

async function answered(scene: Scene): Promise<void> {
  const { page, station, look } = scene;
  const one = await submittedSuggestion(station);
  await deskActs(station, one.caseNo, 'replies', {
    replyId: crypto.randomUUID(),
    unit: '示例街道便民服务中心',
    text: '椅子的建议站里下周三讨论。\n想知道结果可以问 6520031。',
  });
  await begin(scene);
  await askByNumber(scene, one, false);
  await look('a reply');
  await touch(page, 'refuse-reply');
  await page.locator('[data-reason="off-point"]').waitFor();
  await look('why the reply does not do');
  await page.locator('[data-reason="off-point"]').tap();
  await page.getByTestId('reply-refused').waitFor();
  await look('a reply that is sent back');
  await finish(scene);
}

/** What this station has not sent yet it knows by itself. */
async function withoutLine(scene: Scene): Promise<void> {
  const { page, station, look } = scene;
  const before = await submittedCase(station);
  await page.goto(station.resident);
  await cutLine(page, station);
  const screen = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
  await submitOne(screen.api, () => undefined);
  await screen.api.visit.end({ reason: 'finished' });
  screen.close();
  await begin(scene);
  await touch(page, 'by-number');
  await atProgress(page, 'number');
  await type(page, before.receiptNo);
  await type(page, before.queryCode);
  await touch(page, 'ask');
  const answer = page.getByTestId('progress-fault').or(page.locator('main[data-page="case"]'));
  await answer.first().waitFor();
  await look('asked by number, the line down');
  await touch(page, 'back');
  await touch(page, 'by-card');
  await askByCard(page, station);
  await look('what this station knows by itself');
  if ((await stepOf(page).getAttribute('data-page')) === 'list') {
    await page.getByTestId('case').first().tap();
    await atProgress(page, 'case');
    await look('a case that is still here');
  }
  await finish(scene);
  await mendLine(page, station);
}

async function mistaken(scene: Scene): Promise<void> {
  const { page, station, way, look } = scene;
  await page.clock.install();
  await page.goto(station.resident);
  await dress(page, way);
  await touch(page, 'find');
  await page.getByRole('textbox').waitFor();
  await look('find');
  await type(page, 'gljt');
  await page.locator('[data-item="elderly-allowance"]').waitFor();
  await look('what was found');
  await type(page, 'qqq');
  await look('nothing found');
  await touch(page, 'back');
  await atStep(page, 'home');
  // 李秀梅 has 38 years: the allowance asks for 80, the card for 60, the subsidies for none.
  await chooseOfVulnerable(scene, [1, 3]);
  await atStep(page, 'blocked');
  await look('nothing is left');
  await touch(page, 'leave');
  await toPlainStart(page);
  await dress(page, way);
  await chooseOfVulnerable(scene, [1, 2]);
  await atStep(page, 'lost');
  await look('what falls out');
  await touch(page, 'go-on');
  await atStep(page, 'question');
  await touch(page, 'next');
  await page.getByTestId('error-summary').waitFor();
  await look('what is missing');
  await page.clock.fastForward('01:31');
  await page.getByTestId('idle').waitFor();
  await look('is anybody there');
  await touch(page, 'idle-leave');
  await toPlainStart(page);
}

async function chooseOfVulnerable({ page, station }: Scene, orders: readonly number[]): Promise<void> {
  await page.locator('[data-chain="vulnerable"]').tap();
  await touch(page, 'choose-steps');
  for (const order of orders) await page.locator(`[data-choose="${String(order)}"]`).tap();
  await touch(page, 'start');
  await agreeToAll(page);
  await layCard(page, station, 'li-xiumei');
  await page.getByTestId('card-name').waitFor();
  await station.hand.api.reader.takeCard();
  await touch(page, 'next');
}

async function begin({ page, station, way, look }: Scene): Promise<void> {
  await page.goto(station.resident);
  await dress(page, way);
  await touch(page, 'progress');
  await atProgress(page, 'ways');
  await look('ways to ask');
}

async function askByNumber({ page, look }: Scene, one: SubmittedCase, isMistyped: boolean): Promise<void> {
  await touch(page, 'by-number');
  await atProgress(page, 'number');
  if (isMistyped) {
    await type(page, one.receiptNo.slice(0, -1) + String((Number(one.receiptNo.at(-1)) + 1) % 10));
    await page.locator('#receipt-no[aria-invalid="true"]').waitFor();
    await look('a number with a wrong digit');
    await page.locator('[data-key="backspace"]:visible').tap();
    await type(page, one.receiptNo.slice(-1));
  } else {
    await type(page, one.receiptNo);
  }
  await expect(page.locator('#query-code')).toBeFocused();
  await type(page, one.queryCode);
  await look('number and code');
  await touch(page, 'ask');
  await atProgress(page, 'case');
}

/** To one case, past the list of all that its owner has under way. */
async function byCard({ page, station, look }: Scene, caseNo: string): Promise<void> {
  await touch(page, 'by-card');
  await atProgress(page, 'card');
  await look('what the card is read for');
  await askByCard(page, station);
  if ((await stepOf(page).getAttribute('data-page')) === 'list') {
    await look('all that is under way');
    await page.locator(`[data-case="${caseNo}"]`).tap();
  }
  await atProgress(page, 'case');
}

async function finish({ page, look }: Scene): Promise<void> {
  await touch(page, 'finish');
  await atStep(page, 'goodbye');
  await look('goodbye');
  await toPlainStart(page);
}
