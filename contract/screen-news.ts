import { z } from 'zod';

/** Over it the terminal answers 413, in bytes. */
export const MAX_SCREEN_NEWS_BYTES = 1_024;

/** What the kiosk's session tells the terminal of its screen, which is a browser of its own beside a terminal in plain Node. */
export const screenNewsSchema = z.discriminatedUnion('kind', [
  /** The page or its browser ended by itself. */
  z.strictObject({ kind: z.literal('crash'), reason: z.string().max(200) }),
  /** Residents see that nothing works here. */
  z.strictObject({ kind: z.literal('out-of-service') }),
  z.strictObject({ kind: z.literal('in-service') }),
]);
export type ScreenNews = z.infer<typeof screenNewsSchema>;
