import { expect, type Page } from '@playwright/test';
import { languageSchema, type Language } from '../../../contract/localized.ts';
import type { ModeName } from '../../../renderer/flow/modes-store.ts';
import type { Station } from '../fixtures.ts';
import { atStep, touch, type Look } from '../journey.ts';
import { checkLayout, checkPage } from '../page-checks.ts';

/** How somebody stands before the screen, and what the station has behind it. */
export interface Way {
  readonly modes: readonly ModeName[];
  readonly language: Language;
  readonly isLineUp: boolean;
  /** With axe, which takes longer than all our own measures together. */
  readonly isClose: boolean;
}

/** As the root says them (renderer/flow/modes-store.ts), each alone, and the tightest of all together. */
export const modeSets: readonly (readonly ModeName[])[] = [
  [],
  ['elder'],
  ['speech'],
  ['seated'],
  ['contrast'],
  ['elder', 'contrast', 'seated'],
];

export const nameOfModes = (modes: readonly ModeName[]): string =>
  modes.length === 0 ? 'standard' : modes.join(' + ');

/**
 * Which language, and whether the line is up, goes round: every errand is seen in each language with and without a
 * line, and whatever is upright with a line is lying without one.
 */
export function wayOf(errandAt: number, modesAt: number, isLying: boolean): Way {
  const modes = modeSets[modesAt] ?? [];
  const turn = errandAt + modesAt + (isLying ? 1 : 0);
  const languages = languageSchema.options;
  return {
    modes,
    language: languages[turn % languages.length] ?? 'zh',
    isLineUp: turn % 2 === 0,
    // Names, roles and colours: those of both themes.
    isClose: modes.length === 0 || modes.includes('contrast'),
  };
}

export function sayWay({ modes, language, isLineUp }: Way): string {
  return `${nameOfModes(modes)}, ${language}, line ${isLineUp ? 'up' : 'down'}`;
}

/** Every page that it is shown is measured, still as its resident wants it, with the other ways one touch away. */
export function lookIn(page: Page, way: Way, errand: string): Look {
  return async (name) => {
    await expect(page.locator('html')).toHaveAttribute('data-mode', way.modes.join(' '));
    await expect(page.getByTestId('modes')).toBeVisible();
    const where = `${errand} (${sayWay(way)}): ${name}`;
    await (way.isClose ? checkPage(page, where) : checkLayout(page, where));
  };
}

/** By touch, on the start page. */
export async function dress(page: Page, { modes, language }: Way): Promise<void> {
  await atStep(page, 'home');
  if (modes.length > 0) {
    await touch(page, 'modes');
    for (const mode of modes) await touch(page, `mode-${mode}`);
    await touch(page, 'modes-close');
  }
  if (language !== 'zh') await touch(page, `language-${language}`);
  await page.locator(`html[lang="${language === 'zh' ? 'zh-CN' : language}"]`).waitFor();
}

const LINE_NOTICED_WITHIN_MS = 30_000;

/** Until the screen says so. */
export async function cutLine(page: Page, station: Station): Promise<void> {
  await station.hand.api.line.setCut({ cut: true });
  await expect(page.getByTestId('device-banner')).not.toHaveText('', { timeout: LINE_NOTICED_WITHIN_MS });
}

export async function mendLine(page: Page, station: Station): Promise<void> {
  await station.hand.api.line.setCut({ cut: false });
  await expect(page.getByTestId('device-banner')).toHaveText('', { timeout: LINE_NOTICED_WITHIN_MS });
}
