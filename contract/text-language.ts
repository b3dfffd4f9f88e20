import type { Language, TextLanguage } from './localized.ts';

/** Where a text does not have the screen's language, its Chinese stands. */
export function textLanguage(language: Language): TextLanguage {
  return language === 'en' ? 'en' : 'zh';
}
