import { expect, type Page } from '@playwright/test';
import type { ServiceItem } from '../../contract/item.ts';
import { loadCatalogue, catalogueDir } from '../../platform/catalogue/load-catalogue.ts';
import { FIXTURE_NOW_MS, itemAnswers, li, wang, zhang, type ItemAnswers } from '../fixtures/items/answers.ts';
import { fillAnyItem, type TouchedAnswers } from './any-item.ts';
import { test, type Station } from './fixtures.ts';
import { agreeToAll, atStep, formOf, layCard, touch, type Look } from './journey.ts';
import { checkAppearancesClosely, everyAppearance, throughEachLanguageAndMode } from './modes.ts';

/** Every page of every item, in every language and every combination of modes: `npm run prove -- screens`. */

const items = [...loadCatalogue(catalogueDir).items.values()].map(({ item }) => item);
const people = { [zhang.number]: 'zhang-jianguo', [li.number]: 'li-xiumei', [wang.number]: 'wang-lei' };
const WEEK_MS = 7 * 86_400_000;

for (const item of items) {
  const fixture = itemAnswers[item.slug];
  if (!fixture) throw new Error(`no answers for ${item.slug}`);

  test(`${item.slug}: sizes, gaps, colours, words and reach hold on every page`, async ({
    page,
    station,
  }) => {
    test.setTimeout(60 * 60_000);
    const look = (name: string) => checkAppearancesClosely(page, `${item.slug}, ${name}`, everyAppearance);
    await page.goto(station.resident);
    await toFirstPage(page, station, item, fixture, look);
    await fillAnyItem(page, answersNow(fixture), look);
    await look('check answers');
    await leaveAndComeBack(page, look);
    await submit(page, look);
  });

  test(`${item.slug}: idle, and another language and mode, in the middle of every page; line cut where it may be`, async ({
    page,
    station,
  }) => {
    test.setTimeout(30 * 60_000);
    await page.clock.install();
    await page.goto(station.resident);
    await toFirstPage(page, station, item, fixture, () => Promise.resolve());
    if (item.offline.mode === 'store-and-forward') await station.hand.api.line.setCut({ cut: true });
    await fillAnyItem(page, answersNow(fixture), async (name) => {
      const before = await formOf(page);
      await throughEachLanguageAndMode(page);
      expect(await formOf(page), `${name}, other languages and modes`).toEqual(before);
      await page.clock.fastForward('01:31');
      await touch(page, 'idle-stay');
      await page.getByTestId('idle').waitFor({ state: 'hidden' });
      expect(await formOf(page), `${name}, nobody there for a while`).toEqual(before);
    });
    await submit(page, () => Promise.resolve());
    await station.hand.api.line.setCut({ cut: false });
  });
}

async function toFirstPage(
  page: Page,
  station: Station,
  item: ServiceItem,
  fixture: ItemAnswers,
  look: Look,
): Promise<void> {
  await atStep(page, 'home');
  const entry = page.locator(`[data-item="${item.slug}"]`).first();
  await entry.waitFor();
  await look('home');
  for (const panel of ['modes', 'help']) {
    await touch(page, panel);
    await look(panel);
    await touch(page, `${panel}-close`);
  }
  await entry.tap();
  await page.getByTestId('start').waitFor();
  await look('guide');
  await touch(page, 'start');
  await atStep(page, 'consent');
  await look('consent');
  await agreeToAll(page);
  if (item.identity === 'none') {
    await page.locator('main[data-page]:visible').waitFor();
    return;
  }
  await atStep(page, 'card');
  await look('card');
  await layCard(page, station, people[fixture.card.number] ?? 'nobody');
  await page.getByTestId('card-name').waitFor();
  await look('card that was read');
  await station.hand.api.reader.takeCard();
  await touch(page, 'next');
  await page.locator('main[data-page]:visible').waitFor();
}

async function submit(page: Page, look: Look): Promise<void> {
  await atStep(page, 'review');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await page.locator('[data-testid="print"][data-state="printed"]').waitFor();
  await look('received');
  await touch(page, 'finish');
  await atStep(page, 'goodbye');
}

async function leaveAndComeBack(page: Page, look: Look): Promise<void> {
  await touch(page, 'exit');
  await look('leave');
  await touch(page, 'leave-no');
}

/** Days to come are as far away as they were when the answers were written, on the same day of the week. */
function answersNow({ answers }: ItemAnswers): TouchedAnswers {
  const weeks = Math.ceil((Date.now() - FIXTURE_NOW_MS) / WEEK_MS);
  return Object.fromEntries(
    Object.entries(answers).map(([id, answer]) => {
      const isDay = typeof answer === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(answer);
      if (!isDay || Date.parse(answer) < FIXTURE_NOW_MS) return [id, answer];
      return [id, new Date(Date.parse(answer) + weeks * WEEK_MS).toISOString().slice(0, 10)];
    }),
  );
}
