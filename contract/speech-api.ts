import { oc } from '@orpc/contract';
import { z } from 'zod';
import { languageSchema } from './localized.ts';
import { resultOf } from './result-schema.ts';
import { clipIdSchema, MAX_CLIP_BYTES } from './speech.ts';

/** Recorded clips, for whatever speaks: the kiosk's pages and the board's calls. */
export const speechContract = {
  /** The clips that this station has in a language; a screen asks for no others. */
  clips: oc.input(z.object({ language: languageSchema })).output(resultOf(z.array(clipIdSchema))),
  /** The file's bytes in base64; null when it is gone. */
  clip: oc.input(z.object({ language: languageSchema, id: clipIdSchema })).output(
    resultOf(
      z
        .base64()
        .max(MAX_CLIP_BYTES * 2)
        .nullable(),
    ),
  ),
};
