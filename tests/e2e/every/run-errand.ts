import { expect, type Page } from '@playwright/test';
import { fillAnyItem } from '../any-item.ts';
import type { Station } from '../fixtures.ts';
import { agreeToAll, atStep, layCard, stepOf, touch, type Look } from '../journey.ts';
import type { Errand } from './errands.ts';
import { photographPage } from './photograph.ts';
import { cutLine, mendLine } from './ways.ts';

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

/** The line is down from the start page on. What cannot be received then says so, before and at the end. */
export async function runErrand(visitor: Visitor, isLineUp: boolean): Promise<void> {
  const { page, station, errand, look } = visitor;
  await look('home');
  if (!isLineUp) {
    await cutLine(page, station);
    await look('home, the line down');
  }
  await toConsent(visitor, isLineUp);
  await toFirstPage(visitor);
  await fillAll(visitor);
  await look('check answers');
  await touch(page, 'exit');
  await look('leave');
  await touch(page, 'leave-no');
  if (!isLineUp && !errand.isReceivedOffline) await tryWithoutLine(visitor);
  await submit(visitor, isLineUp || !errand.isReceivedOffline);
}

/** To the consents, past what the errand's own first pages tell. */
export async function toConsent(visitor: Visitor, isLineUp: boolean): Promise<void> {
  const { page, errand, look } = visitor;
  await page.locator(`[data-${errand.kind}="${errand.name}"]`).first().tap();
  if (errand.kind === 'chain') await chooseSteps(visitor, isLineUp);
  else await readGuide(visitor, isLineUp);
  await touch(page, 'help');
  await look('help');
  await touch(page, 'help-close');
  await touch(page, 'start');
  await atStep(page, 'consent');
  await look('consent');
}

async function readGuide({ page, station, errand, look }: Visitor, isLineUp: boolean): Promise<void> {
  await atStep(page, 'guide');
  if (!isLineUp && !errand.isReceivedOffline) {
    await page.locator('[data-availability="needs-line"]').waitFor();
    await look('guide that waits for the line');
    await mendLine(page, station);
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
  if (!isLineUp && !errand.isReceivedOffline) {
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
  await page.locator('main[data-page]:visible').or(page.locator('main[data-step="lost"]')).first().waitFor();
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
