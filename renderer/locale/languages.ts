import type { Language } from '#contract/localized.ts';

interface LanguageFacts {
  /** As its own readers write it: whoever looks for it may read no other. */
  readonly name: string;
  /** BCP 47, for fonts and readers of screens. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
}

export const languages: Readonly<Record<Language, LanguageFacts>> = {
  zh: { name: '中文', tag: 'zh-CN', direction: 'ltr' },
  en: { name: 'English', tag: 'en', direction: 'ltr' },
  ug: { name: 'ئۇيغۇرچە', tag: 'ug', direction: 'rtl' },
};
