import { z } from 'zod';
import { localizedTextSchema } from './localized.ts';

/** A text that stands in a terminal's configuration: another language in it would be shown to nobody, and is refused. */
export const configuredTextSchema = z.strictObject({
  zh: localizedTextSchema.shape.zh.describe('In Chinese'),
  en: localizedTextSchema.shape.en.describe('In English'),
});
