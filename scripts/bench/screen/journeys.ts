import { setTimeout } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { BenchHand } from '../../../tests/support/bench-client.ts';
import { submitOne } from '../../../tests/support/robot-resident.ts';
import type { TerminalClient } from '../../../tests/support/screen-client.ts';
import { atStep, consentToAll, fillElderlyAllowance, openItem, touch } from '../../../tests/e2e/journey.ts';

/** Common names, of one character and of two behind the surname: each letter asks for candidates. */
const NAMES = ['wangfang', 'zhangwei', 'liuyang', 'chenjing', 'zhaomin', 'ouyangxiu'] as const;

/** The old-age allowance by touch, from the start page and back to it, with some more names typed on the way. */
export async function journeyByTouch(page: Page, hand: BenchHand): Promise<void> {
  await hand.api.reader.takeCard();
  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await consentToAll(page);
  await hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await page.getByTestId('card-name').waitFor();
  await hand.api.reader.takeCard();
  await touch(page, 'next');
  await fillElderlyAllowance(page, async (name) => {
    if (name === 'contactName') await typeNames(page);
  });
  await touch(page, 'submit');
  await atStep(page, 'received');
  await touch(page, 'finish');
  await touch(page, 'home');
  await atStep(page, 'home');
}

/** Four keys a second: a practised finger. */
const KEY_EVERY_MS = 250;

/**
 * By the keys' places, which are looked up beforehand: the driver's own look at a key before each touch runs in the
 * page, six times as slow as well, and a finger does not look that way.
 */
async function typeNames(page: Page): Promise<void> {
  const keys = ['backspace', ...new Set(NAMES.join(''))];
  const places = new Map(
    await Promise.all(keys.map(async (key) => [key, await placeOf(page, key)] as const)),
  );
  const touchKey = async (key: string): Promise<void> => {
    const place = places.get(key);
    if (place === undefined) throw new Error(`no key ${key}`);
    await page.touchscreen.tap(place.x, place.y);
    await setTimeout(KEY_EVERY_MS);
  };
  for (const name of NAMES) {
    for (const letter of name) await touchKey(letter);
    for (let count = 0; count < name.length; count += 1) await touchKey('backspace');
  }
}

async function placeOf(page: Page, key: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(`[data-key="${key}"]:visible`).boundingBox();
  if (box === null) throw new Error(`no key ${key}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The same by the API, as quickly as the page can show each of its steps. */
export async function journeyByApi(page: Page, api: TerminalClient): Promise<void> {
  await submitOne(api, () => twoFrames(page));
  await twoFrames(page);
  await api.visit.end({ reason: 'finished' });
  await twoFrames(page);
}

/** The first shows what the terminal has sent, and what moves by an observer moves in the second. */
function twoFrames(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );
}
