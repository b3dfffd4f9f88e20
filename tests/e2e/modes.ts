import type { Page } from '@playwright/test';
import { languageSchema, type Language } from '../../contract/localized.ts';
import { checkLayout, checkPage } from './page-checks.ts';

export interface Appearance {
  readonly language: Language;
  /** As `data-mode` on the root says it; the modes' own test (modes.spec.ts) touches the buttons. */
  readonly mode: string;
}

/** Each mode, language and pair of modes at least once, the tightest combination among them. */
export const representative: readonly Appearance[] = [
  { language: 'zh', mode: 'elder' },
  { language: 'ug', mode: 'contrast seated' },
  { language: 'en', mode: 'elder contrast seated' },
];

const modes = ['', 'elder', 'contrast', 'seated'].flatMap((one) =>
  one === '' ? ['', 'elder contrast', 'elder seated', 'contrast seated', 'elder contrast seated'] : [one],
);
export const everyAppearance: readonly Appearance[] = languageSchema.options.flatMap((language) =>
  modes.map((mode) => ({ language, mode })),
);

/** Looks at a page in each appearance, and leaves it in plain Chinese. */
export async function checkAppearances(
  page: Page,
  name: string,
  appearances: readonly Appearance[],
): Promise<void> {
  for (const { language, mode } of appearances) {
    await speak(page, language);
    await wear(page, mode);
    await checkLayout(page, `${name} in ${language}, mode "${mode}"`);
  }
  await speak(page, 'zh');
  await wear(page, '');
}

/** With axe: names, roles and directions are the same in every mode, so once, in what differs most. */
export async function checkAppearancesClosely(
  page: Page,
  name: string,
  appearances: readonly Appearance[],
): Promise<void> {
  await speak(page, 'ug');
  await wear(page, 'contrast');
  await checkPage(page, `${name} in ug, mode "contrast"`);
  await checkAppearances(page, name, appearances);
}

/** There and back by the resident's own buttons for the language, and by the root for the modes. */
export async function throughEachLanguageAndMode(page: Page): Promise<void> {
  for (const { language, mode } of representative) {
    await speak(page, language);
    await wear(page, mode);
  }
  await speak(page, 'zh');
  await wear(page, '');
}

async function speak(page: Page, language: Language): Promise<void> {
  const root = page.locator('html');
  const lang = language === 'zh' ? 'zh-CN' : language;
  if ((await root.getAttribute('lang')) === lang) return;
  await page.getByTestId(`language-${language}`).filter({ visible: true }).tap();
  await page.locator(`html[lang="${lang}"]`).waitFor();
}

/** Two frames: a mode moves things by an observer, which comes behind the first. */
function wear(page: Page, mode: string): Promise<void> {
  return page.evaluate(
    (worn) =>
      new Promise<void>((resolve) => {
        document.documentElement.dataset['mode'] = worn;
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
    mode,
  );
}
