import { expect, type Page } from '@playwright/test';
import { pinyin } from 'pinyin-pro';
import type { Answers, GroupAnswer, LeafAnswer } from '../../contract/answers.ts';
import { candidateOf, scribble, stepOf, touch, type Look } from './journey.ts';

/** More pages than any form has. */
const LONG_WAY = 200;
const PAGES_OF_CANDIDATES = 40;
/** What AddressInput offers to whoever does not live in the station's area. */
const ELSEWHERE = '-';

export type TouchedAnswers = Readonly<Record<string, LeafAnswer | GroupAnswer | null>>;

/**
 * From the first question of any item to its check page, by touch alone, with these answers; `look` sees each page
 * when it is filled in and not yet left.
 */
export async function fillAnyItem(page: Page, answers: TouchedAnswers, look: Look): Promise<void> {
  for (let count = 0; count < LONG_WAY; count += 1) {
    const step = await stepOf(page).getAttribute('data-step');
    const pageId = await stepOf(page).getAttribute('data-page');
    if (step !== 'question' && step !== 'group') return;
    if (pageId === null) throw new Error(`a ${step} page without a name`);
    if (step === 'group') await passGroup(page, pageId, answers, look);
    else await answerQuestion(page, pageId, answerOf(answers, pageId), look);
  }
  throw new Error('the form has no end');
}

function answerOf(answers: TouchedAnswers, pageId: string): LeafAnswer | null {
  const [id = '', index, field = ''] = pageId.split('.');
  const answer = answers[id] ?? null;
  if (index === undefined) {
    if (answer !== null && isGroup(answer)) throw new Error(`${pageId} is a list of people`);
    return answer;
  }
  if (answer === null || !isGroup(answer)) throw new Error(`${id} is no list of people`);
  return answer[Number(index)]?.[field] ?? null;
}

function isGroup(answer: Answers[string]): answer is GroupAnswer {
  return Array.isArray(answer) && answer.some((entry) => typeof entry === 'object');
}

async function passGroup(page: Page, pageId: string, answers: TouchedAnswers, look: Look): Promise<void> {
  const people = answers[pageId] ?? null;
  const wanted = people !== null && isGroup(people) ? people.length : 0;
  const present = await page.getByTestId('remove').count();
  await look(`${pageId} with ${present}`);
  await touch(page, present < wanted ? 'add-entry' : 'next');
  await leftBehind(page, pageId);
}

async function answerQuestion(
  page: Page,
  pageId: string,
  answer: LeafAnswer | null,
  look: Look,
): Promise<void> {
  const ofCard = page.getByTestId('use-card-address');
  if (await ofCard.isVisible()) {
    // The choices come whole, with the terminal's word on its list of places.
    await page.locator('main [data-option]').first().waitFor();
    await look(pageId);
    await ofCard.tap();
    await leftBehind(page, pageId);
    return;
  }
  if (answer !== null) await fillIn(page, answer);
  await look(pageId);
  await touch(page, 'next');
  await leftBehind(page, pageId);
}

async function fillIn(page: Page, answer: LeafAnswer): Promise<void> {
  if (Array.isArray(answer)) {
    for (const value of answer) await choose(page, value);
    return;
  }
  if (typeof answer === 'object') {
    if ('strokes' in answer) await scribble(page);
    else await fillAddress(page, answer.community, answer.detail);
    return;
  }
  if ((await page.locator('[data-part="yuan"]').count()) > 0) await fillMoney(page, answer);
  else if ((await page.locator('[data-part="year"]').count()) > 0) await fillMoment(page, answer);
  else if ((await page.locator('main [data-option]').count()) > 0) await choose(page, answer);
  else await write(page, answer);
}

async function choose(page: Page, value: string): Promise<void> {
  const option = page.locator(`main [data-option="${value}"]`);
  while (!(await option.isVisible())) await touch(page, 'options-after');
  if (!(await option.isChecked())) await option.tap();
}

async function fillAddress(page: Page, community: string, detail: string): Promise<void> {
  await choose(page, community === '' ? ELSEWHERE : community);
  // Where the platform has a list of places, what is in none of them is written.
  const unlisted = page.getByTestId('address-unlisted');
  const text = page.locator('main input.text-field:visible');
  await unlisted.or(text).first().waitFor();
  if (await unlisted.isVisible()) await unlisted.tap();
  await write(page, detail);
}

async function fillMoney(page: Page, amount: string): Promise<void> {
  const [yuan = '', fen = ''] = amount.split('.');
  await fillPart(page, 'yuan', yuan);
  if (fen !== '') await fillPart(page, 'fen', fen);
}

/** `2026-09-01`, `2026-09-01T08:30` or `2026-09`. */
async function fillMoment(page: Page, moment: string): Promise<void> {
  const parts = ['year', 'month', 'day', 'hour', 'minute'];
  for (const [at, digits] of moment.split(/[-T:]/).entries()) await fillPart(page, parts[at] ?? '', digits);
}

async function fillPart(page: Page, part: string, digits: string): Promise<void> {
  await page.locator(`[data-part="${part}"]`).tap();
  for (const digit of digits) await press(page, digit);
}

/** Text of Chinese characters and digits, each by the keys for it. */
async function write(page: Page, text: string): Promise<void> {
  for (const run of text.match(/\p{Script=Han}+|[^\p{Script=Han}]+/gu) ?? []) {
    if (/\p{Script=Han}/u.test(run)) {
      await switchTo(page, 'pinyin');
      if (!(await writeWord(page, run))) for (const character of run) await writeCharacter(page, character);
    } else {
      await switchTo(page, 'digits');
      for (const key of run) await press(page, key);
    }
  }
}

/** A field that takes digits only has no other keys to switch to. */
async function switchTo(page: Page, layout: string): Promise<void> {
  const tab = page.locator(`button[data-layout="${layout}"]:visible`);
  if ((await tab.count()) > 0) await tab.tap();
}

const press = (page: Page, key: string) => page.locator(`[data-key="${key}"]:visible`).tap();
const lettersOf = (word: string) =>
  pinyin(word, { toneType: 'none', type: 'array', v: true }).join('').replaceAll('ü', 'v');

/** False when the first candidates do not have it: nothing is typed then. */
async function writeWord(page: Page, word: string): Promise<boolean> {
  if ([...word].length < 2) return false;
  const letters = lettersOf(word);
  for (const letter of letters) await press(page, letter);
  await candidatesAreThere(page);
  const candidate = candidateOf(page, word);
  if (await candidate.isVisible()) {
    await candidate.tap();
    return true;
  }
  for (let count = 0; count < letters.length; count += 1) await press(page, 'backspace');
  return false;
}

/** Those for all that was typed: of an earlier letter's, a page would be turned that is another one the next instant. */
async function candidatesAreThere(page: Page): Promise<void> {
  await expect(page.getByTestId('pinyin-typed')).toBeVisible();
  await page.locator('[aria-busy="false"]').getByTestId('candidate').first().waitFor();
}

async function writeCharacter(page: Page, character: string): Promise<void> {
  for (const letter of lettersOf(character)) await press(page, letter);
  await candidatesAreThere(page);
  const candidate = candidateOf(page, character);
  const after = page.getByTestId('candidates-after');
  for (let turned = 0; turned < PAGES_OF_CANDIDATES; turned += 1) {
    if (await candidate.isVisible()) {
      await candidate.tap();
      return;
    }
    if ((await after.getAttribute('aria-disabled')) === 'true') break;
    await after.tap();
  }
  throw new Error(`the keys do not give ${character}`);
}

/** Another page stands there; what is odd is said to be right. */
async function leftBehind(page: Page, pageId: string): Promise<void> {
  const another = page.locator(`main[data-step]:visible:not([data-page="${pageId}"])`);
  const odd = page.getByTestId('odd-yes');
  await another.or(odd).first().waitFor();
  if (!(await odd.isVisible())) return;
  await odd.tap();
  await another.waitFor();
}
