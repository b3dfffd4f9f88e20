import { z } from 'zod';
import { interactionStateSchema } from './interaction.ts';

/** What its resident sees, and may say, of a case beside how it goes: stands in what the platform says of a case. */
export const afterwardsSchema = z.object({
  /** Null: an application, or a reply that only the card of who asked shows. */
  interaction: interactionStateSchema.nullable(),
  /** It is over, and nobody has rated it. */
  mayRate: z.boolean(),
});
export type Afterwards = z.infer<typeof afterwardsSchema>;

/** Before the platform says anything about it. */
export const NOTHING_AFTERWARDS: Afterwards = { interaction: null, mayRate: false };
