import { z } from 'zod';
import { localizedTextSchema } from './localized.ts';

/**
 * One-thing chains (一件事): several items behind one form. A step without an item is a service that a terminal
 * only explains or books.
 */
export const chainStepSchema = z.strictObject({
  order: z.int().nonnegative().max(50),
  /** self: needs the person's own act. auto: the platform starts it. opt: offered, off unless it is chosen. */
  kind: z.enum(['self', 'auto', 'opt']),
  /** `shortCode` of an item. */
  item: z
    .string()
    .regex(/^[A-Z]{2,4}-[A-Z]{2,6}$/)
    .optional(),
  name: localizedTextSchema,
  department: z.string().min(1).max(60),
  /** Its refusal ends the chain; without it, a refusal ends nothing else. */
  blocking: z.boolean().default(false),
  /** Orders of the steps that must be closed before it starts. */
  needs: z.array(z.int().nonnegative().max(50)).max(20).default([]),
});
export type ChainStep = z.infer<typeof chainStepSchema>;

export const chainIdSchema = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/);

export const chainSchema = z.strictObject({
  id: chainIdSchema,
  name: localizedTextSchema,
  source: z.string().max(300).optional(),
  steps: z.array(chainStepSchema).min(1).max(30),
});
export type Chain = z.infer<typeof chainSchema>;

export const chainsSchema = z.array(chainSchema).max(100);
