import { z } from 'zod';
import { fieldIdSchema } from './item-field.ts';
import { regionCodeSchema } from './region.ts';
import { isStorable } from './storable.ts';

/** Typed, chosen or read from a card: what the platform could not store is refused while the resident stands there. */
const text = (mostUnits: number) =>
  z.string().max(mostUnits).refine(isStorable, { error: 'holds U+0000 or half a surrogate pair' });

/** Points of a signature in CSS px, one array of [x, y] a stroke; bounded so that a row stays small. */
export const signatureSchema = z.object({
  width: z.number().int().positive().max(4000),
  height: z.number().int().positive().max(4000),
  strokes: z
    .array(
      z
        .array(z.tuple([z.number().min(-50).max(4050), z.number().min(-50).max(4050)]))
        .min(1)
        .max(2000),
    )
    .min(1)
    .max(200),
});
export type Signature = z.infer<typeof signatureSchema>;

/** Level by level; what nobody has matched to levels has only `detail`. `code`: of the deepest level that is known. */
export const addressSchema = z.object({
  region: text(40),
  street: text(40),
  community: text(40),
  detail: text(120),
  code: regionCodeSchema.optional(),
});
export type Address = z.infer<typeof addressSchema>;

/** The values that were chosen, of several. */
const chosenSchema = z.array(text(100)).max(50);

/**
 * Dates are `YYYY-MM-DD`, months `YYYY-MM`, instants `YYYY-MM-DDThh:mm` of the station's clock, amounts decimal
 * yuan, choices option values; everything typed is text.
 */
export const leafAnswerSchema = z.union([text(2000), chosenSchema, addressSchema, signatureSchema]);
export type LeafAnswer = z.infer<typeof leafAnswerSchema>;

export const groupAnswerSchema = z.array(z.record(fieldIdSchema, leafAnswerSchema)).max(50);
export type GroupAnswer = z.infer<typeof groupAnswerSchema>;

export const answersSchema = z.record(fieldIdSchema, z.union([leafAnswerSchema, groupAnswerSchema]));
export type Answers = z.infer<typeof answersSchema>;

/** An empty list is nobody and nothing chosen alike. */
function isGroupAnswer(answer: LeafAnswer | GroupAnswer): answer is GroupAnswer {
  return Array.isArray(answer) && answer.every((entry) => typeof entry === 'object');
}

export function leafOf(answer: LeafAnswer | GroupAnswer | undefined): LeafAnswer | undefined {
  return answer === undefined || isGroupAnswer(answer) ? undefined : answer;
}

/** The people of a repeated group. */
export function entriesOf(answer: LeafAnswer | GroupAnswer | undefined): GroupAnswer {
  return answer !== undefined && isGroupAnswer(answer) ? answer : [];
}
