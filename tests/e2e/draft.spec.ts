/** An item that cannot be submitted without the line: filled in, kept, taken up with the same card, submitted. */
import { itemAnswers } from '../fixtures/items/answers.ts';
import { fillAnyItem } from './any-item.ts';
import { expect, test } from './fixtures.ts';
import {
  agreeToAll,
  atStep,
  layCard,
  noLook,
  openItem,
  sign,
  stepOf,
  toPlainStart,
  touch,
} from './journey.ts';
import { checkAppearances, type Appearance } from './modes.ts';
import { checkPage } from './page-checks.ts';

const tightest: readonly Appearance[] = [
  { language: 'ug', mode: 'elder contrast seated' },
  { language: 'en', mode: 'elder' },
];
/** In a home of one’s own nobody asks for a landlord, or an employer. */
const answers = { ...itemAnswers['residence-permit']?.answers, homeKind: 'own', ground: 'home' };

test('without the line it is kept as a draft and said not to be submitted; with it, the card goes on @upright', async ({
  page,
  station,
}) => {
  test.setTimeout(180_000);
  const { reader, line } = station.hand.api;
  const before = (await station.cases()).length;
  await page.goto(station.resident);
  await line.setCut({ cut: true });
  await openItem(page, 'residence-permit');
  await expect(page.getByTestId('not-now')).toHaveAttribute('data-availability', 'draft-only', {
    timeout: 20_000,
  });
  await touch(page, 'start');
  await agreeToAll(page);
  await layCard(page, station, 'wang-lei');
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await expect(stepOf(page)).toHaveAttribute('data-step', 'question');
  await reader.takeCard();
  await fillAnyItem(page, answers, noLook);
  await expect(page.getByTestId('as-draft')).toContainText('还不能提交');
  await checkPage(page, 'check page of a draft');
  await checkAppearances(page, 'check page of a draft', tightest);
  await touch(page, 'keep-draft');
  await atStep(page, 'drafted');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('还没有提交');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'printed');
  await checkPage(page, 'a draft is kept');
  await checkAppearances(page, 'a draft is kept', tightest);
  await touch(page, 'finish');
  await atStep(page, 'goodbye');
  await expect(stepOf(page)).toContainText('还没有提交');
  await toPlainStart(page);

  await line.setCut({ cut: false });
  await openItem(page, 'residence-permit');
  await expect(page.getByTestId('not-now')).toHaveCount(0, { timeout: 20_000 });
  await touch(page, 'start');
  await agreeToAll(page);
  await layCard(page, station, 'wang-lei');
  await page.getByTestId('card-name').waitFor();
  await touch(page, 'next');
  await atStep(page, 'resume');
  await reader.takeCard();
  await checkPage(page, 'a draft is there');
  await checkAppearances(page, 'a draft is there', tightest);
  // Who has touched the wrong one is asked, and loses nothing.
  await touch(page, 'drop-draft');
  await page.getByTestId('drop-ask').waitFor();
  await checkAppearances(page, 'is the draft to be deleted', tightest);
  await touch(page, 'drop-no');
  await touch(page, 'take-draft');
  await sign(page);
  await atStep(page, 'review');
  await expect(page.getByTestId('as-draft')).toHaveCount(0);
  await touch(page, 'submit');
  await atStep(page, 'received');
  await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged');
  expect(await station.cases()).toHaveLength(before + 1);
  await touch(page, 'finish');
});
