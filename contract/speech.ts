import { z } from 'zod';
import { languageSchema } from './localized.ts';

/** Names what is said, as `page.home`, `problem.required` or `item.elderly-allowance.field.mobile`. */
export const clipIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/)
  .max(160);

/** Longest clip in bytes: a minute of speech at 32 kbit/s. */
export const MAX_CLIP_BYTES = 262_144;

/**
 * `clips.json` of one package of recorded clips: the station's own pages are one, and a service brings another
 * for its questions. One language a package; files lie beside the manifest.
 */
export const clipManifestSchema = z.strictObject({
  language: languageSchema,
  clips: z.record(
    clipIdSchema,
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+\.(?:ogg|opus|mp3|m4a|wav)$/, 'expected the name of a sound file in this folder')
      .max(120),
  ),
});
export type ClipManifest = z.infer<typeof clipManifestSchema>;
