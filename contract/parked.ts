import { z } from 'zod';
import { answersSchema } from './answers.ts';
import { applicationIdSchema, identitySourceSchema, receiptNoSchema } from './application.ts';
import { faultCodeSchema } from './fault.ts';
import { itemSlugSchema } from './item.ts';
import { languageSchema } from './localized.ts';
import { pageIdSchema } from './page-id.ts';
import { paperRecordsSchema } from './paper.ts';
import { signingSchema } from './signed-statement.ts';
import { problemSchema } from './visit.ts';

/**
 * Applications that the platform refused, or under whose key it holds another one: they wait for a person, at
 * the station, who sends them again, corrects them, or deals with them elsewhere.
 */

/** One revision of one application: what an act is about. */
export const parkedKeySchema = z.object({
  applicationId: applicationIdSchema,
  revision: z.number().int().positive().max(1000),
});
export type ParkedKey = z.infer<typeof parkedKeySchema>;

/**
 * What most likely helps. `correct`: the platform says what is wrong with the answers. `compare`: the platform
 * holds another payload under this key; somebody must say which of the two is the resident's.
 * `receive-again`: the payload or a paper does not open; reach the resident, and receive it anew. `retry`: what stopped it
 * may be gone.
 */
export const nextStepSchema = z.enum(['correct', 'compare', 'receive-again', 'retry']);
export type NextStep = z.infer<typeof nextStepSchema>;

/** Who deals with it from now on. `export`: it went to another terminal or the platform in a file. */
export const handedOverToSchema = z.enum(['window', 'department', 'platform', 'export']);
export type HandedOverTo = z.infer<typeof handedOverToSchema>;

/** A line of the list: nothing personal. */
export const parkedRowSchema = parkedKeySchema.extend({
  receiptNo: z.union([receiptNoSchema, z.string().max(60)]),
  itemSlug: z.string().max(61),
  itemVersion: z.string().max(60),
  state: z.enum(['rejected', 'conflict', 'handed-over']),
  receivedAtMs: z.number().int(),
  parkedAtMs: z.number().int(),
  attempts: z.number().int(),
  fault: faultCodeSchema,
  nextStep: nextStepSchema,
  handedOverTo: handedOverToSchema.nullable(),
});
export type ParkedRow = z.infer<typeof parkedRowSchema>;

/** Where the next page begins: behind this row. */
export const parkedCursorSchema = parkedKeySchema.extend({ parkedAtMs: z.number().int() });
export type ParkedCursor = z.infer<typeof parkedCursorSchema>;

export const MAX_PARKED_PAGE = 200;

/** The whole application, for the person who corrects it. Personal: shown, never kept. */
export const openedParkedSchema = parkedRowSchema.extend({
  language: languageSchema,
  itemSlug: itemSlugSchema,
  identitySource: identitySourceSchema,
  answers: answersSchema,
  /** How each paper is handed in: `staff` are originals that are still to be checked. */
  papers: paperRecordsSchema,
  /** Null: received before signatures were bound to what they are put under. */
  signing: signingSchema.nullable(),
  /** What the platform said, if it did. */
  refusal: z.object({ code: z.string().max(40), reason: z.string().max(300) }).nullable(),
  note: z.string().max(500).nullable(),
  /** Whether the form that it was filled in by is still there to correct it with. */
  canBeCorrected: z.boolean(),
});
export type OpenedParked = z.infer<typeof openedParkedSchema>;

/** Either the new revision is on its way, or every page that does not pass, at once. */
export const correctionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('resubmitted'), revision: z.number().int() }),
  z.object({
    kind: z.literal('problems'),
    pages: z.array(z.object({ pageId: pageIdSchema, problems: z.array(problemSchema) })),
  }),
]);
export type Correction = z.infer<typeof correctionSchema>;
