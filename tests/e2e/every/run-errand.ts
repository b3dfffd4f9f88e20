import { expect, type Page } from '@playwright/test';
import { fillAnyItem } from '../any-item.ts';
import type { Station } from '../fixtures.ts';
import { agreeToAll, atStep, layCard, stepOf, toPlainStart, touch, type Look } from '../journey.ts';
import type { Errand } from './errands.ts';
import { photographPage } from './photograph.ts';
import { cutLine, dress, mendLine, type Way } from './ways.ts';

/** Somebody with an errand, from the start page to the word of farewell, by touch alone. */
export interface Visitor {
  readonly page: Page;
  readonly station: Station;
  readonly errand: Errand;
  /** Sees each page when it is filled in and not yet left. */
  readonly look: Look;
  /** The first paper is photographed; the others, and otherwise all, are shown to staff. */
  readonly hasCamera: boolean;
}

/** More pages of papers and of items that fall out than any form has. */
const LONG_WAY = 40;

/** With the line, or without it from the start page on. */
export async function runErrand(visitor: Visitor, way: Way): Promise<void> {
  const { page, station, errand, look } = visitor;
  await dress(page, way);
  await look('home');
  if (!way.isLineUp) {
    await cutLine(page, station);
    await look('home, the line down');
  }
  await toConsent(visitor, way.isLineUp);
  await toFirstPage(visitor);
  await fillAll(visitor);
  await look('check answers');
  await touch(page, 'exit');
  await page.getByTestId('leave-no').waitFor();
  await look('leave');
  await touch(page, 'leave-no');
  if (way.isLineUp || errand.withoutLine === 'received') {
    await submit(visitor, way.isLineUp);
  } else if (errand.withoutLine === 'waits') {
    await tryWithoutLine(visitor);
    await submit(visitor, true);
  } else {
    await keepDraft(visitor);
    await toPlainStart(page);
    await mendLine(page, station);
    await dress(page, way);
    await takeUpDraft(visitor);
    await submit(visitor, true);
  }
}

/** To the consents, past what the errand's own first pages tell. */
export async function toConsent(visitor: Visitor, isLineUp: boolean): Promise<void> {
  const { page, errand, look } = visitor;
  await page.locator(`[data-${errand.kind}="${errand.name}"]`).first().tap();
  if (errand.kind === 'chain') await chooseSteps(visitor, isLineUp);
  else await readGuide(visitor, isLineUp);
  await touch(page, 'help');
  await page.getByTestId('help-close').waitFor();
  await look('help');
  await touch(page, 'help-close');
  await touch(page, 'start');
  await atStep(page, 'consent');
  await look('consent');
}

async function readGuide({ page, station, errand, look }: Visitor, isLineUp: boolean): Promise<void> {
  await atStep(page, 'guide');
  if (!isLineUp && errand.withoutLine === 'waits') {
    await page.locator('[data-availability="needs-line"]').waitFor();
    await look('guide that waits for the line');
    await mendLine(page, station);
  }
  if (!isLineUp && errand.withoutLine === 'kept') {
    await page.locator('[data-availability="draft-only"]').waitFor();
  }
  await page.getByTestId('start').waitFor();
  await look('guide');
}

async function chooseSteps({ page, station, errand, look }: Visitor, isLineUp: boolean): Promise<void> {
  await atStep(page, 'chain');
  await page.getByTestId('choose-steps').waitFor();
  await look('chain');
  await touch(page, 'choose-steps');
  await atStep(page, 'choose-steps');
  const steps = page.locator('[data-choose]');
  await steps.first().waitFor();
  const open = page.locator('[data-choose]:not([aria-disabled="true"])');
  if (!isLineUp) await look('steps that wait for the line');
  if (!isLineUp && errand.withoutLine === 'waits') {
    await mendLine(page, station);
    await expect(open).toHaveCount(await steps.count());
  }
  for (const step of await open.all()) {
    if ((await step.getAttribute('aria-pressed')) === 'false') await step.tap();
  }
  await look('steps that are chosen');
}

export async function toFirstPage({ page, station, errand, look }: Visitor): Promise<void> {
  await agreeToAll(page);
  if (errand.person !== null) {
    await atStep(page, 'card');
    await look('card');
    await layCard(page, station, errand.person);
    await page.getByTestId('card-name').waitFor();
    await look('card that was read');
    await station.hand.api.reader.takeCard();
    await touch(page, 'next');
  }
  const other = page.locator('main[data-step="lost"], main[data-step="resume"]');
  await page.locator('main[data-page]:visible').or(other).first().waitFor();
}

/** Questions, papers, and what falls out of a chain, to the check page. */
export async function fillAll({ page, errand, look, hasCamera }: Visitor): Promise<void> {
  const answers = errand.answers();
  let photographs = hasCamera;
  for (let count = 0; count < LONG_WAY; count += 1) {
    await fillAnyItem(page, answers, look);
    const step = await stepOf(page).getAttribute('data-step');
    if (step === 'paper') {
      const paper = (await stepOf(page).getAttribute('data-page')) ?? '';
      await look(`paper ${paper}`);
      if (photographs) await photographPage(page, look);
      else await page.locator('[data-way="staff"]').tap();
      photographs = false;
      await expect(page.locator(`main[data-page="${paper}"]`)).toHaveCount(0);
    } else if (step === 'lost') {
      await look('what falls out');
      await touch(page, 'go-on');
      await expect(page.locator('main[data-step="lost"]')).toHaveCount(0);
    } else {
      await atStep(page, 'review');
      return;
    }
  }
  throw new Error('the form has no end');
}

/** The page says why, and nothing of what was filled in is lost. */
async function tryWithoutLine({ page, station, look }: Visitor): Promise<void> {
  await cutLine(page, station);
  await touch(page, 'submit');
  await page.locator('[data-testid="call-fault"][data-fault="item.not-offline"]').waitFor();
  await atStep(page, 'review');
  await look('check answers that wait for the line');
  await mendLine(page, station);
}

/** Without a line: nothing is submitted, and every page of it says so. */
async function keepDraft({ page, look }: Visitor): Promise<void> {
  await touch(page, 'keep-draft');
  await atStep(page, 'drafted');
  await page.getByTestId('not-submitted').waitFor();
  await page.locator('[data-testid="print"][data-state="printed"]').waitFor({ timeout: 30_000 });
  await look('a draft that is kept');
  await touch(page, 'finish');
  await atStep(page, 'goodbye');
  await look('goodbye, nothing submitted');
}

/** Another day, the same card: on to what was left for the submission, and nothing is asked that was said. */
async function takeUpDraft(visitor: Visitor): Promise<void> {
  const { page, errand, look } = visitor;
  await toConsent(visitor, true);
  await toFirstPage(visitor);
  await atStep(page, 'resume');
  await look('the draft is there');
  await touch(page, 'drop-draft');
  await page.getByTestId('drop-no').waitFor();
  await look('is the draft to be deleted');
  await touch(page, 'drop-no');
  await touch(page, 'take-draft');
  await page.locator('main[data-step="resume"]').waitFor({ state: 'detached' });
  const asked: string[] = [];
  await fillAll({
    ...visitor,
    look: async (name) => {
      asked.push(name);
      await look(name);
    },
  });
  const said = Object.keys(errand.answers()).filter((id) => id !== 'signature');
  expect(asked.filter((name) => said.includes(name))).toEqual([]);
  await look('check answers of the draft');
}

export async function submit({ page, errand, look }: Visitor, isPassedOn: boolean): Promise<void> {
  await atStep(page, 'review');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await page.locator('[data-testid="print"][data-state="printed"]').waitFor({ timeout: 30_000 });
  const acknowledged = page.locator('main [data-state="acknowledged"]');
  if (isPassedOn) await expect(acknowledged.first()).toBeVisible({ timeout: 30_000 });
  else await expect(acknowledged).toHaveCount(0);
  await look(errand.kind === 'chain' ? 'received, each by itself' : 'received');
  await touch(page, 'finish');
  await atStep(page, 'goodbye');
  await look('goodbye');
}
