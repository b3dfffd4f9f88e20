import { z } from 'zod';
import { chainSchema, chainStepSchema } from './chain.ts';
import { availabilitySchema } from './guide.ts';
import { itemGuideSchema, materialSchema } from './item.ts';

/** What a screen shows of the one-thing chains (一件事). */

export const chainSummarySchema = chainSchema.pick({ id: true, name: true }).extend({
  /** How many of its steps one form sets going: what is applied for at this terminal, and what the platform starts. */
  items: z.int().positive(),
});
export type ChainSummary = z.infer<typeof chainSummarySchema>;

/** `item`: what is applied for here; absent: the step is told about, and is begun by the platform or at a window. */
export const shownChainStepSchema = chainStepSchema.omit({ item: true }).extend({
  item: itemGuideSchema
    .pick({ slug: true, plain: true, timeLimits: true })
    .extend({ availability: availabilitySchema })
    .optional(),
});
export type ShownChainStep = z.infer<typeof shownChainStepSchema>;

export const shownChainSchema = chainSchema.pick({ id: true, name: true }).extend({
  steps: z.array(shownChainStepSchema).min(1).max(30),
  /** Of all items together, each named once. */
  papers: z.array(materialSchema.pick({ name: true, necessity: true })).max(200),
});
export type ShownChain = z.infer<typeof shownChainSchema>;
