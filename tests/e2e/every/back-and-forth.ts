import { expect, type Page } from '@playwright/test';
import { atStep, stepOf, touch } from '../journey.ts';

/** More pages than any form has, both ways. */
const LONG_WAY = 400;
const ofForm = ['question', 'group', 'paper', 'lost'];

/** From the check page to the first one and on again, touching nothing but the ways back and on: all answers are there. */
export async function backAndForth(page: Page): Promise<void> {
  const reviewed = await rows(page);
  await touch(page, 'back');
  await page.locator('main[data-step="review"]:visible').waitFor({ state: 'detached' });
  for (let count = 0; ofForm.includes((await at(page)).step); count += 1) {
    if (count > LONG_WAY) throw new Error('the way back has no end');
    const from = await at(page);
    await touch(page, 'back');
    await gone(page, from);
  }
  for (let count = 0; (await at(page)).step !== 'review'; count += 1) {
    if (count > LONG_WAY) throw new Error('the form has no end');
    const from = await at(page);
    await goOn(page, from.step);
    await gone(page, from);
  }
  await atStep(page, 'review');
  expect(await rows(page)).toEqual(reviewed);
}

interface Place {
  readonly step: string;
  readonly pageId: string | null;
}

async function at(page: Page): Promise<Place> {
  const main = stepOf(page);
  return {
    step: (await main.getAttribute('data-step')) ?? '',
    pageId: await main.getAttribute('data-page'),
  };
}

/** Who goes on without a touch on the page itself says again what was said before. */
async function goOn(page: Page, step: string): Promise<void> {
  if (step === 'lost') return touch(page, 'go-on');
  if (step === 'paper') return page.locator('[data-way][aria-pressed="true"]').tap();
  await touch(page, 'next');
}

/** Another page stands there; what is odd is said to be right again. */
async function gone(page: Page, { step, pageId }: Place): Promise<void> {
  const same = pageId === null ? `[data-step="${step}"]` : `[data-page="${pageId}"]`;
  const another = page.locator(`main[data-step]:visible:not(${same})`);
  const odd = page.getByTestId('odd-yes');
  await another.or(odd).first().waitFor();
  if (await odd.isVisible()) await odd.tap();
  await another.waitFor();
}

const rows = (page: Page): Promise<string[]> => page.locator('main [data-row]').allTextContents();
