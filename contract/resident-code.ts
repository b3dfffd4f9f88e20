import { z } from 'zod';
import { identityDocumentSchema } from './identity.ts';

/**
 * 居民码, 政务码: a code on a resident's telephone in place of a card. What stands in it is opaque to the
 * terminal and lives for a minute or so; the platform alone can say whose it is. Whoever holds it holds a
 * person's data meanwhile: it is never logged, never stored, and in no address.
 */

/** A QR code of version 40 holds this many letters and digits at most (ISO/IEC 18004, table 7). */
export const MAX_CODE_CHARS = 4_296;

export const residentCodeSchema = z.string().min(1).max(MAX_CODE_CHARS);

export const resolvedCodeSchema = z.object({
  /** The document behind the code, as the card itself would give it. */
  identity: identityDocumentSchema,
  /**
   * Until when an application may be begun with this answer (ISO 8601). It outlives the code itself, since
   * a resident reads and thinks; minutes, so that clocks which differ a little do no harm.
   */
  expiresAt: z.iso.datetime({ offset: true }),
});
export type ResolvedCode = z.infer<typeof resolvedCodeSchema>;
