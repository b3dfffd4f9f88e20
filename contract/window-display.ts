import { z } from 'zod';

/**
 * What the display at a window is asked to show. Each driver shows what its display can: a numeric window
 * the digits of the ticket, a line display ASCII, a font card everything. A display hangs where everybody
 * reads it: no name and no other personal value ever stands in here.
 */
export const windowDisplayContentSchema = z.object({
  /** Printed on the resident's slip, such as `A012`. */
  ticket: z.string().regex(/^[A-Z0-9-]{1,8}$/),
  /** As the sign over the window says it, such as `3`. */
  window: z.string().regex(/^[A-Z0-9-]{1,8}$/),
  /** A whole sentence for displays that have room and Chinese; null shows ticket and window. */
  text: z.object({ zh: z.string().min(1).max(60), en: z.string().min(1).max(120) }).nullable(),
  /** Somebody is called now, not merely being served. */
  flash: z.boolean(),
  /** Spoken once by displays that have a voice; null keeps them quiet. */
  speech: z.string().min(1).max(100).nullable(),
});
export type WindowDisplayContent = z.infer<typeof windowDisplayContentSchema>;
