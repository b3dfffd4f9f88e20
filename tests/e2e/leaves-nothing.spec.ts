import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import {
  atQuestion,
  atStep,
  candidateOf,
  choose,
  drawSignature,
  fillDigits,
  sign,
  skip,
  toFirstQuestion,
  touch,
  type,
  typeWord,
} from './journey.ts';
import { expectNothingLeft, found, heapOf, POINT_OF_A_SIGNATURE } from './nothing-left.ts';
import { chooseWay, writeByHand } from './writing.ts';

/**
 * Nothing of a visit is anywhere once it has ended. No whole planted value is ever handed to a locator or an
 * assertion about the page: the tools that look at a page keep in it what they were asked to look for.
 */
// The recorder of a trace keeps the page's texts in the page.
test.use({ trace: 'off' });

const MOBILE = '13800005678';
/** Long: the heap also tells numbers, and five digits stand in a time of day or of the page by chance. */
const DOOR = '9041772563';
const BANK_ACCOUNT = '6222020000000000005';

/** What is planted, and each part of it that would still tell who was here. */
const planted = {
  card: ['张建国', '张*国', '张**', '99990119450312', '19450312', '*0014', '建设路', '301室'],
  mobile: [MOBILE, MOBILE.slice(0, 7), MOBILE.slice(-8), '138****5678'],
  address: [`梧桐${DOOR}`, DOOR],
  contact: ['李秀梅', 'xiumei', '李*', '13900001234', '0001234', '139****1234'],
  bankAccount: [BANK_ACCOUNT, BANK_ACCOUNT.slice(0, 8), '**0005'],
} as const;
const everything = Object.values(planted).flat();
/** Whole values: sealed rows are bytes, in which four digits may stand by chance. */
const whole = ['张建国', '999901194503120014', MOBILE, `梧桐${DOOR}`, '李秀梅', '13900001234', BANK_ACCOUNT];

async function fromMobileToAddress(page: Page): Promise<void> {
  await fillDigits(page, 'mobile', MOBILE);
  await choose(page, 'byProxy', '0');
  await atQuestion(page, 'homeAddress');
  await page.locator('[data-option="和平社区"]').tap();
  await typeWord(page, 'wutong', '梧桐');
  await chooseWay(page, 'digits');
  await type(page, DOOR);
}

/** The surname by hand; the pinyin of the given name waits for a candidate to be chosen. */
async function fromAddressToName(page: Page): Promise<void> {
  await touch(page, 'next');
  await choose(page, 'liveAlone', 'alone');
  await atQuestion(page, 'contactName');
  await chooseWay(page, 'handwriting');
  await writeByHand(page, '李');
  await chooseWay(page, 'pinyin');
  await type(page, 'xiumei');
  await page.getByTestId('candidate').first().waitFor();
}

async function fromNameToSignature(page: Page): Promise<void> {
  await candidateOf(page, '秀梅').tap();
  await touch(page, 'next');
  await fillDigits(page, 'contactMobile', '13900001234');
  await choose(page, 'bankName', 'social');
  await skip(page, 'bankAccountName');
  await fillDigits(page, 'bankAccount', BANK_ACCOUNT);
  await touch(page, 'odd-yes');
  await atQuestion(page, 'signature');
}

test(
  'a visit that is finished leaves nothing in the page, its stores, or on the disk',
  { tag: '@upright' },
  async ({ page, station }) => {
    await toFirstQuestion(page, station);
    await fromMobileToAddress(page);
    expect(found(await heapOf(page), planted.address)).toEqual([...planted.address]);
    await fromAddressToName(page);
    expect(page.workers()).toHaveLength(2);
    await fromNameToSignature(page);
    await sign(page);
    await atStep(page, 'review');
    const masks = ['138****5678', '139****1234', '**0005', '李秀梅', `梧桐${DOOR}`, '张建国'];
    expect(found(await heapOf(page), masks)).toEqual(masks);
    await touch(page, 'submit');
    await atStep(page, 'received');
    const receiptNo = (await page.getByTestId('receipt-no').getAttribute('data-number')) ?? 'none';
    await touch(page, 'finish');
    await atStep(page, 'goodbye');
    await expectNothingLeft(page, station, { parts: everything, whole });
    expect(found(await heapOf(page), [receiptNo])).toEqual([]);
  },
);

test(
  'a visit that is left in the middle of a word leaves nothing, nor does a keyboard that can copy',
  { tag: '@upright' },
  async ({ page, station }) => {
    const other = await page.context().newPage();
    await other.setContent('<textarea>of somebody before</textarea>');
    await other.locator('textarea').focus();
    await other.keyboard.press('Control+A');
    await other.keyboard.press('Control+C');
    await page.bringToFront();

    await toFirstQuestion(page, station);
    await page.locator('#answer').focus();
    await page.keyboard.press('Control+V');
    await expect(page.locator('#answer')).toHaveValue('');
    // A keyboard that staff have plugged in: the browser remembers for undoing what is typed with it.
    await page.keyboard.type(MOBILE.slice(0, 6));
    await type(page, MOBILE.slice(6));
    expect(found(await heapOf(page), planted.mobile.slice(0, 3))).toEqual(planted.mobile.slice(0, 3));
    await page.keyboard.press('Control+A');
    for (const key of ['Control+C', 'Control+X']) await page.keyboard.press(key);
    await expect(page.locator('#answer')).toHaveValue(/^\d{11}$/);
    for (let digit = 0; digit < MOBILE.length; digit += 1) await page.keyboard.press('Backspace');
    await fromMobileToAddress(page);
    await fromAddressToName(page);
    expect(found(await heapOf(page), ['xiumei'])).toEqual(['xiumei']);
    await touch(page, 'exit');
    await touch(page, 'leave-yes');
    await atStep(page, 'goodbye');
    await expectNothingLeft(page, station, { parts: everything, whole });

    await other.bringToFront();
    await other.locator('textarea').fill('');
    await other.keyboard.press('Control+V');
    // What was copied before is still what is pasted: the visit put nothing there.
    await expect(other.locator('textarea')).toHaveValue('of somebody before');
  },
);

test(
  'a visit that nobody ends leaves nothing, and no stroke of a signature that was not sent',
  { tag: '@upright' },
  async ({ page, station }) => {
    await page.clock.install();
    await toFirstQuestion(page, station);
    await fromMobileToAddress(page);
    await fromAddressToName(page);
    await fromNameToSignature(page);
    await drawSignature(page);
    expect((await heapOf(page)).objectsWith(POINT_OF_A_SIGNATURE)).toBeGreaterThan(5);
    await page.clock.fastForward('01:31');
    await expect(page.getByTestId('idle')).toBeVisible();
    await page.clock.runFor(31_000);
    await atStep(page, 'home');
    await expectNothingLeft(page, station, { parts: everything, whole });
  },
);
