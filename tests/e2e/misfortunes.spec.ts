import type { Page } from '@playwright/test';
import { expect, test, type Station } from './fixtures.ts';
import { checkPage } from './page-checks.ts';
import {
  atQuestion,
  atStep,
  choose,
  consentToAll,
  fillDigits,
  fillElderlyAllowance,
  fillFertilityRegistration,
  fillName,
  formOf,
  layCard,
  noLook,
  openItem,
  stepOf,
  toCardPage,
  touch,
} from './journey.ts';

interface Misfortune {
  readonly name: string;
  readonly strike: (station: Station) => Promise<unknown>;
  readonly mend: (station: Station) => Promise<unknown>;
  /** Part of what the page then says, and what to do. */
  readonly says: string;
}

const misfortunes: readonly Misfortune[] = [
  {
    name: 'the paper runs out',
    strike: (station) => station.hand.api.printer.setPaper({ paper: 'out' }),
    mend: (station) => station.hand.api.printer.setPaper({ paper: 'ok' }),
    says: '没有纸',
  },
  {
    name: 'the cover is opened',
    strike: (station) => station.hand.api.printer.setCover({ open: true }),
    mend: (station) => station.hand.api.printer.setCover({ open: false }),
    says: '盖',
  },
  {
    name: 'the card reader is unplugged with a card in it',
    strike: async (station) => {
      await station.hand.api.reader.takeCard();
      await station.hand.api.reader.setPlugged({ plugged: false });
    },
    mend: (station) => station.hand.api.reader.setPlugged({ plugged: true }),
    says: '读卡器断开了',
  },
];

/** It comes within a second, ninety times: an assertion of the browser's looks less and less often in that time. */
const LOOK_EVERY_MS = 50;

async function strikeAll(page: Page, station: Station, where: string): Promise<void> {
  for (const misfortune of misfortunes) await strikeBy(misfortune, page, station, where);
}

async function strikeBy(
  { name, strike, mend, says }: Misfortune,
  page: Page,
  station: Station,
  where: string,
): Promise<void> {
  const banner = (message: string) =>
    expect.poll(async () => (await page.getByTestId('device-banner').textContent())?.trim(), {
      message,
      intervals: [LOOK_EVERY_MS],
    });
  await test.step(`${name} on ${where}`, async () => {
    const before = await formOf(page);
    await strike(station);
    await banner(`${name} on ${where}`).toContain(says);
    expect(await formOf(page), `${name} on ${where}`).toEqual(before);
    await mend(station);
    await banner(`${name} on ${where}, mended`).toBe('');
    expect(await formOf(page), `${name} on ${where}, mended`).toEqual(before);
  });
}

test('paper out, cover open and a lost reader leave every page as it is, and say what to do @upright', async ({
  page,
  station,
}) => {
  test.setTimeout(600_000);
  await page.goto(station.resident);
  await page.locator('[data-item]').first().waitFor();
  await strikeAll(page, station, 'home');
  await openItem(page, 'elderly-allowance');
  await page.getByTestId('start').waitFor();
  await strikeAll(page, station, 'guide');
  await touch(page, 'start');
  await atStep(page, 'consent');
  await page.locator('[data-consent]').first().tap();
  await strikeAll(page, station, 'consent');
  await page.locator('[data-consent]').first().tap();
  await consentToAll(page);
  await layCard(page, station, 'zhang-jianguo');
  await page.getByTestId('card-name').waitFor();
  await strikeAll(page, station, 'card that was read');
  await touch(page, 'next');
  await fillElderlyAllowance(page, async (name) => {
    // Its communities come a moment behind the page.
    if (name === 'homeAddress') await page.locator('[data-option]').first().waitFor();
    const field = page.locator('#answer:visible');
    if (
      (await field.count()) > 0 &&
      (await field.evaluate((element) => element instanceof HTMLInputElement))
    ) {
      await page.locator('[data-key]').first().tap();
    }
    await strikeAll(page, station, name);
    const typed = page.locator('[data-key="backspace"]:visible');
    if ((await typed.count()) > 0) await typed.tap();
  });
  await strikeAll(page, station, 'check answers');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'printed');
  await strikeAll(page, station, 'received');
});

test(
  'nor do they touch a page of the longer form: dates, numbers, a list of people, an address half filled in',
  {
    tag: '@upright',
  },
  async ({ page, station }) => {
    test.setTimeout(600_000);
    await page.goto(station.resident);
    await openItem(page, 'fertility-registration');
    await touch(page, 'start');
    await consentToAll(page);
    await layCard(page, station, 'li-xiumei');
    await page.getByTestId('card-name').waitFor();
    await touch(page, 'next');
    // They take turns: what all three do to one kind of page, the shorter form has shown.
    let turn = 0;
    await fillFertilityRegistration(page, async (name) => {
      const misfortune = misfortunes[turn % misfortunes.length];
      turn += 1;
      if (misfortune) await strikeBy(misfortune, page, station, name);
    });
  },
);

test('a card that is pulled out while it is read is asked for again', async ({ page, station }) => {
  await toCardPage(page, station);
  await station.hand.api.reader.setFault({ fault: 'garbage' });
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await expect(page.locator('[data-reader="retry"]')).toBeVisible();
  await station.hand.api.reader.takeCard();
  await station.hand.api.reader.setFault({ fault: 'none' });
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await expect(page.getByTestId('card-name')).toHaveText('张*国');
});

for (const [fault, code] of [
  ['garbage', 'device.garbled'],
  ['wrong-checksum', 'device.garbled'],
  ['too-long', 'device.frame-too-long'],
  ['not-an-id-card', 'card.not-id-card'],
] as const) {
  test(`a reader that answers with ${fault} gets its own sentence, and the next try counts`, async ({
    page,
    station,
  }) => {
    await toCardPage(page, station);
    await station.hand.api.reader.setFault({ fault });
    await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
    await expect(page.getByTestId('card-fault')).toHaveAttribute('data-fault', code);
    await expect(page.getByTestId('card-fault')).not.toHaveText('');
    await station.hand.api.reader.setFault({ fault: 'none' });
    await station.hand.api.reader.takeCard();
    await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
    await expect(page.getByTestId('card-name')).toHaveText('张*国');
  });
}

test('a reader that never answers is said, and the application goes on by hand', async ({
  page,
  station,
}) => {
  await toCardPage(page, station);
  await station.hand.api.reader.setFault({ fault: 'silent' });
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await expect(page.locator('[data-reader="unavailable"]')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId('card-fault')).not.toHaveText('');
  await touch(page, 'type-identity');
  await expect(stepOf(page)).toHaveAttribute('data-page', 'applicantName');
});

test('a person of 38 is told why the allowance is not for her', async ({ page, station }) => {
  await toCardPage(page, station);
  await layCard(page, station, 'li-xiumei');
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await atStep(page, 'blocked');
  await expect(page.locator('main')).toContainText('年满80周岁');
});

test(
  'a number that was typed wrong is put right from the page that it ends at',
  { tag: '@upright' },
  async ({ page, station }) => {
    await toCardPage(page, station);
    await touch(page, 'type-identity');
    await fillName(page, 'applicantName', 'zhangjianguo', '张建国');
    await choose(page, 'applicantIdType', '111');
    await fillDigits(page, 'applicantId', '999901198808060022');
    await atStep(page, 'blocked');
    await expect(page.getByTestId('put-right')).toContainText('请点“返回”改正');
    await checkPage(page, 'ended by a slip');
    await touch(page, 'back');
    await fillDigits(page, 'applicantId', '999901194503120014');
    await atQuestion(page, 'mobile');
  },
);

test('a printer without paper keeps the application, says so, and prints a marked copy when asked', async ({
  page,
  station,
}) => {
  await station.hand.api.printer.setPaper({ paper: 'out' });
  await toCardPage(page, station);
  await layCard(page, station, 'zhang-jianguo');
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await fillElderlyAllowance(page, noLook);
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'failed');
  await expect(page.getByTestId('print-fault')).toHaveAttribute('data-fault', 'printer.paper-out');
  const receiptNo = (await page.getByTestId('receipt-no').getAttribute('data-number')) ?? '';
  await station.hand.api.printer.setPaper({ paper: 'ok' });
  await expect(page.getByTestId('device-banner')).toHaveText('');
  await touch(page, 'reprint');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'printed');
  const receipts = (await station.hand.state()).receipts;
  const ofThis = receipts
    .map((receipt) => JSON.stringify(receipt))
    .filter((text) => text.includes(`YZ1|${receiptNo}`));
  expect(ofThis).toHaveLength(1);
  expect(ofThis[0]).toContain('补打');
});
