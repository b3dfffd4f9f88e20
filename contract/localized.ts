import { z } from 'zod';

/** Languages of the screens: Chinese, English, and Uyghur in Arabic letters. A station chooses among them. */
export const languageSchema = z.enum(['zh', 'en', 'ug']);
export type Language = z.infer<typeof languageSchema>;

/** A text that a resident or clerk sees; Chinese comes first, and is what the law knows. */
export const localizedTextSchema = z.object({
  zh: z.string().min(1).max(2000),
  en: z.string().min(1).max(2000),
});
export type LocalizedText = z.infer<typeof localizedTextSchema>;
/** The languages that every text of items, stations and slips exists in. */
export type TextLanguage = keyof LocalizedText;
