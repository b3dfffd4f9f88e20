import { oc } from '@orpc/contract';
import { z } from 'zod';
import { localizedTextSchema } from './localized.ts';
import { reviewPaperSchema } from './paper.ts';
import { terminalNumberSchema } from './queue/stamp.ts';
import { resultOf } from './result-schema.ts';

/**
 * A form that somebody could not finish at the kiosk, handed to the window with a number and by consent. It is shown to
 * whoever serves that number, and is gone when the number is over.
 */

const MOST_ROWS = 400;

/** What one question was answered with, in words; what is not answered is not among them. */
export const handedRowSchema = z.object({
  section: localizedTextSchema,
  label: localizedTextSchema,
  /** Masked where the kiosk masks it, unless the whole was asked for. */
  display: localizedTextSchema,
});
export type HandedRow = z.infer<typeof handedRowSchema>;

export const handedSchema = z.object({
  itemName: localizedTextSchema,
  rows: z.array(handedRowSchema).max(MOST_ROWS),
  /** How each paper was going to be handed in; photographs stay behind: its originals come to the window. */
  papers: z.array(reviewPaperSchema.pick({ name: true, way: true })).max(60),
});
export type Handed = z.infer<typeof handedSchema>;

/** Both ways of each answer, as it is sealed. */
export const sealedHandedSchema = handedSchema.extend({
  rows: z.array(handedRowSchema.extend({ whole: localizedTextSchema })).max(MOST_ROWS),
});
export type SealedHanded = z.infer<typeof sealedHandedSchema>;

const ofTicket = { ticketId: z.uuid() } as const;

/** For who serves the ticket now. Faults: `queue.not-here`, `handed.not-yours`, `handed.none`, `handed.kiosk-silent`. */
export const staffHandedContract = {
  /** Whether there is one, before anything of it is shown. */
  look: oc.input(z.object(ofTicket)).output(
    resultOf(
      z.object({
        isThere: z.boolean(),
        /** The terminal at which it lies, when that does not answer. */
        silentKiosk: terminalNumberSchema.nullable(),
      }),
    ),
  ),
  /** Each time a row of the audit. `whole`: without the masks. */
  open: oc.input(z.object({ ...ofTicket, whole: z.boolean() })).output(resultOf(handedSchema)),
};
