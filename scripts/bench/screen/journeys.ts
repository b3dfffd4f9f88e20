import type { Page } from '@playwright/test';
import type { BenchHand } from '../../../tests/support/bench-client.ts';
import { submitOne } from '../../../tests/support/robot-resident.ts';
import type { TerminalClient } from '../../../tests/support/screen-client.ts';
import {
  atStep,
  consentToAll,
  fillElderlyAllowance,
  openItem,
  touch,
  type,
} from '../../../tests/e2e/journey.ts';

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

async function typeNames(page: Page): Promise<void> {
  const backspace = page.locator('[data-key="backspace"]:visible');
  for (const name of NAMES) {
    await type(page, name);
    for (let count = 0; count < name.length; count += 1) await backspace.tap();
  }
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
